/** Sensors of a system on a chip, by their names: `/sys/class/thermal/thermal_zone<n>`. */
import type { Machine } from '../machine.ts'
import { integerIn } from '../text/numbers.ts'
import { temperatureC } from '../text/plausible.ts'

const FOLDER = '/sys/class/thermal'
/** Phones have up to a hundred. */
const ZONES_MAX = 128

/** Celsius by name in lower case, of several of one name the hottest; a zone that is off is absent. Only zones that `isWanted` are read. */
export async function readThermalZones(
  machine: Machine,
  isWanted: (name: string) => boolean,
): Promise<ReadonlyMap<string, number>> {
  const zones = (await machine.list(FOLDER)).filter((name) => /^thermal_zone\d{1,3}$/.test(name)).slice(0, ZONES_MAX)
  const found = await Promise.all(
    zones.map(async (zone) => {
      const name = (await machine.readText(`${FOLDER}/${zone}/type`))?.trim().toLowerCase()
      if (name === undefined || !isWanted(name)) return undefined
      const celsius = celsiusIn(await machine.readText(`${FOLDER}/${zone}/temp`))
      return celsius === undefined ? undefined : ([name, celsius] as const)
    }),
  )
  const hottest = new Map<string, number>()
  for (const zone of found)
    if (zone !== undefined) hottest.set(zone[0], Math.max(zone[1], hottest.get(zone[0]) ?? zone[1]))
  return hottest
}

/** Thousandths of a degree; some phones' drivers print whole degrees, which no chip could be at as thousandths. */
export function celsiusIn(text: string | undefined): number | undefined {
  const value = integerIn(text)
  return value === undefined ? undefined : temperatureC(Math.abs(value) < 200 ? value : value / 1_000)
}
