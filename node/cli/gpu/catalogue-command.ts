import { defineSubcommand, option, type Subcommand, severalArguments } from '../frame/command.ts'
import { oneOf, wholeNumber } from '../frame/usage-error.ts'

const VENDORS = ['nvidia', 'amd', 'intel', 'apple', 'qualcomm', 'arm', 'samsung', 'broadcom'] as const
/** More than any card has. */
const MEMORY_GIB_MAX = 4_096

export const catalogueCommand: Subcommand = defineSubcommand({
  name: 'catalogue',
  summary: 'look up published figures of 360 models of cards',
  about:
    'Every word has to begin a word of the model, its maker, form or architecture; an id or a whole name means that model only. ' +
    'Of one model all that is known is shown, with the sources; — is what nobody published. fp16 is the rate of matrix units ' +
    'with sums in FP32 where the card has them, else of the shaders. Figures are the makers’, not what this machine was ' +
    'measured to do. The edge score tells how well a card serves where people are, from 0 to 1, by what is published.\n' +
    'With --json: {"cards": [{"id", "vendor", "name", "form", "architecture", "year", "memoryGiB", "memoryGiBMax", "memoryType", ' +
    '"busBits", "bandwidthGBps", "fp32Tflops", "fp16Tflops", "fp16TensorTflops", "tensorFp32AccumulateRatio", "int8Tops", "tdpW", ' +
    '"shaders", "cores", "boostMhz", "computeCapability", "gfx", "chip", "pci", "revisions", "printed", "platforms", ' +
    '"supportsMobile", "consumer", "confidence", "source", "notes", "edgeOptimised", "supportsEdgeInference", "supportsQuantisedModels", ' +
    '"isMobile", "edge", "advice"}], "sources": {"<key>": {"title", "licence", "origin"}}}; null ' +
    'is what is not known. "edge" and "advice" as in aitbc gpu.',
  examples: [
    { line: 'aitbc gpu catalogue rtx 40 laptop', about: 'a table' },
    { line: 'aitbc gpu catalogue "radeon rx 7900 xtx"', about: 'all about one model' },
    { line: 'aitbc gpu catalogue --vendor amd --memory-min 16', about: 'by maker and memory in GiB' },
  ],
  arguments: { words: severalArguments('words of the model') },
  options: {
    vendor: option({
      value: 'maker',
      about: `Only models of this maker: ${VENDORS.join(', ')}.`,
      parse: oneOf('maker', ...VENDORS),
      offers: () => VENDORS,
    }),
    memoryMin: option({
      value: 'GiB',
      about: 'Only models with at least this much memory.',
      parse: wholeNumber(1, MEMORY_GIB_MAX),
    }),
  },
  async run({ arguments: { words }, options: { vendor, memoryMin }, out }) {
    const { findRows } = await import('../../../protocols/catalogue/find-rows.ts')
    const { cardsJson, cardText, cardsText, noSuchCard } = await import('./catalogue-text.ts')
    const rows = findRows({ words, vendor, memoryGiBMin: memoryMin })
    if (rows.length === 0) throw noSuchCard(words, { vendor, memoryGiBMin: memoryMin })
    await out.print(cardsJson(rows), () => (rows.length === 1 ? cardText(rows[0]!, out) : cardsText(rows, out)))
  },
})
