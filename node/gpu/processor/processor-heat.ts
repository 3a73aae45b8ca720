/** The processor's temperature, where a driver of it or a thermal zone tells. */
import type { Machine } from '../machine.ts'
import { scaled } from '../sysfs/hwmon.ts'
import { readKernelTexts } from '../sysfs/kernel-text.ts'
import { readThermalZones } from '../sysfs/thermal-zones.ts'
import { temperatureC } from '../text/plausible.ts'

export interface ProcessorHeat {
  readonly nowC: number | undefined
  /** From here it slows itself down. */
  readonly throttlesC: number | undefined
}

/** Drivers that read the processor's own sensors, and which of them is the whole package. `Tctl` may have an offset; `Tdie` has none. */
const drivers: Readonly<Record<string, readonly RegExp[]>> = {
  coretemp: [/^Package id/, /^Core/],
  k10temp: [/^Tdie$/, /^Tctl$/],
  zenpower: [/^Tdie$/, /^Tctl$/],
  cpu_thermal: [/^/],
  scpi_sensors: [/^SOC$/i],
}
/** By their names in lower case. ACPI's own zones are left out: on many boards they never change. */
const ZONE =
  /^(x86_pkg_temp|cpu[-_]thermal\d*|cpu\d*[-_]thermal|cpu-\d[-\w]*|soc[-_]thermal|cpu-therm|tsens_tz_sensor0)$/
/** A board with two sockets has a few; nobody has more. */
const SENSORS_MAX = 256
const FOLDERS_MAX = 64

export async function readHeat(machine: Machine): Promise<ProcessorHeat> {
  if (machine.platform !== 'linux' && machine.platform !== 'android') return nothing
  const own = await fromDrivers(machine)
  return own.nowC === undefined ? fromZones(machine) : own
}

const nothing: ProcessorHeat = { nowC: undefined, throttlesC: undefined }

async function fromDrivers(machine: Machine): Promise<ProcessorHeat> {
  const root = '/sys/class/hwmon'
  for (const folder of (await machine.list(root)).slice(0, FOLDERS_MAX)) {
    const wanted = drivers[(await machine.readText(`${root}/${folder}/name`))?.trim() ?? '']
    if (wanted === undefined) continue
    const names = (await machine.list(`${root}/${folder}`)).slice(0, SENSORS_MAX)
    const sensors = await Promise.all(
      names.flatMap((name) => {
        const sensor = /^(temp\d{1,3})_input$/.exec(name)?.[1]
        return sensor === undefined ? [] : [labelled(machine, `${root}/${folder}`, sensor)]
      }),
    )
    for (const pattern of wanted) {
      const found = sensors.filter(({ label }) => pattern.test(label))
      const hottest = maxOf(found.map(({ nowC }) => nowC))
      // Two packages: the hotter one counts, and the one that slows down first.
      if (hottest !== undefined) return { nowC: hottest, throttlesC: minOf(found.map(({ throttlesC }) => throttlesC)) }
    }
  }
  return nothing
}

async function labelled(machine: Machine, folder: string, sensor: string) {
  const texts = await readKernelTexts(machine, folder, sensorFilesOf(sensor))
  const celsius = (end: string) => temperatureC(scaled(texts, `${sensor}_${end}`, 1_000))
  return { label: texts.get(`${sensor}_label`)?.trim() ?? '', nowC: celsius('input'), throttlesC: celsius('crit') }
}

const sensorFilesOf = (sensor: string): readonly string[] => ['label', 'input', 'crit'].map((end) => `${sensor}_${end}`)

async function fromZones(machine: Machine): Promise<ProcessorHeat> {
  const zonesC = await readThermalZones(machine, (name) => ZONE.test(name))
  return { nowC: maxOf([...zonesC.values()]), throttlesC: undefined }
}

const maxOf = (figures: readonly (number | undefined)[]): number | undefined => extreme(figures, Math.max)
const minOf = (figures: readonly (number | undefined)[]): number | undefined => extreme(figures, Math.min)
function extreme(figures: readonly (number | undefined)[], of: (...all: number[]) => number): number | undefined {
  const there = figures.filter((figure) => figure !== undefined)
  return there.length === 0 ? undefined : of(...there)
}
