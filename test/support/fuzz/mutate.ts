/** From valid messages to hostile ones: cut, flipped, blown up, spliced, repeated, or nothing but noise. */
import { concat } from '../../../protocols/kernel/bytes.ts'
import { CborReader } from '../../../protocols/kernel/cbor-reader.ts'
import { FRAME_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import type { Random } from './random.ts'

/** What knows the format of a target better than bytes do. */
export type Mutation = (corpus: readonly Uint8Array[], random: Random) => Uint8Array

const hex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/** Lengths that promise more than comes: CBOR heads, varints, little-endian integers and doubles. */
const BLOW_UPS: readonly Uint8Array[] = [
  '5b7fffffffffffffff',
  '7bffffffffffffffff',
  '9affffffff',
  '9b001fffffffffffff',
  'baffffffff',
  'bb0000000100000000',
  '59ffff',
  '79ffff',
  '99ffff',
  'b9ffff',
  '1bffffffffffffffff',
  '3bffffffffffffffff',
  'ffffff7f',
  'ffffffff0f',
  'ffffffffffffffffff01',
  '80808080808080808000',
  'ffffffff',
  '00000080',
  '000000000000f07f',
  '000000000000f87f',
  'ffffffffffff3f43',
].map(hex)

/** The rare values between which decoders err. */
const ODD_BYTES = [
  0x00, 0x01, 0x17, 0x18, 0x1b, 0x1f, 0x20, 0x40, 0x5f, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc2, 0xf4, 0xf6, 0xf7, 0xff,
]

/** What no text of a message should be able to cost: marks out of order, an alphabet that composes, no end of a sequence. */
const ODD_TEXTS = [
  '\u0316\u0301',
  '\u1100\u1161\u11a8',
  '\u0958',
  '\ufdfa',
  '\u0344',
  '\ud83d\ude00',
  '\u202e',
  '\u0000',
]

const encoder = new TextEncoder()

/** Case `index` of a target, always the same for one seed. */
export function mutated(corpus: readonly Uint8Array[], random: Random, own: readonly Mutation[]): Uint8Array {
  const rounds = 1 + random.below(2) * random.below(4)
  let bytes = random.one(corpus)
  for (let i = 0; i < rounds; i++)
    bytes = random.one(own.length > 0 && random.below(2) === 0 ? own : general)([bytes, ...corpus], random)
  return bytes
}

const cut = (bytes: Uint8Array, random: Random): [number, number] => {
  const a = random.below(bytes.length + 1)
  const b = random.below(bytes.length + 1)
  return a < b ? [a, b] : [b, a]
}

const overwritten = (bytes: Uint8Array, at: number, by: Uint8Array): Uint8Array =>
  concat(bytes.subarray(0, at), by, bytes.subarray(at + by.length))

/** The first of the corpus is the message so far; the others are there to be spliced in. */
const general: readonly Mutation[] = [
  // A truncation.
  ([bytes], random) => bytes!.subarray(0, random.below(bytes!.length + 1)),
  // Bits flipped.
  ([bytes], random) => {
    const made = new Uint8Array(bytes!)
    for (let i = random.below(8); i >= 0; i--) {
      const at = random.below(made.length)
      if (made.length > 0) made[at]! ^= 1 << random.below(8)
    }
    return made
  },
  // Bytes exchanged for odd ones.
  ([bytes], random) => {
    const made = new Uint8Array(bytes!)
    for (let i = random.below(4); i >= 0; i--)
      if (made.length > 0) made[random.below(made.length)] = random.one(ODD_BYTES)
    return made
  },
  // A length that promises more than comes, instead of bytes or between them.
  ([bytes], random) => overwritten(bytes!, random.below(bytes!.length + 1), random.one(BLOW_UPS)),
  ([bytes], random) => {
    const at = random.below(bytes!.length + 1)
    return concat(bytes!.subarray(0, at), random.one(BLOW_UPS), bytes!.subarray(at))
  },
  // The head of one message on the tail of another.
  (corpus, random) => {
    const other = random.one(corpus)
    const at = random.below(corpus[0]!.length + 1)
    return concat(corpus[0]!.subarray(0, at), other.subarray(random.below(other.length + 1)))
  },
  // A piece of one message inside another.
  (corpus, random) => {
    const [from, to] = cut(random.one(corpus), random)
    const piece = random.one(corpus).subarray(from, to)
    const at = random.below(corpus[0]!.length + 1)
    return concat(corpus[0]!.subarray(0, at), piece, corpus[0]!.subarray(at))
  },
  // A piece left out.
  ([bytes], random) => {
    const [from, to] = cut(bytes!, random)
    return concat(bytes!.subarray(0, from), bytes!.subarray(to))
  },
  // Noise.
  (_, random) => random.bytes(random.below(random.below(8) === 0 ? 4_096 : 128)),
  // Oversize: a message repeated until it is longer than a frame. Rare, for it costs as much as a hundred others.
  (corpus, random) => (random.below(40) === 0 ? oversize(corpus[0]!, random) : concat(...corpus.slice(0, 2))),
]

function oversize(bytes: Uint8Array, random: Random): Uint8Array {
  const made = new Uint8Array(FRAME_BYTES_MAX + random.below(FRAME_BYTES_MAX))
  for (let at = 0; at < made.length; at += Math.max(1, bytes.length)) made.set(bytes.subarray(0, made.length - at), at)
  return made
}

const spansByMessage = new WeakMap<Uint8Array, readonly (readonly [from: number, to: number])[]>()

/** Where the items of a CBOR message lie, as far as it is one. */
function spansOf(bytes: Uint8Array): readonly (readonly [from: number, to: number])[] {
  const known = spansByMessage.get(bytes)
  if (known !== undefined) return known
  const spans: [number, number][] = []
  try {
    const reader = new CborReader(bytes)
    const walk = (): void => {
      const from = reader.position
      const major = reader.peekMajor()
      if (major !== 4 && major !== 5) reader.skip()
      else for (let left = major === 4 ? reader.array(1_000) : 2 * reader.map(1_000); left > 0; left--) walk()
      spans.push([from, reader.position])
    }
    walk()
  } catch {
    // What is no CBOR any more has the items that came before it broke.
  }
  spansByMessage.set(bytes, spans)
  return spans
}

const replaced = (bytes: Uint8Array, [from, to]: readonly [number, number], by: Uint8Array): Uint8Array =>
  concat(bytes.subarray(0, from), by, bytes.subarray(to))

const head = (major: number, argument: number): Uint8Array =>
  argument < 24
    ? Uint8Array.of((major << 5) | argument)
    : Uint8Array.of((major << 5) | 26, argument >>> 24, argument >>> 16, argument >>> 8, argument)

/** A byte string up to 65,535 bytes, its length in the shortest form. */
function bytesOf(bytes: Uint8Array): Uint8Array {
  const { length } = bytes
  const start =
    length < 24 ? [0x40 | length] : length < 256 ? [0x58, length] : [0x59, (length >>> 8) & 0xff, length & 0xff]
  return concat(Uint8Array.from(start), bytes.subarray(0, 65_535))
}

/** Few characters, or as many as a frame holds: what costs more than its length shows only there. */
function textOf(random: Random): Uint8Array {
  const piece = encoder.encode(random.one(ODD_TEXTS))
  const pieces = 1 + random.below(random.below(10) === 0 ? Math.floor(50_000 / piece.length) : 20)
  const text = new Uint8Array(piece.length * pieces)
  for (let i = 0; i < pieces; i++) text.set(piece, i * piece.length)
  const made = bytesOf(text)
  made[0]! += 0x20
  return made
}

/** A value that is well formed, or nearly. */
function value(random: Random, depth: number): Uint8Array {
  switch (random.below(depth > 0 ? 10 : 6)) {
    case 0:
      return Uint8Array.of(random.one(ODD_BYTES))
    case 1:
      return concat(Uint8Array.of(0x18 + random.below(4)), random.bytes(8)).subarray(0, 2 + random.below(8))
    case 2: {
      const length = random.below(40)
      return concat(Uint8Array.of(0x58, length), random.bytes(length))
    }
    case 3:
      return textOf(random)
    case 4:
      return concat(head(random.below(2), random.below(2 ** 31)))
    case 5:
      return random.one([
        hex('f4'),
        hex('f5'),
        hex('f6'),
        hex('00'),
        hex('20'),
        hex('40'),
        hex('60'),
        hex('80'),
        hex('a0'),
      ])
    case 6: {
      const items = Array.from({ length: random.below(6) }, () => value(random, depth - 1))
      return concat(head(4, items.length), ...items)
    }
    case 7: {
      const keys = Array.from({ length: random.below(4) }, (_, i) =>
        concat(Uint8Array.of(0x61, 97 + i), value(random, depth - 1)),
      )
      return concat(head(5, keys.length), ...keys)
    }
    // A message inside bytes, as a signed payload is.
    case 8:
      return bytesOf(value(random, depth - 1))
    default: {
      // Nested deeper than any reader follows.
      const around = random.one([hex('81'), hex('a16161'), hex('82f6')])
      return concat(
        ...Array.from({ length: random.below(random.below(50) === 0 ? 20_000 : 40) }, () => around),
        hex('00'),
      )
    }
  }
}

/** For CBOR: items exchanged, doubled or left out, so that the message around them stays what it was. */
export const cborMutations: readonly Mutation[] = [
  (corpus, random) => {
    const other = random.one(corpus)
    const [into, from] = [spansOf(corpus[0]!), spansOf(other)]
    if (into.length === 0 || from.length === 0) return corpus[0]!
    return replaced(corpus[0]!, random.one(into), other.subarray(...random.one(from)))
  },
  ([bytes], random) => {
    const spans = spansOf(bytes!)
    return spans.length === 0 ? value(random, 4) : replaced(bytes!, random.one(spans), value(random, 4))
  },
  ([bytes], random) => {
    const spans = spansOf(bytes!)
    if (spans.length === 0) return value(random, 4)
    const [from, to] = random.one(spans)
    const item = bytes!.subarray(from, to)
    return random.below(2) === 0
      ? replaced(bytes!, [from, to], concat(item, item))
      : replaced(bytes!, [from, to], item.subarray(0, 0))
  },
]

/** For JSON: values exchanged inside the document, so that it stays one. */
export const jsonMutations: readonly Mutation[] = [
  ([bytes], random) => {
    let document: unknown
    try {
      document = JSON.parse(new TextDecoder().decode(bytes!))
    } catch {
      return encoder.encode(JSON.stringify(random.one(ODD_JSON)))
    }
    return encoder.encode(JSON.stringify(exchanged(document, random)))
  },
]

const ODD_JSON: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  2 ** 53,
  1e308,
  '',
  'x',
  '0x',
  '1.5',
  '99999999999999999999',
  '__proto__',
  'x'.repeat(5_000),
  [],
  [null],
  {},
  { constructor: 1 },
  JSON.parse('{"__proto__":{"polluted":true}}'),
]

function exchanged(node: unknown, random: Random): unknown {
  if (typeof node !== 'object' || node === null || random.below(4) === 0) return random.one(ODD_JSON)
  const keys = Object.keys(node)
  if (keys.length === 0) return random.one(ODD_JSON)
  const key = random.one(keys)
  if (Array.isArray(node)) {
    const copy: unknown[] = [...node]
    copy[Number(key)] = exchanged(copy[Number(key)], random)
    return random.below(3) === 0 ? [...copy, ...copy] : copy
  }
  const copy: Record<string, unknown> = { ...node }
  const change = random.below(6)
  if (change === 0) delete copy[key]
  else if (change === 1) copy[random.one(['zone', '', 'toString', 'networkId'])] = random.one(ODD_JSON)
  else copy[key] = exchanged(copy[key], random)
  return copy
}
