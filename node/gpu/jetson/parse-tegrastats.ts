/**
 * A line of NVIDIA's tegrastats. Words come and go with board, mode and release: `GR3D_FREQ 0%@114`, `63%@[621]`, `45%` alone;
 * rails in mW with their average behind a stroke, or without a unit on older boards, or without an average.
 */
import { known } from '../../../protocols/kernel/known.ts'
import { clockMhz, memoryBytes, memoryUsedBytes, powerW, shareOfPercent, temperatureC } from '../text/plausible.ts'

const MIB = 1_048_576
/** With twelve cores and all rails a line has some 800 characters. */
const LINE_CHARS_MAX = 8_000

export interface Tegrastats {
  /** Of the machine, which its graphics share. */
  readonly memoryTotalBytes?: number
  readonly memoryUsedBytes?: number
  readonly utilisation?: number
  readonly coreMhz?: number
  readonly memoryMhz?: number
  /** By sensor, in lower case: `gpu`, `tj`, `cpu` ... */
  readonly temperaturesC: ReadonlyMap<string, number>
  /** By rail: `VDD_IN` ... */
  readonly railsW: ReadonlyMap<string, number>
}

export function parseTegrastats(text: string): Tegrastats {
  const line = (text.split('\n', 1)[0] ?? '').slice(0, LINE_CHARS_MAX)
  const number = (pattern: RegExp): number | undefined => {
    const digits = pattern.exec(line)?.[1]
    return digits === undefined ? undefined : Number(digits)
  }
  const [used, total] = [number(/(?:^| )RAM (\d{1,8})\/\d/), number(/(?:^| )RAM \d{1,8}\/(\d{1,8})MB/)]
  return known<Tegrastats>({
    memoryTotalBytes: total === undefined ? undefined : memoryBytes(total * MIB),
    memoryUsedBytes:
      used === undefined || total === undefined || used > total ? undefined : memoryUsedBytes(used * MIB),
    utilisation: shareOfPercent(number(/ GR3D_FREQ (\d{1,3})%/)),
    // Several clusters of one chip stand in brackets; they run alike.
    coreMhz: clockMhz(number(/ GR3D_FREQ \d{1,3}%@\[?(\d{1,5})/)),
    memoryMhz: clockMhz(number(/ EMC_FREQ \d{1,3}%@(\d{1,5})/)),
    temperaturesC: temperaturesIn(line),
    railsW: railsIn(line),
  })
}

/** `gpu@53.343C`; a part that is off prints -256. */
function temperaturesIn(line: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const [, name, digits] of line.matchAll(
    /(?<= )([A-Za-z][A-Za-z0-9_]{0,31})@(-?\d{1,4}(?:\.\d{1,4})?)C(?= |$)/g,
  )) {
    const celsius = temperatureC(Number(digits))
    if (celsius !== undefined) found.set(name!.toLowerCase(), celsius)
  }
  return found
}

/** The first figure is of the moment. */
function railsIn(line: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const [, name, milliwatts] of line.matchAll(
    /(?<= )((?:VDD|VIN|POM)_\w{1,31}) (\d{1,7})(?:mW)?(?:\/\d{1,7}(?:mW)?)?(?= |$)/g,
  )) {
    const watts = powerW(Number(milliwatts) / 1_000)
    if (watts !== undefined) found.set(name!, watts)
  }
  return found
}
