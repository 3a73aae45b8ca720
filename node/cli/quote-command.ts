import { latencyMaxOption, priceMaxOption } from './budget-options.ts'
import { argument, type Command, defineCommand } from './command.ts'
import { unitsText } from './credit-amounts.ts'
import { amountOf, countText, UNKNOWN } from './numbers.ts'
import { table } from './table.ts'

export interface QuoteJson {
  readonly model: string
  readonly modelName: string
  readonly latencyClass: string
  readonly directories: number
  readonly offers: readonly {
    readonly miner: string
    readonly price: string
    readonly rttMs?: number
    readonly serviceMs?: number
    readonly estimatedMs: number
    readonly jobs: number
    readonly jobsMax: number
    readonly namedBy: number
    readonly fits: string
  }[]
}

export const quoteCommand: Command = defineCommand({
  name: 'quote',
  group: 'use',
  summary: 'show what a job would cost, and who would run it',
  about:
    'Asks directories and weighs their offers as a job would, without running one. The price is exactly what the miner charges for ' +
    'one inference in the latency class that the budget asks for. NEAR and TAKES are measured by the node that is asked, and ' +
    'unknown before its first job there. NAMED BY says how many of the directories that answered named the miner.\n' +
    'With --json: {"model", "modelName", "latencyClass", "directories", "offers": [{"miner", "peer", "price", "rttMs", "serviceMs", ' +
    '"estimatedMs", "jobs", "jobsMax", "failures", "namedBy", "fits"}]}; amounts in credits. Exit code 1 where no offer fits.',
  examples: [
    { line: 'aitbc quote characters', about: 'every offer, the first one asked first' },
    { line: 'aitbc quote characters --latency-max 50ms --price-max 0.01', about: 'what a budget would get' },
  ],
  settings: ['entryPeers', 'passphraseFile'],
  arguments: { model: argument('name or id of the model') },
  options: {
    priceMax: priceMaxOption,
    latencyMax: latencyMaxOption,
  },
  async run(context) {
    const { reachMesh } = await import('./node-access.ts')
    const { EXIT } = await import('../../protocols/kernel/error-projections.ts')
    await using node = await reachMesh(context)
    const { priceMax, latencyMax } = context.options
    const quote = await node.call<QuoteJson>('quote', {
      model: context.arguments.model,
      ...(priceMax === undefined ? {} : { priceMax: String(priceMax) }),
      ...(latencyMax === undefined ? {} : { latencyMsMax: latencyMax }),
    })
    const { out } = context
    await out.print(quote, () => quoteText(quote, out.width, out.style.dim))
    return quote.offers.some(({ fits }) => fits === 'yes' || fits === 'full') ? EXIT.done : EXIT.failed
  },
})

export function quoteText(quote: QuoteJson, width: number | undefined, dim: (text: string) => string): string {
  const { modelName, latencyClass, offers, directories } = quote
  const fitting = offers.filter(({ fits }) => fits === 'yes')
  const heard = `${amountOf(directories, 'directory', 'directories')} asked`
  if (offers.length === 0) return `No miner offers ${modelName} right now; ${heard}.`
  const first = fitting[0] ?? offers.find(({ fits }) => fits === 'full')
  const head =
    first === undefined
      ? `${amountOf(offers.length, 'miner')} would run ${modelName}, none within this budget; ${heard}.`
      : `${modelName} for ${unitsText(BigInt(first.price))} in the ${latencyClass} class; ${heard}.`
  const rows = table(
    offers,
    [
      { title: 'MINER', cell: ({ miner }) => miner, mayCut: true },
      { title: 'PRICE', cell: ({ price }) => unitsText(BigInt(price)), align: 'right' },
      { title: 'NEAR', cell: ({ rttMs }) => msText(rttMs), align: 'right' },
      { title: 'TAKES', cell: ({ serviceMs }) => msText(serviceMs), align: 'right' },
      { title: 'JOBS', cell: ({ jobs, jobsMax }) => `${countText(jobs)}/${countText(jobsMax)}`, align: 'right' },
      { title: 'NAMED BY', cell: ({ namedBy }) => `${countText(namedBy)}/${countText(directories)}`, align: 'right' },
      { title: 'FITS', cell: ({ fits }) => fits },
    ],
    { width, styleTitle: dim },
  )
  return [head, rows].join('\n')
}

const msText = (ms: number | undefined): string =>
  ms === undefined ? UNKNOWN : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
