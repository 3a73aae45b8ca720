/** Words of tools, of JSON and of the kernel's files, fit to be shown. Every word for "no value" is `undefined`. */

/** The longest name on the market has 55 characters. */
const WORD_CHARS_MAX = 128
const NO_VALUE =
  /^\[?\s*(n\/a|not supported|not available|unknown|unknown error|none|null|undefined|nan|err!|insufficient permissions|gpu requires reset|gpu is lost|requested functionality has been deprecated)\s*\]?$/i
/** Control characters and what turns the direction of writing: no driver prints them, and a terminal would obey. */
const UNPRINTABLE = /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\uFFFD/u

/** A name or a version. */
export function wordOf(text: string | undefined): string | undefined {
  const word = text?.trim()
  if (word === undefined || word === '' || word.length > WORD_CHARS_MAX) return undefined
  return NO_VALUE.test(word) || UNPRINTABLE.test(word) ? undefined : word
}

/** The same of a value of JSON; not `0x1002` either: a number in place of a name, from a tool that found none. */
export function wordsIn(value: unknown): string | undefined {
  const word = typeof value === 'string' ? wordOf(value) : undefined
  return word === undefined || /^(?:0x[0-9a-f]*|\(null\)|-+|n\/a .*)$/i.test(word) ? undefined : word
}
