/** Cards of the kernel's graphics drivers: `/sys/class/drm/card0` and on. */
import type { PciId } from '../../../protocols/rules/cards/card-facts.ts'
import type { Machine } from '../machine.ts'
import { busAddressOf as addressOf, keyOfPlace } from '../pci-words.ts'
import { hexIn } from '../text/numbers.ts'
import { type KernelTexts, readKernelTexts, uevent } from './kernel-text.ts'

const FOLDER = '/sys/class/drm'
/** The largest machines of miners carry 16; a driver that invents more is not followed. */
const CARDS_MAX = 64

/** Names what the PCI bus knows of a card. */
export const identityFiles = ['vendor', 'device', 'subsystem_vendor', 'subsystem_device', 'revision', 'uevent'] as const

export interface DrmCard {
  /** `card0`. */
  readonly name: string
  /** Its device's folder. */
  readonly folder: string
  readonly identity: KernelTexts
}

/** Cards whose device is of the vendor, in the kernel's order. Connectors (`card0-DP-1`) are none. */
export async function drmCardsOf(machine: Machine, vendor: number): Promise<readonly DrmCard[]> {
  const names = (await machine.list(FOLDER)).filter((name) => /^card\d{1,3}$/.test(name))
  const ordered = names.sort((a, b) => Number(a.slice(4)) - Number(b.slice(4))).slice(0, CARDS_MAX)
  const cards = await Promise.all(
    ordered.map(async (name) => {
      const folder = `${FOLDER}/${name}/device`
      return { name, folder, identity: await readKernelTexts(machine, folder, identityFiles) }
    }),
  )
  return cards.filter(({ identity }) => pciIdOf(identity)?.vendor === vendor)
}

/** From the files of single numbers, else from `PCI_ID` and `PCI_SUBSYS_ID` of the uevent. */
export function pciIdOf(texts: KernelTexts): PciId | undefined {
  const [ueventVendor, ueventDevice] = idPair(uevent(texts.get('uevent'), 'PCI_ID'))
  const [ueventSubVendor, ueventSubDevice] = idPair(uevent(texts.get('uevent'), 'PCI_SUBSYS_ID'))
  const vendor = hexIn(texts.get('vendor'), 16) ?? ueventVendor
  const device = hexIn(texts.get('device'), 16) ?? ueventDevice
  if (vendor === undefined || device === undefined) return undefined
  const subsystemVendor = hexIn(texts.get('subsystem_vendor'), 16) ?? ueventSubVendor
  const subsystemDevice = hexIn(texts.get('subsystem_device'), 16) ?? ueventSubDevice
  const revision = hexIn(texts.get('revision'), 8)
  return {
    vendor,
    device,
    ...(subsystemVendor === undefined ? {} : { subsystemVendor }),
    ...(subsystemDevice === undefined ? {} : { subsystemDevice }),
    ...(revision === undefined ? {} : { revision }),
  }
}

export const busAddressOf = (texts: KernelTexts): string | undefined =>
  addressOf(uevent(texts.get('uevent'), 'PCI_SLOT_NAME'))

/** By its place on the bus; of a chip that sits on none, by the kernel's number. */
export function keyOfDrm({ name, identity }: Pick<DrmCard, 'name' | 'identity'>): string {
  const busAddress = busAddressOf(identity)
  return busAddress === undefined ? `drm:${name}` : keyOfPlace(busAddress)
}

const idPair = (pair: string | undefined): readonly [number | undefined, number | undefined] => {
  const [vendor, device] = pair?.split(':') ?? []
  return [hexIn(vendor, 16), hexIn(device, 16)]
}
