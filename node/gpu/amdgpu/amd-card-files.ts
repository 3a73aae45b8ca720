/** Which of amdgpu's files are read, when. Documentation: docs.kernel.org, `GPU Driver Developer's Guide`, AMDgpu thermal and misc. */
import { sensorFiles } from '../sysfs/hwmon.ts'
import type { LimitFiles } from '../sysfs/hwmon-limit.ts'

/** Do not change while the card is plugged in. */
export const factFiles = [
  'mem_info_vram_total',
  'mem_info_gtt_total',
  'mem_info_vram_vendor',
  'product_name',
  'unique_id',
] as const

export const readingFiles = [
  'mem_info_vram_total',
  'mem_info_gtt_total',
  'mem_info_vram_vendor',
  'mem_info_vram_used',
  'mem_info_gtt_used',
  'gpu_busy_percent',
  'pp_dpm_sclk',
  'pp_dpm_mclk',
] as const

/** edge, junction, mem. */
export const TEMPERATURES = 3
/** sclk, mclk. */
export const CLOCKS = 2

export const hwmonLimitFiles = [
  ...sensorFiles('temp', TEMPERATURES, ['label', 'crit', 'emergency']),
  'power1_cap_min',
  'power1_cap_max',
  'power1_cap_default',
]

/** Whole watts count; 0 would be the driver's own limit, and is never written. */
export const limitFiles: LimitFiles = {
  tool: 'amdgpu',
  limit: 'power1_cap',
  least: 'power1_cap_min',
  most: 'power1_cap_max',
}

export const hwmonReadingFiles = [
  ...sensorFiles('temp', TEMPERATURES, ['label', 'input']),
  ...sensorFiles('freq', CLOCKS, ['label', 'input']),
  'power1_average',
  'power1_input',
  'power1_cap',
  'pwm1',
  'pwm1_max',
]
