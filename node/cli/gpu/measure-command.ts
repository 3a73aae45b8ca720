import type { MeasuredRow } from '../../measure/measured-file.ts'
import { defineSubcommand, flag } from '../frame/command.ts'
import { cardOption } from '../node/card-option.ts'
import type { CatalogueFigures } from './measurement-text.ts'

export const measureCommand = defineSubcommand({
  name: 'measure',
  summary: 'measure what the card does here',
  about:
    'Runs products of matrices in fp32, fp16 and int8, copies memory, and runs one small model, all in the engine that would run ' +
    'jobs, for about six seconds; the best run counts, and the spread is how much slower the fourth best was. What a processor has ' +
    'no kernels for it computes in fp32, and the figure says what that gives. The result is kept in the data folder for 30 days, ' +
    'or until engine or driver change; a node shows it as its own claim. A node that runs jobs meanwhile makes it slower: pause it. ' +
    'With --json: {"card", "driver", "measuredAtMs", "engine", "findings": {"fp32Gflops", "fp16Gflops", "int8Gops", "memoryMBps", ' +
    '"modelLatencyMs"}}; each finding is {"kind": "measured", "value", "spread", "runs"} or {"kind": "absent", "why"}. ' +
    '"catalogue" has the published figures of the same card, where it is known.',
  examples: [
    { line: 'aitbc gpu measure', about: 'now' },
    { line: 'aitbc gpu measure --engine-provider webgpu', about: 'the card, by way of WebGPU' },
    { line: 'aitbc gpu measure --engine-provider cuda --card 2', about: 'one of several cards' },
    { line: 'aitbc gpu measure --kept', about: 'what was measured last' },
    { line: 'aitbc gpu measure --json | jq .findings.fp32Gflops.value', about: 'one figure' },
  ],
  options: {
    card: cardOption('Of several that can run jobs, this one.'),
    kept: flag('Shows what was measured last instead of measuring.'),
  },
  settings: ['engineProvider', 'engineMemoryMax', 'engineThreads'],
  async run({ options: { kept, card }, ...context }) {
    const { join } = await import('node:path')
    const { folderFiles } = await import('../../storage/data-folder.ts')
    const { MeasuredFile } = await import('../../measure/measured-file.ts')
    const { measurementText } = await import('./measurement-text.ts')
    const { out } = context
    const { settings } = await context.config()
    const file = new MeasuredFile(join(settings.dataFolder, folderFiles.measured))
    const shown = kept ? await keptOf(file, card, context.signal) : await measureHere(context, card, file)
    if (shown === undefined) {
      const { MeshError } = await import('../../../protocols/kernel/errors.ts')
      throw new MeshError('NOT_FOUND', { what: 'measurement', id: settings.dataFolder })
    }
    const catalogue = await catalogueOf(shown, context.signal)
    const style = { width: out.width, styleTitle: out.style.dim }
    await out.print({ ...shown, ...(catalogue === undefined ? {} : { catalogue }) }, () =>
      measurementText(shown, Date.now(), style, catalogue),
    )
  },
})

type Context = Pick<Parameters<NonNullable<typeof measureCommand.run>>[0], 'config' | 'out' | 'signal'>

/** Of a card that is still in this machine; the processor stands in no catalogue. */
async function catalogueOf({ card, engine }: MeasuredRow, signal: AbortSignal): Promise<CatalogueFigures | undefined> {
  if (engine.endsWith('/cpu')) return undefined
  const { cardsHere } = await import('../../roles/miner/cards-here.ts')
  const { catalogueFigures } = await import('./catalogue-figures.ts')
  const facts = (await cardsHere(signal)).find(({ key }) => key === card)
  return facts === undefined ? undefined : catalogueFigures(facts)
}

async function keptOf(
  file: { read(): readonly MeasuredRow[] },
  card: string | undefined,
  signal: AbortSignal,
): Promise<MeasuredRow | undefined> {
  if (card === undefined) return file.read()[0]
  const { cardsHere } = await import('../../roles/miner/cards-here.ts')
  const { findCard } = await import('../../gpu/find-card.ts')
  const { processorKey } = await import('../../measure/processor-key.ts')
  const here = await cardsHere(signal)
  const { number, key } = findCard(here, card)
  const wanted = here[number - 1]!.form === 'cpu' ? processorKey() : key
  return file.read().find((row) => row.card === wanted)
}

async function measureHere(
  { config, out, signal }: Context,
  card: string | undefined,
  file: { keep(measured: MeasuredRow): void },
): Promise<MeasuredRow> {
  const { mkdirSync } = await import('node:fs')
  const { createCrypto } = await import('../../keys/node-crypto.ts')
  const { measureEngine } = await import('../../measure/measure-engine.ts')
  const { measuredTarget } = await import('../../measure/measured-target.ts')
  const { systemClock } = await import('../../roles/system-clock.ts')
  const { openMeasured } = await import('./open-measured.ts')
  const { FIGURE_LABELS } = await import('./measurement-text.ts')
  const { settings } = await config()
  const limits = { memoryBytesMax: settings.engineMemoryMax, threads: settings.engineThreads, outputBytesMax: 2 ** 26 }
  using progress = out.progress('starting the engine')
  await using opened = await openMeasured(settings.engineProvider, card, signal)
  const { engine, facts } = opened
  const measured = await measureEngine(
    {
      engine,
      limits,
      clock: systemClock,
      hasher: await createCrypto(),
      onProgress: (done, total, next) => {
        if (next !== undefined) progress.relabel(`measuring ${FIGURE_LABELS[next]}`)
        progress.update(done, total)
      },
    },
    signal,
  )
  const row = { ...measuredTarget(measured.engine, facts ?? { key: 'cpu' }), ...measured }
  mkdirSync(settings.dataFolder, { recursive: true, mode: 0o700 })
  file.keep(row)
  return row
}
