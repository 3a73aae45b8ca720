/** Elements of an output. It comes from a stranger: what its header says and what its bytes hold are compared before either is used. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import { bytesNeeded, elementCount, STRING_HEAD_BYTES, type Tensor } from '../../protocols/wire/job/tensor.ts'
import { type Element, elementsOf, viewOf } from './elements.ts'
import { decodeTexts } from './text-elements.ts'

export const TEXTS_RULE = 'a string tensor holds as many texts in UTF-8 as its shape says'

export const garbled = (rule: string): MeshError => new MeshError('OUTPUT_GARBLED', { rule })

/** How many elements it has. @throws MeshError OUTPUT_GARBLED where its bytes do not follow from type and shape */
export function checkedCount({ type, dims, data }: Tensor): number {
  const count = elementCount(dims)
  // A text has at least its length; the texts themselves are looked at when they are read.
  const isWhole =
    type === 'string' ? data.length >= (count ?? 0) * STRING_HEAD_BYTES : bytesNeeded(type, dims) === data.length
  if (count === undefined || !isWhole) throw garbled('the bytes of a tensor follow from type and shape')
  return count
}

/** The first `countMax` elements, or all. @throws MeshError OUTPUT_GARBLED */
export function firstElements(tensor: Tensor, countMax: number): readonly (Element | string)[] {
  const { type, data } = tensor
  const count = Math.min(checkedCount(tensor), countMax)
  if (type === 'string') return firstTexts(data, count)
  const { read } = elementsOf[type]
  const view = viewOf(data)
  return Array.from({ length: count }, (_, index) => read(view, index))
}

function firstTexts(data: Uint8Array, count: number): readonly string[] {
  const texts = decodeTexts(data, count)
  if (texts === undefined) throw garbled(TEXTS_RULE)
  return texts
}
