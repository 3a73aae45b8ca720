/**
 * What vulkaninfo prints, in its short form (`--summary`) and its long one. Both are lines of `name = value` below a heading per
 * device; the long one has the bus address and the memory besides. Its JSON is written to a file in the current folder, and is
 * no use here.
 */

/** Words as they were printed; what a driver or a version of the tool leaves out is absent. */
export interface PrintedDevice {
  readonly values: ReadonlyMap<string, string>
  /** Memory of the device itself, heap by heap, as printed. */
  readonly localHeaps: readonly string[]
}

/** More cards than a machine has slots: a driver that lists more is broken. */
const DEVICES_MAX = 64
/** Vulkan knows at most 16 (VK_MAX_MEMORY_HEAPS). */
const HEAPS_MAX = 16
/** Beyond any line that is read here; the longest of a real tool have 200. */
const LINE_CHARS_MAX = 1_024

/** Values that are read here. Of one that stands in several sections, which agree, the first counts. */
const wanted: ReadonlySet<string> = new Set([
  'apiVersion',
  'vendorID',
  'deviceID',
  'deviceType',
  'deviceName',
  'driverID',
  'driverName',
  'driverInfo',
  'deviceUUID',
  'pciDomain',
  'pciBus',
  'pciDevice',
  'pciFunction',
])

/** In the order in which they were printed. */
export function readVulkanInfo(text: string): readonly PrintedDevice[] {
  const devices: DeviceText[] = []
  for (const line of text.split('\n')) {
    const content = line.slice(0, LINE_CHARS_MAX).trim()
    if (/^GPU\d+:?$/.test(content)) {
      if (devices.length === DEVICES_MAX) break
      devices.push(new DeviceText())
    } else devices.at(-1)?.take(content)
  }
  return devices
}

class DeviceText implements PrintedDevice {
  readonly values = new Map<string, string>()
  readonly localHeaps: string[] = []
  /** Of the heap whose lines are being read. */
  #heapSize: string | undefined

  take(line: string): void {
    const [, name, value] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? []
    if (/^memoryHeaps\[\d+\]/.test(line) || /^memoryTypes\b/.test(line)) this.#heapSize = undefined
    else if (name === 'size') this.#heapSize = value
    else if (/^(VK_)?(MEMORY_HEAP_)?DEVICE_LOCAL(_BIT)?$/.test(line)) this.#closeHeap()
    else if (name !== undefined && wanted.has(name) && !this.values.has(name)) this.values.set(name, value!)
  }

  #closeHeap(): void {
    if (this.#heapSize !== undefined && this.localHeaps.length < HEAPS_MAX) this.localHeaps.push(this.#heapSize)
    this.#heapSize = undefined
  }
}
