/** A table of clocks as amdgpu prints it, the step in force marked: `1: 991Mhz *`. */
import { clockMhz } from '../text/plausible.ts'

/** MHz of the marked step. */
export function currentClock(table: string | undefined): number | undefined {
  const found = table === undefined ? null : /^\s*(?:\d{1,3}|S):\s*(\d{1,6})\s*Mhz\s*\*\s*$/im.exec(table)
  return found === null ? undefined : clockMhz(Number(found[1]))
}
