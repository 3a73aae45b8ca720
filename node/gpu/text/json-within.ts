/**
 * The JSON of a tool that prints warnings around it, as rocm-smi does on its stdout (`WARNING: AMD GPU device(s) is/are in a
 * low-power state`).
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

/** From the first bracket that opens a text which is JSON up to the last that closes it; `undefined` where there is none. */
export function jsonWithin(text: string): Json | undefined {
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']')) + 1
  // A warning may hold a bracket of its own (`[WARN]`): a few starts are tried, each a line's first sign.
  const starts = [...text.matchAll(/^[ \t]*[[{]/gm)].slice(0, STARTS_MAX)
  for (const { index } of starts) {
    try {
      return JSON.parse(text.slice(index, end)) as Json
    } catch {
      // The next bracket may be the one.
    }
  }
  return undefined
}

/** More warnings than any tool prints; each costs a look at the whole text. */
const STARTS_MAX = 8

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What lies at the path; `undefined` where a step leads nowhere. */
export function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let here = value
  for (const name of path) here = isObject(here) && Object.hasOwn(here, name) ? here[name] : undefined
  return here
}

/** The first of several names under which versions of a tool print the same thing, where it says something. */
export function firstOf<T>(read: (value: Json | undefined) => T | undefined, ...values: readonly (Json | undefined)[]) {
  for (const value of values) {
    const found = read(value)
    if (found !== undefined) return found
  }
  return undefined
}
