/** `nvidia-smi -q -x`: all that the driver knows, as XML, in the schemas that drivers from 418 to 610 print. */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardSlice } from '../../../protocols/rules/cards/card-facts.ts'
import type { CardProcess } from '../../../protocols/rules/cards/card-reading.ts'
import { memoryOf } from './printed-figures.ts'
import { elementAt, readXml, textAt, type XmlElement } from './read-xml.ts'
import { type SmiCard, throttledBy } from './smi-card.ts'
import { PROCESSES_MAX, processOf } from './smi-process.ts'

/** Boards with sixteen exist; each may be cut into seven slices. */
const CARDS_MAX = 64
const SLICES_MAX = 16

/** `undefined` where the text is no such log. Fewer cards than the log counts are what it is: not all may be seen by this user. */
export function readSmiLog(text: string): readonly SmiCard[] | undefined {
  const log = readXml(text)
  if (log?.name !== 'nvidia_smi_log') return undefined
  const common = { driver: textAt(log, 'driver_version'), cuda: textAt(log, 'cuda_version') }
  return log.children
    .filter(({ name }) => name === 'gpu')
    .slice(0, CARDS_MAX)
    .map((gpu) => cardOf(gpu, common))
}

function cardOf(
  gpu: XmlElement,
  common: { readonly driver: string | undefined; readonly cuda: string | undefined },
): SmiCard {
  const power = elementAt(gpu, 'gpu_power_readings') ?? elementAt(gpu, 'power_readings')
  const heat = elementAt(gpu, 'temperature')
  return {
    words: {
      ...common,
      name: textAt(gpu, 'product_name'),
      uuid: textAt(gpu, 'uuid'),
      busId: textAt(gpu, 'pci', 'pci_bus_id') ?? gpu.attributes.id,
      deviceId: textAt(gpu, 'pci', 'pci_device_id'),
      subsystemId: textAt(gpu, 'pci', 'pci_sub_system_id'),
      virtualisation: textAt(gpu, 'gpu_virtualization_mode', 'virtualization_mode'),
      slicing: textAt(gpu, 'mig_mode', 'current_mig'),
      memoryTotal: textAt(gpu, 'fb_memory_usage', 'total'),
      memoryUsed: textAt(gpu, 'fb_memory_usage', 'used'),
      memoryFree: textAt(gpu, 'fb_memory_usage', 'free'),
      powerMin: textAt(power, 'min_power_limit'),
      powerDefault: textAt(power, 'default_power_limit'),
      powerMax: textAt(power, 'max_power_limit'),
      power: textAt(power, 'power_draw') ?? textAt(power, 'average_power_draw') ?? textAt(power, 'instant_power_draw'),
      powerLimit:
        textAt(power, 'enforced_power_limit') ?? textAt(power, 'current_power_limit') ?? textAt(power, 'power_limit'),
      slowdown: textAt(heat, 'gpu_temp_slow_threshold'),
      shutdown: textAt(heat, 'gpu_temp_max_threshold'),
      memoryHeatMax: textAt(heat, 'gpu_temp_max_mem_threshold'),
      margin: textAt(heat, 'gpu_temp_tlimit'),
      slowdownMargin: textAt(heat, 'gpu_temp_slow_tlimit_threshold'),
      shutdownMargin: textAt(heat, 'gpu_temp_max_tlimit_threshold'),
      heat: textAt(heat, 'gpu_temp'),
      memoryHeat: textAt(heat, 'memory_temp'),
      coreClock: textAt(gpu, 'clocks', 'graphics_clock'),
      memoryClock: textAt(gpu, 'clocks', 'mem_clock'),
      utilisation: textAt(gpu, 'utilization', 'gpu_util'),
      fan: textAt(gpu, 'fan_speed'),
    },
    throttled: throttledIn(elementAt(gpu, 'clocks_event_reasons') ?? elementAt(gpu, 'clocks_throttle_reasons')),
    processes: processesIn(elementAt(gpu, 'processes')),
    slices: slicesIn(elementAt(gpu, 'mig_devices')),
  }
}

/** `clocks_event_reason_sw_power_cap`, and before driver 535 `clocks_throttle_reason_sw_power_cap`. */
function throttledIn(reasons: XmlElement | undefined) {
  if (reasons === undefined || reasons.children.length === 0) return undefined
  const active = reasons.children.filter(({ text }) => text === 'Active')
  return throttledBy(active.map(({ name }) => name.replace(/^clocks_(event|throttle)_reason_/, '')))
}

function processesIn(list: XmlElement | undefined): readonly CardProcess[] | undefined {
  if (list === undefined || (list.children.length === 0 && list.text !== '')) return undefined
  return list.children
    .filter(({ name }) => name === 'process_info')
    .slice(0, PROCESSES_MAX)
    .flatMap((info) => processOf(textAt(info, 'pid'), textAt(info, 'process_name'), textAt(info, 'used_memory')))
}

function slicesIn(devices: XmlElement | undefined): readonly CardSlice[] | undefined {
  return devices?.children
    .filter(({ name }) => name === 'mig_device')
    .slice(0, SLICES_MAX)
    .map((device) => known<CardSlice>({ memoryBytes: memoryOf(textAt(device, 'fb_memory_usage', 'total')) }))
}
