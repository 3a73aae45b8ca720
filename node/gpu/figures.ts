/**
 * Figures and words as tools print them. What cannot be (a negative power, 511 C of a sensor that is not there, 0 bytes of memory)
 * and every word for "no value" is `undefined`.
 */

const MIB = 1_048_576

/** Cards run hot at 110; at 0, as a vGPU without a sensor prints it, below, or above this, a sensor tells of itself only. */
const HEAT_C_MAX = 150
/** The hungriest module takes 1.2 kW. */
const POWER_W_MAX = 3_000
/** Effective clocks of memory have five digits. 0 is what a vGPU prints, which has no clock. */
const CLOCK_MHZ_MAX = 60_000
/** 8 TiB: ten times the largest. */
const MEMORY_BYTES_MAX = 2 ** 43
/** The longest name on the market has 55 characters. */
const WORD_CHARS_MAX = 128

const FIGURE = /^([+-]?\d{1,15}(?:\.\d{1,9})?|\.\d{1,9})\s*([a-zA-Z%°]{0,8})$/
const NO_VALUE =
  /^\[?\s*(n\/a|not supported|not available|unknown|unknown error|none|null|undefined|nan|err!|insufficient permissions|gpu requires reset|gpu is lost|requested functionality has been deprecated)\s*\]?$/i
/** Control characters and what turns the direction of writing: no driver prints them, and a terminal would obey. */
const UNPRINTABLE = /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\uFFFD/u

/** A figure with one of the units, or with none printed. Case of units does not matter. */
export function figureOf(
  text: string | undefined,
  units: readonly string[],
  min: number,
  max: number,
): number | undefined {
  const [, digits, unit] = FIGURE.exec(text?.trim() ?? '') ?? []
  if (digits === undefined || !(unit === '' || units.some((known) => known.toLowerCase() === unit!.toLowerCase()))) {
    return undefined
  }
  return within(Number(digits), min, max)
}

/** For figures that come as numbers, as in JSON. */
export const within = (figure: number | undefined, min: number, max: number): number | undefined =>
  figure !== undefined && Number.isFinite(figure) && figure >= min && figure <= max ? figure : undefined

export const celsius = (text: string | undefined): number | undefined => figureOf(text, ['C', '°C'], 1, HEAT_C_MAX)
export const watts = (text: string | undefined): number | undefined => figureOf(text, ['W'], 0, POWER_W_MAX)
export const megahertz = (text: string | undefined): number | undefined => figureOf(text, ['MHz'], 1, CLOCK_MHZ_MAX)
/** 0 to 1 of a percentage. */
export const share = (text: string | undefined): number | undefined => {
  const percent = figureOf(text, ['%'], 0, 100)
  return percent === undefined ? undefined : percent / 100
}
/** Bytes of a size in MiB that may be 0: what is used, or free. */
export const mebibytes = (text: string | undefined): number | undefined => {
  const mib = figureOf(text, ['MiB'], 0, MEMORY_BYTES_MAX / MIB)
  return mib === undefined ? undefined : Math.round(mib * MIB)
}
/** Bytes of a memory that exists. */
export const memoryOf = (text: string | undefined): number | undefined => mebibytes(text) || undefined
export const heatWithin = (figure: number | undefined): number | undefined => within(figure, 1, HEAT_C_MAX)
export const powerWithin = (figure: number | undefined): number | undefined => within(figure, 0, POWER_W_MAX)
export const clockWithin = (figure: number | undefined): number | undefined => within(figure, 1, CLOCK_MHZ_MAX)
export const memoryWithin = (figure: number | undefined): number | undefined => within(figure, 1, MEMORY_BYTES_MAX)

/** A name or a version, fit to be shown. */
export function wordOf(text: string | undefined): string | undefined {
  const word = text?.trim()
  if (word === undefined || word === '' || word.length > WORD_CHARS_MAX) return undefined
  return NO_VALUE.test(word) || UNPRINTABLE.test(word) ? undefined : word
}

/** An object without the keys whose value is not known. */
export type Known<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }
export function known<T extends object>(fields: T): Known<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Known<T>
}
