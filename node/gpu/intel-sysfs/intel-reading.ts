/** What the files of i915 and xe say of what a card is doing. */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardReading, HeatSensor, ThrottleReason } from '../../../protocols/rules/cards/card-reading.ts'
import { scaled, sensorOf } from '../sysfs/hwmon.ts'
import type { KernelTexts } from '../sysfs/kernel-text.ts'
import { countIn } from '../text/numbers.ts'
import { clockMhz, limitW, powerW, temperatureC } from '../text/plausible.ts'
import { actualClockFiles, CHANNELS, throttleFiles } from './intel-card-files.ts'

/** A counter of energy at a moment: two of them are a power. */
export interface EnergyMark {
  readonly atMs: number
  readonly joules: number
}

export function intelReading(
  atMs: number,
  card: KernelTexts,
  hwmon: KernelTexts,
  before: EnergyMark | undefined,
): CardReading {
  const watts = (file: string) => limitW(scaled(hwmon, file, 1_000_000))
  return known<CardReading>({
    atMs,
    temperaturesC: temperaturesIn(hwmon),
    powerW: powerBetween(before, energyIn(atMs, hwmon)),
    powerLimitW: watts('power1_max') ?? watts('power2_max'),
    coreMhz: actualClockFiles.map((file) => clockMhz(countIn(card.get(file)))).find((mhz) => mhz !== undefined),
    throttled: throttledIn(card),
  })
}

/** Of the whole card where it counts that, else of its package. */
export function energyIn(atMs: number, hwmon: KernelTexts): EnergyMark | undefined {
  const joules = scaled(hwmon, 'energy1_input', 1_000_000) ?? scaled(hwmon, 'energy2_input', 1_000_000)
  return joules === undefined || joules < 0 ? undefined : { atMs, joules }
}

/** Drivers refresh the counter every few milliseconds: two marks closer than this show their rhythm, not the card's. */
const BETWEEN_MS_MIN = 100

/** `undefined` for a counter that stood still or began anew. */
export function powerBetween(before: EnergyMark | undefined, now: EnergyMark | undefined): number | undefined {
  if (before === undefined || now === undefined || now.atMs - before.atMs < BETWEEN_MS_MIN) return undefined
  return powerW((now.joules - before.joules) / ((now.atMs - before.atMs) / 1_000)) || undefined
}

/** As xe labels and numbers them. i915 has one sensor since Linux 6.16, without a label. */
export const sensorAt = (hwmon: KernelTexts, label: 'pkg' | 'vram'): string =>
  sensorOf(hwmon, 'temp', label, CHANNELS) ??
  (label === 'vram' ? 'temp3' : hwmon.has('temp2_input') ? 'temp2' : 'temp1')

function temperaturesIn(hwmon: KernelTexts): CardReading['temperaturesC'] {
  const places: readonly (readonly [HeatSensor, string])[] = [
    ['edge', sensorAt(hwmon, 'pkg')],
    ['memory', sensorAt(hwmon, 'vram')],
  ]
  return Object.fromEntries(
    places.flatMap(([name, sensor]) => {
      const celsius = temperatureC(scaled(hwmon, `${sensor}_input`, 1_000))
      return celsius === undefined ? [] : [[name, celsius] as const]
    }),
  )
}

const meanings: readonly (readonly [keyof typeof throttleFiles, ThrottleReason])[] = [
  ['thermal', 'heat'],
  ['vr_thermalert', 'heat'],
  ['pl1', 'power'],
  ['pl2', 'power'],
  ['pl4', 'power'],
  ['vr_tdc', 'current'],
  ['prochot', 'hardware'],
  ['ratl', 'other'],
]

/** `undefined` where the driver has no such files; `other` where it only says that it is held back. */
function throttledIn(card: KernelTexts): readonly ThrottleReason[] | undefined {
  const flag = (reason: keyof typeof throttleFiles) => {
    for (const file of throttleFiles[reason]) {
      const value = countIn(card.get(file))
      if (value === 0 || value === 1) return value === 1
    }
    return undefined
  }
  const status = flag('status')
  if (status === undefined) return undefined
  if (!status) return []
  const found = [...new Set(meanings.filter(([reason]) => flag(reason)).map(([, meaning]) => meaning))]
  return found.length === 0 ? ['other'] : found
}
