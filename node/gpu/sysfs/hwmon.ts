/** The kernel's way to show sensors: a folder `hwmon/hwmon<n>` of a device, with numbers in thousandths and millionths. */
import type { Machine } from '../machine.ts'
import { integerIn } from '../text/numbers.ts'
import { type KernelTexts, readKernelTexts } from './kernel-text.ts'

/** `device` has one such folder, by any number; without a driver that has sensors, none. */
export async function readHwmon(machine: Machine, device: string, files: readonly string[]): Promise<KernelTexts> {
  const folder = await hwmonFolder(machine, device)
  return folder === undefined ? new Map() : readKernelTexts(machine, folder, files)
}

export async function hwmonFolder(machine: Machine, device: string): Promise<string | undefined> {
  const name = (await machine.list(`${device}/hwmon`)).find((each) => /^hwmon\d{1,4}$/.test(each))
  return name === undefined ? undefined : `${device}/hwmon/${name}`
}

/** Millidegrees as degrees, microwatts as watts, Hz as MHz. */
export const scaled = (texts: KernelTexts, file: string, unitsPerOne: number): number | undefined => {
  const value = integerIn(texts.get(file))
  return value === undefined ? undefined : value / unitsPerOne
}

/** Files that belong to sensors 1 to `count` of a kind: `temp1_input`, `temp1_label` ... */
export const sensorFiles = (kind: string, count: number, ends: readonly string[]): readonly string[] =>
  Array.from({ length: count }, (_, i) => ends.map((end) => `${kind}${i + 1}_${end}`)).flat()

/** The sensor of that label, as the start of its files' names (`temp2`). */
export function sensorOf(texts: KernelTexts, kind: string, label: string, count: number): string | undefined {
  const numbers = Array.from({ length: count }, (_, i) => `${kind}${i + 1}`)
  return numbers.find((sensor) => texts.get(`${sensor}_label`)?.trim() === label)
}
