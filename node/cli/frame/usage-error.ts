/** A command line that cannot be followed: what is wrong, and what was probably meant. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { nearestName } from '../../config/nearest-name.ts'

/**
 * @param what what is wrong, without a full stop
 * @param next what to do about it, as a sentence
 */
export const usageError = (what: string, next: string): MeshError => new MeshError('COMMAND_LINE', { what, next })

/** For a word that is none of those that are known. */
export function unknownWord(what: string, given: string, known: readonly string[], otherwise: string): MeshError {
  const near = nearestName(given, known)
  return usageError(`there is no ${what} ${given}`, near === undefined ? otherwise : `Did you mean ${near}?`)
}

/** A parser for an option or argument that is a number. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw usageError(`${text} is no whole number from ${min} to ${max}`, 'Give such a number.')
  }
}

/** A parser for an option or argument that is one of a few words. */
export function oneOf<const T extends string>(what: string, ...words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text)
    if (found !== undefined) return found
    throw unknownWord(what, text, words, `Give one of ${words.join(', ')}.`)
  }
}
