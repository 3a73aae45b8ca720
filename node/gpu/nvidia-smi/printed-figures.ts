/** Figures as nvidia-smi prints them: a number with its unit. What cannot be, and every word for "no value", is `undefined`. */
import { clockMhz, memoryUsedBytes, powerW, shareOfPercent, temperatureC } from '../text/plausible.ts'

const MIB = 1_048_576
const FIGURE = /^([+-]?\d{1,15}(?:\.\d{1,9})?|\.\d{1,9})\s*([a-zA-Z%°]{0,8})$/

/** A figure with one of the units, or with none printed. Case of units does not matter. */
function figureIn(text: string | undefined, ...units: readonly string[]): number | undefined {
  const [, digits, unit] = FIGURE.exec(text?.trim() ?? '') ?? []
  const isOne = unit === '' || units.some((each) => each.toLowerCase() === unit?.toLowerCase())
  return digits !== undefined && isOne ? Number(digits) : undefined
}

/** Of any size: also a margin, which may be below zero. */
export const degrees = (text: string | undefined): number | undefined => figureIn(text, 'C', '°C')
export const celsius = (text: string | undefined): number | undefined => temperatureC(degrees(text))
export const watts = (text: string | undefined): number | undefined => powerW(figureIn(text, 'W'))
export const megahertz = (text: string | undefined): number | undefined => clockMhz(figureIn(text, 'MHz'))
/** 0 to 1 of a percentage. */
export const share = (text: string | undefined): number | undefined => shareOfPercent(figureIn(text, '%'))
/** Bytes of a size in MiB that may be 0: what is used, or free. */
export const mebibytes = (text: string | undefined): number | undefined => {
  const mib = figureIn(text, 'MiB')
  return mib === undefined ? undefined : memoryUsedBytes(Math.round(mib * MIB))
}
/** Bytes of a memory that exists. */
export const memoryOf = (text: string | undefined): number | undefined => mebibytes(text) || undefined
