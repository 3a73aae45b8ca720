/** The power limit of a card as hwmon has it: a file in microwatts, and beside it files that say what it takes. */
import { throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Machine } from '../machine.ts'
import { powerLimitError } from '../power-limit-error.ts'
import { limitW } from '../text/plausible.ts'
import { drmCardsOf, keyOfDrm } from './drm-cards.ts'
import { hwmonFolder, scaled } from './hwmon.ts'
import { readKernelTexts } from './kernel-text.ts'

export interface LimitFiles {
  /** For messages: the driver. */
  readonly tool: string
  readonly limit: string
  /** Where the driver has none, anything above 0 is taken. */
  readonly least?: string
  readonly most: string
}

const MICRO = 1_000_000

/** The folder of a card by its key. @throws MeshError CANCELLED, POWER_LIMIT where it is gone */
export async function deviceToLimit(
  machine: Machine,
  pciVendor: number,
  key: string,
  { tool }: LimitFiles,
  signal: AbortSignal | undefined,
): Promise<string> {
  throwIfAborted(signal)
  const card = (await drmCardsOf(machine, pciVendor)).find((each) => keyOfDrm(each) === key)
  throwIfAborted(signal)
  if (card === undefined) throw powerLimitError(tool, 'unable', 'the card is gone')
  return card.folder
}

/** In watts. @throws MeshError POWER_LIMIT */
export async function hwmonLimit(machine: Machine, device: string, files: LimitFiles): Promise<number> {
  const folder = await hwmonFolder(machine, device)
  const texts = folder === undefined ? new Map() : await readKernelTexts(machine, folder, [files.limit])
  const watts = limitW(scaled(texts, files.limit, MICRO))
  if (watts === undefined) throw powerLimitError(files.tool, 'unable', `${files.limit} holds no limit`)
  return watts
}

/** @throws MeshError POWER_LIMIT, also for a limit outside of what the card itself says that it takes */
export async function setHwmonLimit(
  machine: Machine,
  device: string,
  { tool, limit, least, most }: LimitFiles,
  watts: number,
): Promise<void> {
  const folder = await hwmonFolder(machine, device)
  if (folder === undefined) throw powerLimitError(tool, 'unable', 'its sensors are not there')
  const texts = await readKernelTexts(machine, folder, [...(least === undefined ? [] : [least]), most])
  const leastW = least === undefined ? 0 : scaled(texts, least, MICRO)
  const mostW = limitW(scaled(texts, most, MICRO))
  if (leastW === undefined || mostW === undefined)
    throw powerLimitError(tool, 'unable', 'the driver does not say what the card takes')
  if (!(watts > 0 && watts >= leastW && watts <= mostW))
    throw powerLimitError(tool, 'unable', `the card takes ${leastW} to ${mostW} W only`)
  const outcome = await machine.writeText(`${folder}/${limit}`, `${Math.round(watts * MICRO)}\n`)
  switch (outcome) {
    case 'written':
      return
    case 'denied':
      throw powerLimitError(tool, 'denied', `this user may not write ${limit}`)
    case 'late':
      throw powerLimitError(tool, 'unknown', `${limit} takes no value in time`)
    case 'absent':
    case 'refused':
      throw powerLimitError(tool, 'unable', `the driver refuses ${watts} W`)
  }
}
