/**
 * A WebGPU adapter as a card: what a browser, or Dawn in a process, tells of the card behind it. Browsers tell little on purpose:
 * often the vendor and the architecture only.
 */
import type { CardFacts, CardForm, CardVendor, PciId } from './card-facts.ts'
import { cardVendorOf, pciVendors } from './card-vendor-ids.ts'

/** As `GPUAdapterInfo` has them; what is withheld is an empty text. */
export interface AdapterInfo {
  readonly vendor?: string
  readonly architecture?: string
  readonly device?: string
  readonly description?: string
  readonly isFallbackAdapter?: boolean
}

/** Words of Dawn, which Chrome has from there, and of Firefox and Safari, which write numbers or names of their own. */
const vendors: ReadonlyMap<string, CardVendor> = new Map([
  ['amd', 'amd'],
  ['apple', 'apple'],
  ['arm', 'arm'],
  ['broadcom', 'broadcom'],
  ['img-tec', 'imagination'],
  ['intel', 'intel'],
  ['nvidia', 'nvidia'],
  ['qualcomm', 'qualcomm'],
  ['samsung', 'samsung'],
])
/** Dawn's for rasterisers; `mesa` and `google` are makers of such only. */
const softwareWords: ReadonlySet<string> = new Set(['software', 'swiftshader', 'warp', 'mesa', 'google'])
/** These makers build graphics into processors only. */
const integratedVendors: ReadonlySet<CardVendor> = new Set([
  'apple',
  'arm',
  'broadcom',
  'imagination',
  'qualcomm',
  'samsung',
])
/** Intel's by generation, as Dawn's table of device ids has them; `gen-12-lp` is both. */
const intelForms: ReadonlyMap<string, CardForm> = new Map([
  ['gen-7', 'integrated'],
  ['gen-8', 'integrated'],
  ['gen-9', 'integrated'],
  ['gen-11', 'integrated'],
  ['gen-12-hp', 'discrete'],
  ['xe-lpg', 'integrated'],
  ['xe-2-lpg', 'integrated'],
  ['xe-2-hpg', 'discrete'],
  ['xe-3-lpg', 'integrated'],
])
/** Longer than every name of a card. A page that is not the browser's own may have put anything there. */
const NAME_CHARS_MAX = 128

/** `undefined` where not even the maker is told. `index` names the card where nothing else does. */
export function adapterCard(info: AdapterInfo, index = 0): CardFacts | undefined {
  const vendorWord = word(info.vendor)
  const architecture = word(info.architecture)
  const always = { key: `webgpu/${index}`, seenBy: ['webgpu'], platforms: { WebGPU: true }, limits: {} } as const
  const name = nameOf(info.device)
  if (info.isFallbackAdapter === true || softwareWords.has(architecture) || softwareWords.has(vendorWord))
    return { ...always, ...(name !== undefined && { name }), form: 'software' }
  const vendor = vendors.get(vendorWord) ?? cardVendorOf(Number(vendorWord || Number.NaN))
  if (vendor === undefined && name === undefined) return undefined
  const form = vendor === undefined ? undefined : formOf(vendor, architecture)
  const pci = pciOf(info)
  return {
    ...always,
    ...(vendor !== undefined && { vendor }),
    ...(name !== undefined && { name }),
    ...(pci !== undefined && { pci }),
    ...(form !== undefined && { form, sharesMemory: form === 'integrated' }),
  }
}

const word = (text: unknown): string => (typeof text === 'string' ? text.trim().toLowerCase() : '')

const formOf = (vendor: CardVendor, architecture: string): CardForm | undefined =>
  integratedVendors.has(vendor) ? 'integrated' : vendor === 'intel' ? intelForms.get(architecture) : undefined

/** `nvidia-geforce-rtx-3080`: the driver's name with everything but letters and digits made a hyphen, which cannot be undone. */
function nameOf(device: unknown): string | undefined {
  const name = word(device).replace(/-+/g, ' ').trim()
  if (name.length > NAME_CHARS_MAX || !/^[ -~]*[a-z][ -~]*$/.test(name) || isNumber(name)) return undefined
  return name
}

/** Chrome with its developers' features on: `0x744c`. Firefox writes decimal. Only where the vendor's numbers are the bus's. */
function pciOf({ vendor, device }: AdapterInfo): PciId | undefined {
  const vendorId = pciVendorOf.get(word(vendor)) ?? (isNumber(word(vendor)) ? Number(word(vendor)) : undefined)
  if (vendorId === undefined || !isNumber(word(device))) return undefined
  const deviceId = Number(word(device))
  const isPci = [...pciVendorOf.values()].includes(vendorId) && deviceId > 0 && deviceId <= 0xffff
  return isPci ? { vendor: vendorId, device: deviceId } : undefined
}

const pciVendorOf: ReadonlyMap<string, number> = new Map(Object.entries(pciVendors))

const isNumber = (text: string): boolean => /^(0x[0-9a-f]{1,8}|\d{1,10})$/.test(text)
