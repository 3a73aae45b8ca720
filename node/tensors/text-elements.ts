/** Texts as the elements of a string tensor: each a little-endian uint32 length and that many bytes of UTF-8. */
import { STRING_HEAD_BYTES } from '../../protocols/wire/job/tensor.ts'
import { viewOf } from './elements.ts'

export function encodeTexts(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder()
  const encoded = texts.map((text) => encoder.encode(text))
  const data = new Uint8Array(encoded.reduce((sum, { length }) => sum + STRING_HEAD_BYTES + length, 0))
  const view = viewOf(data)
  let at = 0
  for (const bytes of encoded) {
    view.setUint32(at, bytes.length, true)
    data.set(bytes, at + STRING_HEAD_BYTES)
    at += STRING_HEAD_BYTES + bytes.length
  }
  return data
}

/** The first `count` texts; `undefined` where the bytes end before them, or a text is no UTF-8. */
export function decodeTexts(data: Uint8Array, count: number): string[] | undefined {
  const next = textReader(data)
  const texts: string[] = []
  while (texts.length < count) {
    const text = next()
    if (text === undefined) return undefined
    texts.push(text)
  }
  return texts
}

/** Reads one after another; `undefined` where the bytes end before the next, or it is no UTF-8. */
export function textReader(data: Uint8Array): () => string | undefined {
  const view = viewOf(data)
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let at = 0
  return () => {
    const from = at + STRING_HEAD_BYTES
    if (from > data.length) return undefined
    const end = from + view.getUint32(at, true)
    if (end > data.length) return undefined
    at = end
    try {
      return decoder.decode(data.subarray(from, end))
    } catch (error) {
      if (error instanceof TypeError) return undefined
      throw error
    }
  }
}
