/** A device that Vulkan names, as a card. */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardFacts, CardForm, PciId } from '../../../protocols/rules/cards/card-facts.ts'
import { cardVendorOf } from '../../../protocols/rules/cards/card-vendor-ids.ts'
import { busAddressOf, keyOfPlace } from '../pci-words.ts'
import { memoryBytes } from '../text/plausible.ts'
import { wordOf } from '../text/words.ts'
import type { PrintedDevice } from './vulkaninfo-text.ts'

/** A heap below this is no memory that a model fits in, but a driver's mistake. */
const MEMORY_BYTES_MIN = 2 ** 24
/** Vendor ids above 16 bits are Khronos' own, for makers of software. */
const PCI_ID_MAX = 0xffff

const forms: Readonly<Record<string, CardForm>> = {
  DISCRETE_GPU: 'discrete',
  INTEGRATED_GPU: 'integrated',
  VIRTUAL_GPU: 'virtual',
  CPU: 'software',
}

/** `undefined` where not even a name or a vendor was printed. `index` names it where nothing else does. */
export function vulkanCard(device: PrintedDevice, index: number): CardFacts | undefined {
  const { values } = device
  const name = wordOf(values.get('deviceName'))
  const vendorId = wholeNumber(values.get('vendorID'), 0xffff_ffff)
  if (name === undefined && vendorId === undefined) return undefined
  const form = formOf(device)
  const place = placeOf(device)
  const always = { seenBy: ['vulkan'], platforms: { Vulkan: apiVersionOf(device) ?? true }, limits: {} } as const
  const driver = wordOf([values.get('driverName'), values.get('driverInfo')].filter(Boolean).join(' '))
  // Its ids are those of a program, and its memory is the processor's.
  if (form === 'software')
    return { key: `vulkan/${index}`, ...always, ...known<Partial<CardFacts>>({ form, name, driver }) }
  const vendor = vendorId === undefined ? undefined : cardVendorOf(vendorId)
  const uuid = uuidOf(device)
  return {
    key: place === undefined ? `vulkan/${uuid ?? index}` : keyOfPlace(place),
    ...always,
    ...known<Partial<CardFacts>>({
      vendor,
      name,
      pci: pciOf(device, vendorId),
      busAddress: place,
      uuid,
      form,
      memoryBytes: memoryOf(device, vendor),
      sharesMemory: form === 'integrated' ? true : form === 'discrete' ? false : undefined,
      driver,
    }),
  }
}

/** Rasterisers of the processor say so by their type, or are known by their driver where a layer hides the type. */
function formOf({ values }: PrintedDevice): CardForm | undefined {
  if (/LLVMPIPE|SWIFTSHADER/.test(values.get('driverID') ?? '') || /llvmpipe/.test(values.get('deviceName') ?? ''))
    return 'software'
  return forms[(values.get('deviceType') ?? '').replace('PHYSICAL_DEVICE_TYPE_', '')]
}

/** Where the vendor's ids are those of the PCI bus; on a phone they are the vendor's own. */
function pciOf({ values }: PrintedDevice, vendor: number | undefined): PciId | undefined {
  const device = wholeNumber(values.get('deviceID'), PCI_ID_MAX)
  if (vendor === undefined || device === undefined || vendor > PCI_ID_MAX) return undefined
  return vendor === 0 || device === 0 ? undefined : { vendor, device }
}

function placeOf({ values }: PrintedDevice): string | undefined {
  const domain = wholeNumber(values.get('pciDomain'), 0xffff_ffff)
  const bus = wholeNumber(values.get('pciBus'), 0xff)
  const slot = wholeNumber(values.get('pciDevice'), 0x1f)
  const part = wholeNumber(values.get('pciFunction'), 7)
  if (domain === undefined || bus === undefined || slot === undefined || part === undefined) return undefined
  // Some drivers of cards that are on no PCI bus print zeros, which is where the processor's own bridge sits.
  if (domain + bus + slot + part === 0) return undefined
  const hex = (number: number) => number.toString(16).padStart(2, '0')
  return busAddressOf(`${hex(domain)}:${hex(bus)}:${hex(slot)}.${part}`)
}

/** NVIDIA's driver has one id for a card in all its interfaces; written as its own tools write it. */
function uuidOf({ values }: PrintedDevice): string | undefined {
  const uuid = values.get('deviceUUID')?.toLowerCase()
  if (uuid === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid)) return undefined
  if (/^[0-]+$/.test(uuid)) return undefined
  return values.get('driverID')?.includes('NVIDIA_PROPRIETARY') ? `GPU-${uuid}` : uuid
}

/** The second local heap of an AMD card is the rest of its memory; that of others is a window into the first. */
function memoryOf({ localHeaps }: PrintedDevice, vendor: CardFacts['vendor']): number | undefined {
  const sizes = localHeaps.map((size) => wholeNumber(size, Number.MAX_SAFE_INTEGER) ?? 0)
  const bytes = vendor === 'amd' ? sizes.reduce((sum, size) => sum + size, 0) : Math.max(0, ...sizes)
  return bytes < MEMORY_BYTES_MIN ? undefined : memoryBytes(bytes)
}

/** `4206847 (1.3.255)`, `0x401046 (1.1.70)` and `1.3.255` are one way of saying it, at different times. */
const apiVersionOf = ({ values }: PrintedDevice): string | undefined =>
  /(?<![\d.])\d{1,2}\.\d{1,4}\.\d{1,4}(?![\d.])/.exec(values.get('apiVersion') ?? '')?.[0]

/** The whole number that a text begins with, decimal or `0x`; `undefined` where it begins with none, or with one above `max`. */
function wholeNumber(text: string | undefined, max: number): number | undefined {
  const digits = /^(0x[0-9a-f]{1,16}|\d{1,16})(?![\w.,])/i.exec(text ?? '')?.[0]
  return digits !== undefined && Number(digits) <= max ? Number(digits) : undefined
}
