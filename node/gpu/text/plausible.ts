/**
 * Bounds that hold for all back ends. What cannot be (a negative power, 511 C of a sensor that is not there, 0 bytes of memory) was not
 * found out: it is `undefined`.
 */

/** Cards run hot at 110; at 0, as a vGPU without a sensor prints it, below, or above this, a sensor tells of itself only. */
const HEAT_C_MAX = 150
/** The hungriest module takes 1.2 kW. */
const POWER_W_MAX = 3_000
/** Effective clocks of memory have five digits. */
const CLOCK_MHZ_MAX = 60_000
/** 8 TiB: ten times the largest. */
const MEMORY_BYTES_MAX = 2 ** 43

export const within = (figure: number | undefined, min: number, max: number): number | undefined =>
  figure !== undefined && Number.isFinite(figure) && figure >= min && figure <= max ? figure : undefined

export const temperatureC = (figure: number | undefined): number | undefined => within(figure, 1, HEAT_C_MAX)
export const powerW = (figure: number | undefined): number | undefined => within(figure, 0, POWER_W_MAX)
/** A limit of 0 is no limit: amdgpu prints 0 W for `as low as you like`, xe for `none set`. */
export const limitW = (figure: number | undefined): number | undefined => powerW(figure) || undefined
/** 0 is what a core prints that sleeps, and a vGPU, which has no clock: it is not known then. */
export const clockMhz = (figure: number | undefined): number | undefined => within(figure, 1, CLOCK_MHZ_MAX)
export const memoryBytes = (figure: number | undefined): number | undefined => within(figure, 1, MEMORY_BYTES_MAX)
/** Of memory that is there, nothing may be used, or free. */
export const memoryUsedBytes = (figure: number | undefined): number | undefined =>
  figure === 0 ? 0 : memoryBytes(figure)
export const share = (figure: number | undefined): number | undefined => within(figure, 0, 1)
/** A core count of Apple's, a Mali's. */
export const coreCount = (figure: number | undefined): number | undefined =>
  figure !== undefined && Number.isSafeInteger(figure) ? within(figure, 1, 100_000) : undefined

/** In per cent, as 0 to 1. */
export const shareOfPercent = (percent: number | undefined): number | undefined =>
  share(percent === undefined ? undefined : percent / 100)

/** What is left of `total`; `undefined` where more is used than there is. */
export const memoryFreeBytes = (total: number | undefined, used: number | undefined): number | undefined =>
  total === undefined || used === undefined ? undefined : memoryUsedBytes(total - used)
