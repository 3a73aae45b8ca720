/** Who made a card, by the number that it carries on the PCI bus or that its maker has from Khronos. */
import type { CardVendor } from './card-facts.ts'

/** On the PCI bus, of those whose cards sit on it. */
export const pciVendors = { amd: 0x1002, intel: 0x8086, nvidia: 0x10de } as const

const vendors: ReadonlyMap<number, CardVendor> = new Map([
  [pciVendors.nvidia, 'nvidia'],
  [pciVendors.amd, 'amd'],
  // Of AMD's processors, and what stands in some of their graphics' configuration.
  [0x1022, 'amd'],
  [pciVendors.intel, 'intel'],
  [0x106b, 'apple'],
  [0x5143, 'qualcomm'],
  // Qualcomm's number on the PCI bus; the one above is what its drivers say.
  [0x17cb, 'qualcomm'],
  // And what Windows has for it from the firmware: QCOM in ASCII.
  [0x4d4f4351, 'qualcomm'],
  [0x13b5, 'arm'],
  [0x144d, 'samsung'],
  [0x14e4, 'broadcom'],
  [0x1010, 'imagination'],
])

/** `undefined` for makers of software, and of cards that this program does not know. */
export const cardVendorOf = (id: number): CardVendor | undefined => vendors.get(id)
