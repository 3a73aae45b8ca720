/** Figures that files and JSON hold as numbers, within the bounds that hold for all back ends (figures.ts). */
import { clockWithin, heatWithin, memoryWithin, powerWithin, within } from '../figures.ts'

export const temperatureC = heatWithin
export const limitC = heatWithin
export const powerW = powerWithin
/** A limit of 0 is no limit: amdgpu prints 0 W for `as low as you like`, xe for `none set`. */
export const limitW = (figure: number | undefined): number | undefined => powerWithin(figure) || undefined
/** 0 is what a core prints that sleeps: its clock is not known then. */
export const clockMhz = clockWithin
export const memoryBytes = memoryWithin
/** Of memory that is there, nothing may be used, or free. */
export const memoryUsedBytes = (figure: number | undefined): number | undefined =>
  figure === 0 ? 0 : memoryWithin(figure)
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
