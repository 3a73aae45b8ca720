/** The whole of protocols/wire/directory/vectors.json. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import { address } from '../../../protocols/kernel/ids.ts'
import { ORIGIN } from '../../../protocols/rules/coordinates/coordinates.ts'
import { coordinatesToBytes } from '../../../protocols/rules/coordinates/coordinates-bytes.ts'
import { directoryKey } from '../../../protocols/wire/directory/directory-key.ts'
import { directoryEntryCodec, directoryQueryCodec } from '../../../protocols/wire/directory/directory-protocol.ts'
import { crypto, domain } from '../statement-vectors/cast.ts'
import { arrayOf, intItem, mapOf, textItem } from '../statement-vectors/cbor-parts.ts'
import { type Json, toJson } from '../statement-vectors/json.ts'
import { gossipedOffer } from './gossiped-offers.ts'
import { model } from './job-samples.ts'
import { read, type ValidMessage, valid } from './messages.ts'
import { type Beyond, type InvalidMessage, spoilt, tooLong } from './spoil.ts'

const query = {
  model,
  region: 'eu-west',
  miner: address(`0x${'b2'.repeat(20)}`),
  near: coordinatesToBytes(ORIGIN),
  policy: 'latency',
  offersMax: 64,
}
const entry = { offer: gossipedOffer(), ageMs: 42_000 }

const messages = (): readonly ValidMessage[] => [
  valid('directory query', 'of a model in a region', directoryQueryCodec, query),
  valid('directory query', 'of everything', directoryQueryCodec, { offersMax: 256 }),
  valid('directory query', 'of one miner', directoryQueryCodec, {
    miner: address(`0x${'a1'.repeat(20)}`),
    offersMax: 1,
  }),
  valid('directory query', 'of the best for who says where it is', directoryQueryCodec, {
    model,
    near: coordinatesToBytes({ ...ORIGIN, error: 0.2 }),
    policy: 'cost',
    offersMax: 64,
  }),
  valid('directory query', 'of nothing', directoryQueryCodec, { offersMax: 0 }),
  read('directory query', 'with a key of a later version', directoryQueryCodec, withKeys({ gpuClass: textItem('x') })),
  valid('directory entry', 'an offer', directoryEntryCodec, entry),
  valid('directory entry', 'bytes that are no offer: the asker finds out', directoryEntryCodec, {
    offer: new Uint8Array(0),
    ageMs: 0xffff_ffff,
  }),
]

/** A query for one offer, with `more` keys, shortest first. */
function withKeys(more: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const all = Object.entries({ ...more, offersMax: intItem(1) }).sort(
    ([a], [b]) => a.length - b.length || (a < b ? -1 : 1),
  )
  return mapOf(...all.flatMap(([key, value]) => [textItem(key), value]))
}

const queryBeyond: readonly Beyond[] = [
  ['model', 'of 65 bytes', 'length', tooLong.text(65)],
  ['region', 'of 25 bytes', 'length', tooLong.text(25)],
  ['region', 'with a space', 'form', textItem('eu west')],
  ['miner', 'of 21 bytes', 'length', tooLong.bytes(21)],
  ['miner', 'as text', 'kind', textItem(`0x${'a1'.repeat(20)}`)],
  ['near', 'of 25 bytes', 'length', tooLong.bytes(25)],
  ['policy', 'of 17 bytes', 'length', tooLong.text(17)],
  ['offersMax', 'above 256', 'range', intItem(257)],
  ['offersMax', 'negative', 'kind', intItem(-1)],
]

function invalid(): readonly InvalidMessage[] {
  const row = (name: string, rule: InvalidMessage['rule'], bytes: Uint8Array): InvalidMessage => ({
    name,
    message: 'directory query',
    rule,
    bytes: toHex(bytes),
  })
  const keys = [textItem('region'), textItem('eu-west'), textItem('offersMax'), intItem(1)] as const
  return [
    ...spoilt(
      {
        message: 'directory query',
        what: 'query',
        codec: directoryQueryCodec,
        bytes: encode(directoryQueryCodec, query),
      },
      queryBeyond,
    ),
    row('without offersMax', 'keys', mapOf(keys[0], keys[1])),
    row('keys in another order', 'keys', mapOf(keys[2], keys[3], keys[0], keys[1])),
    row('a key twice', 'keys', mapOf(keys[0], keys[1], keys[0], keys[1], keys[2], keys[3])),
    row('a list instead of a map', 'kind', arrayOf(intItem(1))),
    row(
      'a critical key that is unknown',
      'critical',
      withKeys({ gpuClass: textItem('x'), critical: arrayOf(textItem('gpuClass')) }),
    ),
    ...spoilt(
      {
        message: 'directory entry',
        what: 'entry',
        codec: directoryEntryCodec,
        bytes: encode(directoryEntryCodec, entry),
      },
      [
        ['offer', 'of 513 bytes', 'length', tooLong.bytes(513)],
        ['ageMs', '2^32', 'range', intItem(2 ** 32)],
      ],
    ),
  ]
}

export function directoryVectors(): { readonly [name: string]: Json } {
  return {
    about:
      'Made by test/support/documents/make-wire-vectors.ts; read README.md beside this file. uint64 as decimal text, bytes as 0x text.',
    messages: toJson(messages()),
    invalid: toJson(invalid()),
    keys: ['eu-west', 'ap-east'].map((region) => ({
      tag: domain.tag,
      region,
      key: directoryKey(crypto, domain.tag, region),
    })),
  }
}
