/** Values as the control channel carries them: amounts as decimal text in credits, nothing that is undefined. */

export type PlainJson = null | boolean | number | string | readonly PlainJson[] | { readonly [key: string]: PlainJson }

/** @throws RangeError for what has no JSON form: functions, symbols, NaN, bytes, maps, dates and other instances of a class */
export function plainJson(value: unknown): PlainJson {
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value
    throw new RangeError(`${value} has no JSON form`)
  }
  if (Array.isArray(value)) return value.map(plainJson)
  if (typeof value === 'object' && isPlain(value)) {
    const entries = Object.entries(value).filter(([, part]) => part !== undefined)
    return Object.fromEntries(entries.map(([key, part]) => [key, plainJson(part)]))
  }
  throw new RangeError(`a ${typeof value === 'object' ? value.constructor.name : typeof value} has no JSON form`)
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
