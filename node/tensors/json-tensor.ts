/** From nested lists of JSON to a tensor of the type that a model takes. */
import { bytesNeeded, DIMS_MAX, elementCount, type Tensor } from '../../protocols/wire/job/tensor.ts'
import { type Element, type Elements, elementsOf, viewOf } from './elements.ts'
import type { JsonValue } from './json-reader.ts'
import { type InputPlace, inputShape, inputType } from './tensor-errors.ts'
import { encodeTexts } from './text-elements.ts'

/**
 * A tensor with the lists' own dimensions: a bare value is a scalar, `[[1, 2], [3, 4]]` is [2, 2].
 *
 * Floats are rounded to the model's type; "NaN", "Infinity" and "-Infinity" stand for what JSON has no number for. Whole
 * numbers may be written as 3 or 3.0; 64-bit ones beyond 2^53 as digits or as a text of digits. A bool is true, false, 0 or 1.
 * @throws MeshError INPUT_SHAPE where the lists are not rectangular, INPUT_TYPE where a value does not fit the type
 */
export function tensorOfJson(value: JsonValue, place: InputPlace): Tensor {
  const dims = dimsOf(value)
  checkRectangular(value, dims, place)
  const { name, type } = place.spec
  const data = type === 'string' ? textData(value, dims, place) : numericData(value, dims, elementsOf[type], place)
  return { name, type, dims, byteLength: data.length, data }
}

/** Along the first items. */
function dimsOf(value: JsonValue): number[] {
  const dims: number[] = []
  for (let item: JsonValue | undefined = value; isList(item) && dims.length <= DIMS_MAX; item = item[0])
    dims.push(item.length)
  return dims
}

const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value)

/** After this the lists really hold as many values as `dims` say, so that those may be allocated. */
function checkRectangular(value: JsonValue, dims: readonly number[], place: InputPlace): void {
  if (dims.length > DIMS_MAX) throw inputShape(place, `more than ${DIMS_MAX} dimensions`)
  const walk = (item: JsonValue, path: number[]): void => {
    const expected = dims[path.length]
    if (!isList(item)) {
      if (expected !== undefined) throw inputShape(place, ragged(path, 'no list', `a list of ${expected}`))
      return
    }
    if (expected === undefined) throw inputShape(place, ragged(path, `a list of ${item.length}`, 'one value'))
    if (item.length !== expected)
      throw inputShape(place, ragged(path, `a list of ${item.length}`, `a list of ${expected}`))
    // Most values lie here, and no list is among them.
    if (path.length === dims.length - 1 && !item.some(isList)) return
    for (let i = 0; i < item.length; i++) {
      path.push(i)
      walk(item[i]!, path)
      path.pop()
    }
  }
  walk(value, [])
}

const ragged = (path: readonly number[], given: string, first: string): string =>
  `ragged: at ${pathText(path)} is ${given}, where the first is ${first}`

const pathText = (path: readonly number[]): string => `[${path.join('][')}]`

/** Calls `visit` with every value in row-major order, and its place in that order. */
function eachValue(value: JsonValue, visit: (item: JsonValue, index: number) => void): void {
  let index = 0
  const walk = (item: JsonValue): void => {
    if (!isList(item)) visit(item, index++)
    else for (const part of item) walk(part)
  }
  walk(value)
}

/** Where the value of that place in row-major order stands in the lists. */
function pathOf(index: number, dims: readonly number[]): readonly number[] {
  let left = index
  const path = dims.toReversed().map((dim) => {
    const at = left % dim
    left = Math.floor(left / dim)
    return at
  })
  return path.reverse()
}

function textData(value: JsonValue, dims: readonly number[], place: InputPlace): Uint8Array {
  const texts: string[] = []
  eachValue(value, (item, index) => {
    if (typeof item !== 'string') throw wrongValue(place, item, pathOf(index, dims))
    texts.push(item)
  })
  return encodeTexts(texts)
}

function numericData(
  value: JsonValue,
  dims: readonly number[],
  elements: Elements,
  place: InputPlace,
): Uint8Array<ArrayBuffer> {
  const { spec } = place
  // Each value has its place in the text, whose length is limited.
  const data = new Uint8Array(bytesNeeded(spec.type, dims)!)
  const view = viewOf(data)
  const write = elements.write as (view: DataView, index: number, value: Element) => void
  eachValue(value, (item, index) => {
    const element = elementOf(item, elements)
    if (element === undefined) throw wrongValue(place, item, pathOf(index, dims))
    write(view, index, element)
  })
  return data
}

/** `undefined` where the value does not fit the type. */
function elementOf(item: JsonValue, elements: Elements): Element | undefined {
  if (elements.kind === 'boolean') return booleanOf(item)
  return elements.kind === 'float' ? floatOf(item, elements.nearest) : integerOf(item, elements.min, elements.max)
}

function booleanOf(item: JsonValue): boolean | undefined {
  if (typeof item === 'boolean') return item
  return item === 0 || item === 1 ? item === 1 : undefined
}

const namedFloats: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

function floatOf(item: JsonValue, nearest: (value: number) => number): number | undefined {
  if (typeof item !== 'number' && typeof item !== 'bigint') return namedFloats.get(item)
  const value = Number(item)
  return Number.isFinite(nearest(value)) ? value : undefined
}

const DIGITS = /^-?\d{1,20}$/

/** Whole numbers as texts are taken for 64 bits only: there other programs write them so. */
function integerOf(item: JsonValue, min: bigint, max: bigint): number | bigint | undefined {
  if (typeof item === 'number' && !Number.isSafeInteger(item)) return undefined
  const is64 = max > Number.MAX_SAFE_INTEGER
  if (typeof item === 'string' && !(is64 && DIGITS.test(item))) return undefined
  if (typeof item !== 'number' && typeof item !== 'bigint' && typeof item !== 'string') return undefined
  const value = typeof item === 'string' ? BigInt(item) : item
  return value >= min && value <= max ? value : undefined
}

function wrongValue(place: InputPlace, item: JsonValue, path: readonly number[]): Error {
  const at = path.length === 0 ? '' : ` at ${pathText(path)}`
  return inputType(place, `${valueText(item)}${at}`, typeText(place))
}

function typeText({ spec: { type } }: InputPlace): string {
  if (type === 'string') return 'string'
  const elements = elementsOf[type]
  return elements.kind === 'integer' ? `${type} (whole numbers from ${elements.min} to ${elements.max})` : type
}

/** Enough to find the value again. */
const VALUE_CHARS_MAX = 40

function valueText(item: JsonValue): string {
  if (item === null || typeof item === 'boolean' || typeof item === 'bigint') return String(item)
  if (typeof item === 'number') return String(item)
  if (typeof item !== 'string') return 'an object'
  const cut = item.length > VALUE_CHARS_MAX ? `${item.slice(0, VALUE_CHARS_MAX)}…` : item
  return `the text ${JSON.stringify(cut)}`
}

/**
 * The same values under another shape.
 * @returns undefined where that shape has another number of values
 */
export function reshaped(tensor: Tensor, dims: readonly number[]): Tensor | undefined {
  return elementCount(dims) === elementCount(tensor.dims) ? { ...tensor, dims } : undefined
}
