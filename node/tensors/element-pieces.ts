/** Elements of a tensor as JSON, piece by piece: others have their turn in between. */
import type { Tensor } from '../../protocols/wire/job/tensor.ts'
import { type Element, elementsOf, viewOf } from './elements.ts'
import { garbled, TEXTS_RULE } from './read-output.ts'
import { type BinaryFloats, shortest } from './shortest-float.ts'
import { textReader } from './text-elements.ts'

/** Elements that are written as JSON before others have their turn: some milliseconds. */
const SLICE_ELEMENTS = 4_096

/**
 * Flat, in row-major order, with commas between. Whole numbers have all their digits; floats are the shortest that read back
 * as the same value of their type; NaN and the infinities, for which JSON has no number, are texts.
 * @param count as many as there are
 * @throws MeshError OUTPUT_GARBLED
 */
export function* elementPieces(tensor: Tensor, count: number): Generator<string> {
  const next = tensor.type === 'string' ? quotedReader(tensor) : numberReader(tensor)
  for (let from = 0; from < count; from += SLICE_ELEMENTS) {
    const slice = Array.from({ length: Math.min(SLICE_ELEMENTS, count - from) }, (_, i) => next(from + i))
    yield `${from === 0 ? '' : ','}${slice.join()}`
  }
}

function numberReader({ type, data }: Tensor): (index: number) => string {
  const elements = elementsOf[type as Exclude<Tensor['type'], 'string'>]
  const view = viewOf(data)
  if (elements.kind !== 'float') return (index) => String(elements.read(view, index) satisfies Element)
  return (index) => floatText(elements.read(view, index), elements)
}

function floatText(value: number, floats: BinaryFloats): string {
  if (!Number.isFinite(value)) return `"${value}"`
  if (Object.is(value, -0)) return '-0'
  // A half of 65504 would also be read from 65500, but not by a program that reads doubles.
  return String(Number.isSafeInteger(value) ? value : shortest(value, floats))
}

function quotedReader({ data }: Tensor): () => string {
  const next = textReader(data)
  return () => {
    const text = next()
    if (text === undefined) throw garbled(TEXTS_RULE)
    return JSON.stringify(text)
  }
}
