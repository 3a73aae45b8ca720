/** Words of JSON and of the kernel's files. */
import { wordOf } from '../figures.ts'

/** A text that says something; not `N/A` and its like, and not `0x1002`: a number in place of a name, from a tool that found none. */
export function wordsIn(value: unknown): string | undefined {
  const word = typeof value === 'string' ? wordOf(value) : undefined
  return word === undefined || /^(?:0x[0-9a-f]*|\(null\)|-+|n\/a .*)$/i.test(word) ? undefined : word
}
