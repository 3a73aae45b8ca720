/** A message as the tree of its CBOR items, each under the name of its field: what a spoilt message is made from. */
import { CborReader } from '../../../protocols/kernel/cbor-reader.ts'
import { type Codec, decode } from '../../../protocols/kernel/codec.ts'
import { arrayOf, mapOf } from '../statement-vectors/cbor-parts.ts'

/** Scalars as their bytes. */
export type Item = Uint8Array | { readonly kind: 'array' | 'map'; readonly items: readonly Item[] }

export interface NamedItem {
  /** `spec.inputs.0.name`; empty for the whole message. */
  readonly name: string
  readonly item: Item
  /** The whole message with this item replaced. */
  with(other: Item): Uint8Array<ArrayBuffer>
}

export function itemOf(bytes: Uint8Array): Item {
  const reader = new CborReader(bytes)
  const item = readItem(reader)
  reader.end()
  return item
}

function readItem(reader: CborReader): Item {
  const major = reader.peekMajor()
  if (major !== 4 && major !== 5) return reader.skip().slice()
  const count = major === 4 ? reader.array(10_000) : 2 * reader.map(10_000)
  return { kind: major === 4 ? 'array' : 'map', items: Array.from({ length: count }, () => readItem(reader)) }
}

export function bytesOfItem(item: Item): Uint8Array<ArrayBuffer> {
  if (item instanceof Uint8Array) return new Uint8Array(item)
  return (item.kind === 'array' ? arrayOf : mapOf)(...item.items.map(bytesOfItem))
}

/** Every item of a message, outermost first, named after the value that the codec makes of it. */
export function namedItems<T>(codec: Codec<T>, message: Uint8Array): readonly NamedItem[] {
  const root = itemOf(message)
  return [...walk(root, decode(codec, message), [], [])].map(({ path, at, item }) => ({
    name: path.join('.'),
    item,
    with: (other) => bytesOfItem(replaced(root, at, other)),
  }))
}

interface Walked {
  readonly path: readonly string[]
  readonly at: readonly number[]
  readonly item: Item
}

function* walk(item: Item, value: unknown, path: readonly string[], at: readonly number[]): Generator<Walked> {
  yield { path, at, item }
  if (item instanceof Uint8Array) return
  if (item.kind === 'map') {
    for (let i = 0; i < item.items.length; i += 2) {
      const key = new CborReader(item.items[i] as Uint8Array).text(64)
      yield* walk(
        item.items[i + 1]!,
        (value as Record<string, unknown> | undefined)?.[key],
        [...path, key],
        [...at, i + 1],
      )
    }
    return
  }
  if (isTagged(value)) {
    const { kind, ...body } = value
    yield* walk(item.items[1]!, body, path, [...at, 1])
    return
  }
  const names = Array.isArray(value) ? undefined : Object.keys((value as object | undefined) ?? {})
  for (const [i, inner] of item.items.entries()) {
    const name = names === undefined ? String(i) : (names[i] ?? String(i))
    yield* walk(inner, (value as Record<string, unknown> | undefined)?.[name], [...path, name], [...at, i])
  }
}

const isTagged = (value: unknown): value is { readonly kind: string } =>
  typeof value === 'object' && value !== null && 'kind' in value

function replaced(item: Item, at: readonly number[], other: Item): Item {
  const [first, ...rest] = at
  if (first === undefined || item instanceof Uint8Array) return other
  return { kind: item.kind, items: item.items.with(first, replaced(item.items[first]!, rest, other)) }
}
