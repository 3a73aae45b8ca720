/** A quantity of amd-smi: `203`, `"203 W"`, `{ "value": 203, "unit": "W" }`; `"N/A"` where it has none. */
import { at, isObject, type Json } from '../text/json-within.ts'
import { bytesIn, numberIn } from '../text/numbers.ts'

export const quantity = (value: Json | undefined): number | undefined => numberIn(isObject(value) ? value.value : value)

/** Bytes; `MB` are 1,048,576 of them (a card of 192 GiB prints 196300 MB). */
export function amount(value: Json | undefined): number | undefined {
  if (!isObject(value)) return bytesIn(value)
  const [number, unit] = [numberIn(value.value), at(value, 'unit')]
  return number === undefined || typeof unit !== 'string' ? undefined : bytesIn(`${number} ${unit}`)
}
