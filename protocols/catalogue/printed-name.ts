/** Names as drivers print them, brought to one form: never cut to a part, for "GeForce RTX 4070" stands inside four other names. */

/** Trade marks in three spellings, and what Mesa puts before every name. */
const MARKS = /\((?:r|tm)\)|®|™/g
/** The maker's name as nvidia-smi, Mesa and lspci put it first; a name is the same with and without it. */
const MAKER =
  /^(?:mesa )?(?:nvidia corporation|intel corporation|advanced micro devices, inc\. \[amd\/ati\]|nvidia|amd\/ati|amd|ati|intel|qualcomm|samsung) /

/**
 * @example normalName('Intel(R) Arc(TM) A770 Graphics') === 'arc a770 graphics'
 * @example normalName('NVIDIA GeForce RTX 4070 Laptop GPU') === 'geforce rtx 4070 laptop gpu'
 */
export const normalName = (printed: string): string =>
  printed.toLowerCase().replace(MARKS, ' ').replace(/\s+/g, ' ').trim().replace(MAKER, '')

/** What Mesa writes behind a name: chip, compiler, kernel; `(radeonsi, navi31, LLVM 15.0.7, DRM 3.54, 6.5.0)`. */
const DRIVER_NOTE = / \([^()]*(?:\bradv\b|\bllvm\b|\bdrm\b|\baco\b)[^()]*\)$/

/** The name without the driver's note; `undefined` where there is none. */
export function withoutDriverNote(normal: string): string | undefined {
  const bare = normal.replace(DRIVER_NOTE, '')
  return bare === normal ? undefined : bare
}

/** Names of whole families, and what a driver prints for a chip that is newer than itself: no model follows from them. */
const FAMILY_NAMES: ReadonlySet<string> = new Set([
  'graphics',
  'graphics device',
  'radeon graphics',
  'radeon vega series / radeon vega mobile series',
  'hd graphics',
  'uhd graphics',
  'iris xe graphics',
  'arc graphics',
])

/** Mesa prints `Intel(R) Graphics (BMG G21)` where it knows the chip and not the model. */
export const namesFamilyOnly = (normal: string): boolean => FAMILY_NAMES.has(normal) || /^graphics \(/.test(normal)

/** A share of a card, handed to a virtual machine: `GRID P4-1Q`, `NVIDIA A10-4C`. */
export const namesShareOfCard = (normal: string): boolean => /^grid |-\d+[abcq]$/.test(normal)
