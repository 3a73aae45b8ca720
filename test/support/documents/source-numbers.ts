/** The numbers that a source file names, read from its text: a document is held to them, though nobody imports them. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../../..')
/** Sums and powers are left out. */
const NUMBER = /^(?:export )?const ([A-Z][A-Z0-9_]*)(?:: number)? = (-?[\d_.]+(?:e[+-]?\d+)?)n?$/gm

/** @returns the number of a name; it throws for a name that is not there, so that no sentence is made of `undefined` */
export function numbersOf(file: string): (name: string) => number {
  const found = new Map(
    [...readFileSync(resolve(ROOT, file), 'utf8').matchAll(NUMBER)].map(([, name, digits]) => [
      name!,
      Number(digits!.replaceAll('_', '')),
    ]),
  )
  return (name) => {
    const value = found.get(name)
    if (value === undefined) throw new RangeError(`${file} names no number ${name}`)
    return value
  }
}

/** A document of the repository, each run of white space in it as one space. */
export const documentText = (file: string): string => readFileSync(resolve(ROOT, file), 'utf8').replaceAll(/\s+/g, ' ')
