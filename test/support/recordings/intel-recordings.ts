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

const sample = recorded('intel-gpu-top/json-single.json').trim()
/** The recorded object twice, as the tool prints them: in an array without an end. */
export const intelGpuTopStream = `[\n${sample},\n${sample}\n`
/** A laptop whose intel_gpu_top was recorded, though not its files. */
export const intelGpuTopMachine: Recording = {
  files: {
    '/sys/class/drm/card0/device/uevent':
      'DRIVER=i915\nPCI_CLASS=30000\nPCI_ID=8086:5917\nPCI_SLOT_NAME=0000:00:02.0\n',
  },
  tools: { intel_gpu_top: intelGpuTopStream },
}
