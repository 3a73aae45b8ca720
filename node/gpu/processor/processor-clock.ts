/** The processor's clock now: the mean of its cores. Elsewhere than on Linux the system tells its rated one only, which is no reading. */
import type { Machine } from '../machine.ts'
import { countIn } from '../text/numbers.ts'
import { clockMhz } from '../text/plausible.ts'

/** Of many cores these stand for all. */
const CORES_READ_MAX = 16

export async function readClock(machine: Machine): Promise<number | undefined> {
  if (machine.platform !== 'linux' && machine.platform !== 'android') return undefined
  const all = (await machine.readText('/proc/cpuinfo')) ?? ''
  const told = [...all.matchAll(/^cpu MHz\s*: (\d{1,6}(?:\.\d{1,6})?)$/gm)].map(([, mhz]) => clockMhz(Number(mhz)))
  const mean = meanOf(told)
  if (mean !== undefined) return mean
  // Arm's cpuinfo has no clock.
  const cores = (await machine.list('/sys/devices/system/cpu')).filter((name) => /^cpu\d+$/.test(name))
  const kilohertz = await Promise.all(
    cores
      .slice(0, CORES_READ_MAX)
      .map((core) => machine.readText(`/sys/devices/system/cpu/${core}/cpufreq/scaling_cur_freq`)),
  )
  return meanOf(kilohertz.map((text) => clockMhz((countIn(text) ?? 0) / 1_000)))
}

function meanOf(figures: readonly (number | undefined)[]): number | undefined {
  const there = figures.filter((figure) => figure !== undefined)
  return there.length === 0 ? undefined : Math.round(there.reduce((sum, mhz) => sum + mhz, 0) / there.length)
}
