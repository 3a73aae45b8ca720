/**
 * Which files of Intel's drivers are read. i915 (to Alchemist) and xe (from Lunar Lake and Battlemage on) name them differently;
 * what is not there is not read. Documentation: the kernel's `Documentation/ABI/testing/sysfs-driver-intel-*`, and the source.
 */
import { sensorFiles } from '../sysfs/hwmon.ts'
import type { LimitFiles } from '../sysfs/hwmon-limit.ts'

/** Relative to the card's folder, `/sys/class/drm/card0`. In front, what newer kernels have. */
export const actualClockFiles = [
  'device/tile0/gt0/freq0/act_freq',
  'gt/gt0/rps_act_freq_mhz',
  'gt_act_freq_mhz',
] as const

/** Memory of the card itself: xe says it of each tile; i915 of the card, where the driver is Intel's own. */
export const memoryFiles = [
  'device/tile0/physical_vram_size_bytes',
  'device/tile1/physical_vram_size_bytes',
  'lmem_total_bytes',
] as const

const throttleFolders = ['device/tile0/gt0/freq0/throttle', 'gt/gt0', ''] as const
const reasons = ['status', 'thermal', 'pl1', 'pl2', 'pl4', 'prochot', 'ratl', 'vr_tdc', 'vr_thermalert'] as const

/** By reason, where the three generations of names put it. */
export const throttleFiles: Readonly<Record<(typeof reasons)[number], readonly string[]>> = Object.fromEntries(
  reasons.map((reason) => [
    reason,
    throttleFolders.map((folder, i) => {
      const name = i === 0 ? (reason === 'status' ? 'status' : `reason_${reason}`) : `throttle_reason_${reason}`
      return folder === '' ? name : `${folder}/${name}`
    }),
  ]),
) as never

export const readingFiles = [...actualClockFiles, ...Object.values(throttleFiles).flat()]

/** xe numbers its sensors by what they sit on: 1 the card, 2 the package, 3 the memory. */
export const CHANNELS = 3

/**
 * The card's sustained limit (PL1). The drivers take what lies above 0 and not above the rated power; 0 would turn the limit off, and a
 * card whose limit is off says 0, so that nothing is set on it.
 */
export const limitFiles: LimitFiles = { tool: 'intel-sysfs', limit: 'power1_max', most: 'power1_rated_max' }

export const hwmonFiles = [
  ...sensorFiles('temp', CHANNELS, ['label', 'input', 'crit', 'emergency']),
  ...sensorFiles('energy', 2, ['input']),
  ...sensorFiles('power', 2, ['max', 'rated_max']),
]
