/** What amdgpu's files say of what a card is doing. */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardReading, HeatSensor } from '../../../protocols/rules/cards/card-reading.ts'
import { scaled, sensorOf } from '../sysfs/hwmon.ts'
import type { KernelTexts } from '../sysfs/kernel-text.ts'
import { countIn } from '../text/numbers.ts'
import { clockMhz, limitW, memoryFreeBytes, powerW, share, shareOfPercent, temperatureC } from '../text/plausible.ts'
import { CLOCKS, TEMPERATURES } from './amd-card-files.ts'
import { amdMemory } from './amd-memory.ts'
import { currentClock } from './parse-dpm.ts'

export function amdReading(atMs: number, device: KernelTexts, hwmon: KernelTexts): CardReading {
  const { totalBytes, usedBytes } = amdMemory(device)
  const clock = (label: string, table: string) => {
    const sensor = sensorOf(hwmon, 'freq', label, CLOCKS)
    const measured = sensor === undefined ? undefined : clockMhz(scaled(hwmon, `${sensor}_input`, 1_000_000))
    // The table shows the step that is in force, or that was before the core fell asleep.
    return measured ?? currentClock(device.get(table))
  }
  return known<CardReading>({
    atMs,
    temperaturesC: temperaturesIn(hwmon),
    // Cards average it; a processor's graphics, and cards of 2022 and later, say it of the moment.
    powerW: powerW(scaled(hwmon, 'power1_average', 1_000_000) ?? scaled(hwmon, 'power1_input', 1_000_000)),
    powerLimitW: limitW(scaled(hwmon, 'power1_cap', 1_000_000)),
    coreMhz: clock('sclk', 'pp_dpm_sclk'),
    memoryMhz: clock('mclk', 'pp_dpm_mclk'),
    utilisation: shareOfPercent(countIn(device.get('gpu_busy_percent'))),
    memoryUsedBytes: usedBytes,
    memoryFreeBytes: memoryFreeBytes(totalBytes, usedBytes),
    fan: fanIn(hwmon),
  })
}

const sensors: readonly (readonly [HeatSensor, string])[] = [
  ['edge', 'edge'],
  ['hotspot', 'junction'],
  ['memory', 'mem'],
]

function temperaturesIn(hwmon: KernelTexts): Partial<Record<HeatSensor, number>> {
  const read = (sensor: string) => temperatureC(scaled(hwmon, `${sensor}_input`, 1_000))
  const found = sensors.flatMap(([name, label]) => {
    const sensor = sensorOf(hwmon, 'temp', label, TEMPERATURES)
    const celsius = sensor === undefined ? undefined : read(sensor)
    return celsius === undefined ? [] : [[name, celsius] as const]
  })
  if (found.length > 0) return Object.fromEntries(found)
  // Kernels before 4.20 had one sensor, the edge's, and no labels.
  const only = hwmon.has('temp1_label') ? undefined : read('temp1')
  return only === undefined ? {} : { edge: only }
}

/** Of 255, unless the driver says of what. */
const PWM_MAX = 255

function fanIn(hwmon: KernelTexts): number | undefined {
  const [pwm, most] = [countIn(hwmon.get('pwm1')), countIn(hwmon.get('pwm1_max')) ?? PWM_MAX]
  return pwm === undefined || most === 0 ? undefined : share(pwm / most)
}
