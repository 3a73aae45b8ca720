/** What was measured of this machine's cards: for its profile by the engines that serve now, for its owner by any; not too long ago. */
import { join } from 'node:path'
import { MeasuredFile } from '../measure/measured-file.ts'
import { cardTarget } from '../measure/measured-target.ts'
import { figuresOf } from '../measure/measurement.ts'
import { folderFiles } from '../storage/data-folder.ts'
import type { MeasuredOf } from './profile-cards.ts'

/** @param engines beginnings of kernel classes: `onnxruntime/1.30.0/cpu` */
export const measuredBy =
  (file: MeasuredFile, engines: readonly string[], nowMs: number): MeasuredOf =>
  (facts) => {
    const row = engines.flatMap((engine) => file.of(cardTarget(facts), engine, nowMs) ?? [])[0]
    return row === undefined ? undefined : figuresOf(row)
  }

/** By whichever engine measured it last. */
export function newestMeasured(dataFolder: string, nowMs: number): MeasuredOf {
  const file = new MeasuredFile(join(dataFolder, folderFiles.measured))
  return (facts) => {
    const row = file.newestOf(cardTarget(facts), nowMs)
    return row === undefined ? undefined : figuresOf(row)
  }
}

/** Of kernel classes their beginnings, each once: engine, version, kernels. */
export const enginesOf = (kernelClasses: readonly string[]): readonly string[] => [
  ...new Set(kernelClasses.map((each) => each.split('/').slice(0, 3).join('/'))),
]
