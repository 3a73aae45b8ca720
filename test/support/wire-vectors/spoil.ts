/** Every message can be spoilt in the same ways: what is cut, what is of another kind, what is more or less than it should be. */
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import type { Codec } from '../../../protocols/kernel/codec.ts'
import { bytesItem, hex, intItem, textItem } from '../statement-vectors/cbor-parts.ts'
import type { BrokenRule } from './broken-rules.ts'
import { bytesOfItem, type Item, type NamedItem, namedItems } from './item-tree.ts'

export interface InvalidMessage {
  readonly name: string
  readonly message: string
  readonly rule: BrokenRule
  readonly bytes: string
}

/** One valid message to spoil. */
export interface Spoilable<T> {
  /** As vectors name its codec: `job request`. */
  readonly message: string
  /** As people name it: `run`. */
  readonly what: string
  readonly codec: Codec<T>
  readonly bytes: Uint8Array
  /** The rule that a number behind its last field breaks, where something of another kind may stand there; else `fields`. */
  readonly behind?: BrokenRule
}

/** A field replaced by something that its bounds refuse. */
export type Beyond = readonly [field: string, how: string, rule: BrokenRule, item: Uint8Array]

/** The head alone of something too long: a reader refuses it before it asks for the rest. */
export const tooLong = {
  bytes: (length: number): Uint8Array => head(2, length),
  text: (length: number): Uint8Array => head(3, length),
  array: (length: number): Uint8Array => head(4, length),
} as const

function head(major: number, length: number): Uint8Array {
  const bytes = intItem(length)
  return bytes.with(0, bytes[0]! | (major << 5))
}

export function spoilt<T>(valid: Spoilable<T>, beyond: readonly Beyond[] = []): readonly InvalidMessage[] {
  const items = namedItems(valid.codec, valid.bytes)
  const row = (how: string, rule: BrokenRule, bytes: Uint8Array): InvalidMessage => ({
    name: `${valid.what}: ${how}`,
    message: valid.message,
    rule,
    bytes: toHex(bytes),
  })
  return [
    ...wholes(valid.bytes).map(([how, rule, bytes]) => row(how, rule, bytes)),
    ...frames(items[0]!, valid.behind).map(([how, rule, bytes]) => row(how, rule, bytes)),
    ...items.flatMap((field) => otherKinds(field).map(([how, rule, bytes]) => row(how, rule, bytes))),
    ...beyond.map(([name, how, rule, item]) => row(`${name} ${how}`, rule, fieldOf(items, name).with(item))),
  ]
}

export function fieldOf(items: readonly NamedItem[], name: string): NamedItem {
  // A tagged message and its body have one name; the body is the last of it.
  const field = items.findLast((candidate) => candidate.name === name)
  if (field === undefined) throw new Error(`the message has no field ${name}`)
  return field
}

type Spoil = readonly [how: string, rule: BrokenRule, bytes: Uint8Array]

const wholes = (bytes: Uint8Array): readonly Spoil[] => [
  ['empty', 'whole', new Uint8Array(0)],
  ['a byte short', 'whole', bytes.subarray(0, -1)],
  ['only its first byte', 'whole', bytes.subarray(0, 1)],
  ['a byte behind it', 'whole', concat(bytes, Uint8Array.of(0))],
  ['twice', 'whole', concat(bytes, bytes)],
]

function frames({ item }: NamedItem, behind: BrokenRule = 'fields'): readonly Spoil[] {
  if (item instanceof Uint8Array) return []
  const { kind, items } = item
  const bodies = items.map(bytesOfItem)
  const major = kind === 'array' ? 4 : 5
  const count = kind === 'array' ? items.length : items.length / 2
  const inTwoBytes = concat(Uint8Array.of((major << 5) | 24, count), ...bodies)
  const spoils: Spoil[] = [
    ['of indefinite length', 'encoding', concat(Uint8Array.of((major << 5) | 31), ...bodies, hex('ff'))],
    ['its length in two bytes', 'encoding', inTwoBytes],
    ['bytes instead', 'kind', bytesItem(concat(...bodies))],
    ['null instead', 'kind', hex('f6')],
  ]
  if (kind === 'map') return spoils
  const [first, second] = items
  const asMap = concat(Uint8Array.of(0xa0 | items.length), ...bodies)
  spoils.push(['a map instead', 'kind', asMap])
  spoils.push(['an item more', 'fields', array([...items, intItem(0)])])
  spoils.push(['its last item missing', 'fields', array(items.slice(0, -1))])
  const isTagged = items.length === 2 && second !== undefined && !(second instanceof Uint8Array)
  if (!isTagged) return spoils
  const tagged = (tag: Uint8Array, body: Item = second): Uint8Array => array([tag, body])
  spoils.push(['an unknown tag', 'tag', tagged(intItem(200))], ['the tag 256', 'tag', tagged(intItem(256))])
  spoils.push(['a word for its tag', 'kind', tagged(textItem('run'))])
  if (second.kind !== 'array') return spoils
  const body = (inner: readonly Item[]): Uint8Array => tagged(first as Uint8Array, { kind: 'array', items: inner })
  spoils.push(['a field more', behind, body([...second.items, intItem(0)])])
  if (second.items.length > 0) spoils.push(['its last field missing', 'fields', body(second.items.slice(0, -1))])
  return spoils
}

const array = (items: readonly Item[]): Uint8Array => bytesOfItem({ kind: 'array', items })

/** A field as a value of a kind that nothing in its place may have. */
function otherKinds(field: NamedItem): readonly Spoil[] {
  const { name, item } = field
  if (name === '') return []
  if (!(item instanceof Uint8Array)) return [[`${name} is bytes`, 'kind', field.with(bytesItem(new Uint8Array(0)))]]
  const isBytesOrNull = item[0]! >>> 5 === 2 || item[0] === 0xf6
  if (isBytesOrNull) return [[`${name} is a number`, 'kind', field.with(intItem(1))]]
  return [[`${name} is bytes`, 'kind', field.with(bytesItem(Uint8Array.of(1)))]]
}
