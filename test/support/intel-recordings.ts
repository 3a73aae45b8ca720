/** Machines with Intel's graphics. */
import { type RecordedTool, type Recording, recorded } from './recorded-machine.ts'

/** Battlemage under the xe driver: reconstructed after the kernel's documentation. */
export const arcB580Machine: Recording = JSON.parse(recorded('intel-sysfs/arc-b580-xe.reconstructed.json'))
/** Alchemist under i915: reconstructed. */
export const arcA770Machine: Recording = JSON.parse(recorded('intel-sysfs/arc-a770-i915.reconstructed.json'))

const xpuSmi =
  (stats: string): RecordedTool =>
  ([what, option]) => {
    if (what === 'stats') return { stdout: recorded(`xpu-smi/${stats}`) }
    return option === '-d'
      ? { stdout: recorded('xpu-smi/discovery-device.reconstructed.json') }
      : { stdout: recorded('xpu-smi/guide-json-1.txt') }
  }

/** The list is Intel's; details and measurements are reconstructed from the tables of the same guide. */
export const xpuSmiMachine: Recording = { tools: { 'xpu-smi': xpuSmi('stats-device.reconstructed.json') } }
export const tiledXpuSmiMachine: Recording = { tools: { 'xpu-smi': xpuSmi('stats-tiles.reconstructed.json') } }
