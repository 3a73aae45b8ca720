/** What was measured of this machine's cards, for its profile: by the engines that serve now, and not too long ago. */
import type { MeasuredFigures } from '../../protocols/rules/cards/measured-figures.ts'
import { known } from '../gpu/figures.ts'
import type { MeasuredFile, MeasuredRow } from '../measure/measured-file.ts'
import { processorKey } from '../measure/processor-key.ts'
import type { MeasuredOf } from './profile-cards.ts'

/** @param engines beginnings of kernel classes: `onnxruntime/1.30.0/cpu` */
export const measuredBy =
  (file: MeasuredFile, engines: readonly string[], nowMs: number): MeasuredOf =>
  ({ key, vendor, driver }) => {
    const target = { card: vendor === 'cpu' ? processorKey() : key, ...(driver === undefined ? {} : { driver }) }
    const row = engines.flatMap((engine) => file.of(target, engine, nowMs) ?? [])[0]
    return row === undefined ? undefined : figuresOf(row)
  }

function figuresOf({ measuredAtMs, engine, findings }: MeasuredRow): MeasuredFigures {
  const value = (name: keyof typeof findings): number | undefined => {
    const finding = findings[name]
    return finding.kind === 'measured' ? finding.value : undefined
  }
  return {
    measuredAtMs,
    engine,
    ...known({
      fp32Gflops: value('fp32Gflops'),
      fp16Gflops: value('fp16Gflops'),
      int8Gops: value('int8Gops'),
      memoryMBps: value('memoryMBps'),
    }),
  }
}

/** Of kernel classes their beginnings, each once: engine, version, kernels. */
export const enginesOf = (kernelClasses: readonly string[]): readonly string[] => [
  ...new Set(kernelClasses.map((each) => each.split('/').slice(0, 3).join('/'))),
]
