/** A machine that is another one each time it is asked: what a back end sees over time. */
import type { Machine } from '../../../node/gpu/machine.ts'
import type { RecordedMachine } from './recorded-machine.ts'

/** Platform and clock are those of the first. @param now the machine as it is when it is asked */
export function changingMachine(now: () => RecordedMachine): Machine {
  const { platform, clock } = now()
  return {
    platform,
    clock,
    run: (...asked) => now().run(...asked),
    readText: (path) => now().readText(path),
    writeText: (...asked) => now().writeText(...asked),
    list: (folder) => now().list(folder),
    hasPackage: (name) => now().hasPackage(name),
  }
}
