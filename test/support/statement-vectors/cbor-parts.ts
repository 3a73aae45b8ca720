/** CBOR piece by piece, the forbidden pieces too: what the writer of the law cannot be made to write. */
import { concat } from '../../../protocols/kernel/bytes.ts'
import { CborWriter } from '../../../protocols/kernel/cbor-writer.ts'

export const hex = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text.replaceAll(' ', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

function written(write: (writer: CborWriter) => void): Uint8Array<ArrayBuffer> {
  const writer = new CborWriter()
  write(writer)
  return writer.finish()
}

export const bytesItem = (value: Uint8Array): Uint8Array<ArrayBuffer> => written((writer) => writer.bytes(value))
export const intItem = (value: bigint | number): Uint8Array<ArrayBuffer> => written((writer) => writer.int(value))
export const textItem = (value: string): Uint8Array<ArrayBuffer> => written((writer) => writer.text(value))

export const arrayOf = (...items: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  concat(
    written((writer) => writer.array(items.length)),
    ...items,
  )
export const mapOf = (...items: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  concat(
    written((writer) => writer.map(items.length / 2)),
    ...items,
  )

/** `depth` arrays, one inside the other, around 0. */
export const nested = (depth: number): Uint8Array<ArrayBuffer> => hex(`${'81'.repeat(depth)}00`)

/** Single values that deterministic CBOR of the mesh does not have, whole and alone. */
export const forbiddenValues: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  'float16 1.0': hex('f9 3c00'),
  'float32 1.5': hex('fa 3fc00000'),
  'float64 0.1': hex('fb 3fb999999999999a'),
  'not a number': hex('f9 7e00'),
  infinity: hex('f9 7c00'),
  'bignum 2^64': hex('c2 49 010000000000000000'),
  'bignum 1': hex('c2 41 01'),
  'tagged text': hex('c0 60'),
  'content link': hex('d8 2a 41 00'),
  undefined: hex('f7'),
  'simple value 16': hex('f0'),
  'simple value 32': hex('f8 20'),
  'false in two bytes': hex('f8 14'),
  break: hex('ff'),
  'integer 0 in two bytes': hex('18 00'),
  'integer 23 in two bytes': hex('18 17'),
  'integer 24 in three bytes': hex('19 0018'),
  'integer 255 in five bytes': hex('1a 000000ff'),
  'integer 1 in nine bytes': hex('1b 0000000000000001'),
  'integer 2^32-1 in nine bytes': hex('1b 00000000ffffffff'),
  'negative integer -1 in two bytes': hex('38 00'),
  'negative integer below -(2^63)': hex('3b 8000000000000000'),
  'reserved head 28': hex('1c'),
  'reserved head 31 on an integer': hex('1f'),
  'indefinite bytes': hex('5f 41 00 ff'),
  'indefinite text': hex('7f 61 61 ff'),
  'indefinite array': hex('9f 00 ff'),
  'indefinite map': hex('bf 61 61 00 ff'),
  'length of bytes in two bytes': hex('58 01 00'),
  'length of an array in two bytes': hex('98 01 00'),
  'bytes shorter than their length': hex('42 00'),
  'text shorter than its length': hex('62 61'),
  'array shorter than its length': hex('82 00'),
  'map without its last value': hex('a1 61 61'),
  'length of 2^64-1': hex('5b ffffffffffffffff'),
  'array of 2^32-1': hex('9a ffffffff'),
  'map of 2^53': hex('bb 0020000000000000'),
  'map keys out of order': hex('a2 61 62 00 61 61 00'),
  'longer map key first': hex('a2 62 61 61 00 61 62 00'),
  'map key twice': hex('a2 61 61 00 61 61 00'),
  'integer as a map key': hex('a1 01 00'),
  'bytes as a map key': hex('a1 41 61 00'),
  'text not in NFC': hex('63 65 cc81'),
  'map key not in NFC': hex('a1 63 65 cc81 00'),
  'text not UTF-8': hex('61 ff'),
  'text with a surrogate': hex('63 eda080'),
  'text in overlong UTF-8': hex('62 c080'),
  // U+0300 thirty-one times: what its order costs grows with the square of the run.
  'text with 31 combining marks in a row': hex(`78 3e ${'cc80'.repeat(31)}`),
  'nested 17 deep': nested(17),
  'nested 1,000 deep': nested(1_000),
}

/** The same for a value inside a message: bytes behind it would be the next item. */
export const trailing: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  nothing: new Uint8Array(0),
  'two values': hex('00 00'),
  'a value and a break': hex('00 ff'),
}
