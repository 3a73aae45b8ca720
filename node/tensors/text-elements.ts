/** Texts as the elements of a string tensor: each a little-endian uint32 length and that many bytes of UTF-8. */
import { STRING_HEAD_BYTES } from '../../protocols/wire/job/tensor.ts'
import { viewOf } from './elements.ts'

export function encodeTexts(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const byteLength = texts.reduce((sum, text) => sum + STRING_HEAD_BYTES + Buffer.byteLength(text), 0)
  const data = new Uint8Array(byteLength)
  const view = viewOf(data)
  const encoder = new TextEncoder()
  let at = 0
  for (const text of texts) {
    const { written } = encoder.encodeInto(text, data.subarray(at + STRING_HEAD_BYTES))
    view.setUint32(at, written, true)
    at += STRING_HEAD_BYTES + written
  }
  return data
}

/** The first `count` texts; `undefined` where the bytes end before them, or a text is no UTF-8. */
export function decodeTexts(data: Uint8Array, count: number): string[] | undefined {
  const view = viewOf(data)
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const texts: string[] = []
  let at = 0
  while (texts.length < count) {
    if (data.length - at < STRING_HEAD_BYTES) return undefined
    const length = view.getUint32(at, true)
    at += STRING_HEAD_BYTES
    if (data.length - at < length) return undefined
    try {
      texts.push(decoder.decode(data.subarray(at, at + length)))
    } catch {
      return undefined
    }
    at += length
  }
  return texts
}
