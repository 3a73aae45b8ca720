import type { MeasuredRow } from '../../measure/measured-file.ts'
import { defineSubcommand, flag } from '../command.ts'

export const measureCommand = defineSubcommand({
  name: 'measure',
  summary: 'measure what the card does here',
  about:
    'Runs products of matrices in fp32, fp16 and int8, copies memory, and runs one small model, all in the engine that would run ' +
    'jobs, for about six seconds; the best run counts, and the spread is how much slower the fourth best was. What a processor has ' +
    'no kernels for it computes in fp32, and the figure says what that gives. The result is kept in the data folder for 30 days, ' +
    'or until engine or driver change; a node shows it as its own claim. A node that runs jobs meanwhile makes it slower: pause it. ' +
    'With --json: {"card", "driver", "measuredAtMs", "engine", "findings": {"fp32Gflops", "fp16Gflops", "int8Gops", "memoryMBps", ' +
    '"modelLatencyMs"}}; each finding is {"kind": "measured", "value", "spread", "runs"} or {"kind": "absent", "why"}.',
  examples: [
    { line: 'aitbc gpu measure', about: 'now' },
    { line: 'aitbc gpu measure --kept', about: 'what was measured last' },
    { line: 'aitbc gpu measure --json | jq .findings.fp32Gflops.value', about: 'one figure' },
  ],
  options: { kept: flag('Shows what was measured last instead of measuring.') },
  settings: ['engineMemoryMax', 'engineThreads'],
  async run({ options: { kept }, ...context }) {
    const { join } = await import('node:path')
    const { folderFiles } = await import('../../storage/data-folder.ts')
    const { MeasuredFile } = await import('../../measure/measured-file.ts')
    const { measurementText } = await import('./measurement-text.ts')
    const { out } = context
    const { settings } = await context.config()
    const file = new MeasuredFile(join(settings.dataFolder, folderFiles.measured))
    const shown = kept ? file.read()[0] : await measureHere(context, file)
    if (shown === undefined) {
      const { MeshError } = await import('../../../protocols/kernel/errors.ts')
      throw new MeshError('NOT_FOUND', { what: 'measurement', id: settings.dataFolder })
    }
    await out.print(shown, () => measurementText(shown, Date.now(), { width: out.width, styleTitle: out.style.dim }))
  },
})

type Context = Pick<Parameters<NonNullable<typeof measureCommand.run>>[0], 'config' | 'out' | 'signal'>

async function measureHere(
  { config, out, signal }: Context,
  file: { keep(measured: MeasuredRow): void },
): Promise<MeasuredRow> {
  const { mkdirSync } = await import('node:fs')
  const { createOnnxEngine } = await import('../../engines/onnx/onnx-engine.ts')
  const { createCrypto } = await import('../../keys/node-crypto.ts')
  const { measureEngine } = await import('../../measure/measure-engine.ts')
  const { processorKey } = await import('../../measure/processor-key.ts')
  const { systemClock } = await import('../../roles/system-clock.ts')
  const { FIGURE_LABELS } = await import('./measurement-text.ts')
  const { settings } = await config()
  const limits = { memoryBytesMax: settings.engineMemoryMax, threads: settings.engineThreads, outputBytesMax: 2 ** 26 }
  using progress = out.progress('starting the engine')
  await using engine = await createOnnxEngine()
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
  const row = { card: processorKey(), ...measured }
  mkdirSync(settings.dataFolder, { recursive: true, mode: 0o700 })
  file.keep(row)
  return row
}
