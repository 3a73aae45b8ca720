/** Bodies of offers: an everyday one, the widest one, and every way that came to mind to spoil one. */
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { CREDITS_MAX, credits } from '../../../protocols/kernel/money.ts'
import { coordinatesToBytes } from '../../../protocols/rules/coordinates/coordinates-bytes.ts'
import { defaultTerms } from '../../../protocols/rules/service-level/granted-terms.ts'
import { shortOf } from '../../../protocols/wire/offer/offer.ts'
import {
  fitOfferBody,
  OFFER_MODELS_MAX,
  type OfferBody,
  offerBodyCodec,
  PRICE_MAX,
} from '../../../protocols/wire/offer/offer-body.ts'
import { digestOf } from '../statement-vectors/cast.ts'
import { arrayOf, bytesItem, forbiddenValues, hex, intItem, mapOf, textItem } from '../statement-vectors/cbor-parts.ts'
import { namedItems } from './item-tree.ts'
import { hashOf, model } from './job-samples.ts'
import { type Beyond, fieldOf, type InvalidMessage, spoilt, tooLong } from './spoil.ts'

export const body: OfferBody = {
  region: 'eu-west',
  gpuClass: 'inference',
  models: [{ short: shortOf(model), base: credits(1_000) }],
  jobs: 1,
  jobsMax: 8,
  chunkCredits: credits(50_000),
  windowChunks: 4,
  table: hashOf('table'),
}

/** What an honest miner grants. */
export const termedBody: OfferBody = { ...body, features: 1, terms: defaultTerms(credits(10_000_000)) }

/** Terms at their bounds. */
const widestTerms = {
  startMsMax: 3_600_000,
  stallMsMax: 3_600_000,
  realtimeMs: 3_599_998,
  fastMs: 3_599_999,
  standardMs: 3_600_000,
  compensationBp: 20_000,
  witnesses: 7,
  quorum: 7,
  drawStake: CREDITS_MAX,
}
/** As many models as fit beside them. */
export const widestTermedBody: OfferBody = fitOfferBody({
  ...body,
  region: 'r'.repeat(24),
  gpuClass: 'c'.repeat(24),
  models: Array.from({ length: OFFER_MODELS_MAX }, (_, i) => ({
    short: shortOf(modelIdOf(digestOf(`model ${i}`))),
    base: PRICE_MAX,
  })),
  features: 0xff,
  terms: widestTerms,
})

export const coordinates: Uint8Array = coordinatesToBytes({
  vectorMs: [12.5, -31.7, 4, 0, 80.2, -0.1, 9.9, 3_276.7],
  heightMs: 2.4,
  adjustmentMs: -0.3,
  error: 0.17,
})

/** Everything at its bound. */
export const widestBody: OfferBody = {
  region: 'r'.repeat(24),
  gpuClass: 'c'.repeat(24),
  models: Array.from({ length: OFFER_MODELS_MAX }, (_, i) => ({
    short: shortOf(modelIdOf(digestOf(`model ${i}`))),
    base: PRICE_MAX,
  })),
  jobs: 0xffff_ffff,
  jobsMax: 0xffff_ffff,
  chunkCredits: PRICE_MAX,
  windowChunks: 16,
  table: hashOf('table'),
  paused: 1,
  features: 0xff,
}

/** The keys of a body as they stand on the wire, so that one can be added, taken away or moved. */
function keysOf(bytes: Uint8Array): Record<string, Uint8Array> {
  const { r, c, m, j, jx, ch, w, t } = {
    r: textItem(body.region),
    c: textItem(body.gpuClass),
    m: arrayOf(...body.models.map(({ short, base }) => arrayOf(bytesItem(short), intItem(base)))),
    j: intItem(body.jobs),
    jx: intItem(body.jobsMax),
    ch: intItem(body.chunkCredits),
    w: intItem(body.windowChunks),
    t: bytesItem(hex(body.table.slice(2))),
  }
  const keys = { c, j, m, r, t, w, ch, jx }
  if (toHex(mapped(keys)) !== toHex(bytes)) throw new Error('a body has other keys than these vectors think')
  return keys
}

const mapped = (keys: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> =>
  mapOf(...Object.entries(keys).flatMap(([key, value]) => [textItem(key), value]))

const keys = keysOf(encode(offerBodyCodec, body))
export const critical = (...names: readonly string[]): Uint8Array => arrayOf(...names.map((name) => textItem(name)))

const bodyBeyond: readonly Beyond[] = [
  ['r', 'of 25 bytes', 'length', tooLong.text(25)],
  ['r', 'empty', 'form', textItem('')],
  ['r', 'in capitals', 'form', textItem('EU')],
  ['r', 'with a slash', 'form', textItem('eu/west')],
  ['r', 'with a line break', 'form', textItem('eu\n')],
  ['c', 'of 25 bytes', 'length', tooLong.text(25)],
  ['c', 'with a letter of another alphabet', 'form', textItem('ß')],
  ['m', `more than ${OFFER_MODELS_MAX}`, 'length', tooLong.array(OFFER_MODELS_MAX + 1)],
  ['m.0.0', 'of 7 bytes', 'length', bytesItem(new Uint8Array(7))],
  ['m.0.0', 'of 9 bytes', 'length', bytesItem(new Uint8Array(9))],
  ['m.0.1', 'above the highest price', 'range', intItem(PRICE_MAX + 1n)],
  ['m.0.1', 'of 2^64-1', 'range', intItem(2n ** 64n - 1n)],
  ['m.0.1', 'negative', 'range', intItem(-1)],
  ['j', '2^32', 'range', intItem(2 ** 32)],
  ['jx', '2^32', 'range', intItem(2 ** 32)],
  ['ch', 'above the highest price', 'range', intItem(PRICE_MAX + 1n)],
  ['w', '17', 'range', intItem(17)],
  ['t', 'of 31 bytes', 'length', bytesItem(new Uint8Array(31))],
]

export function invalidBodies(): readonly InvalidMessage[] {
  const row = (name: string, rule: InvalidMessage['rule'], bytes: Uint8Array): InvalidMessage => ({
    name,
    message: 'offer body',
    rule,
    bytes: toHex(bytes),
  })
  const without = (gone: string): Uint8Array =>
    mapped(Object.fromEntries(Object.entries(keys).filter(([key]) => key !== gone)))
  const { jx, ...first } = keys
  const paused = fieldOf(namedItems(offerBodyCodec, encode(offerBodyCodec, { ...body, paused: 1 })), 'p')
  const featured = fieldOf(namedItems(offerBodyCodec, encode(offerBodyCodec, { ...body, features: 1 })), 'f')
  const termed = fieldOf(namedItems(offerBodyCodec, encode(offerBodyCodec, termedBody)), 's')
  const withTerms = (at: number, value: number): Uint8Array =>
    termed.with(
      arrayOf(...[5_000, 15_000, 100, 500, 2_000, 5_000, 3, 2, 10_000_000].with(at, value).map((n) => intItem(n))),
    )
  const placed = fieldOf(namedItems(offerBodyCodec, encode(offerBodyCodec, { ...body, coordinates })), 'x')
  const { c, j, ...rest } = keys
  return [
    ...spoilt({ message: 'offer body', what: 'body', codec: offerBodyCodec, bytes: mapped(keys) }, bodyBeyond),
    ...Object.keys(keys).map((key) => row(`without ${key}`, 'keys', without(key))),
    row('keys in another order', 'keys', mapped({ j: j!, c: c!, ...rest })),
    row('a longer key before a shorter one', 'keys', mapped({ jx: jx!, ...first })),
    row('a key twice', 'keys', concat(Uint8Array.of(0xa9), ...[textItem('c'), c!], mapped(keys).subarray(1))),
    row('paused is 0', 'range', paused.with(intItem(0))),
    row('paused is 2', 'range', paused.with(intItem(2))),
    row('features beyond eight bits', 'range', featured.with(intItem(256))),
    row('features below 0', 'kind', featured.with(intItem(-1))),
    row('coordinates of no bytes', 'length', placed.with(bytesItem(new Uint8Array(0)))),
    row('coordinates of 25 bytes', 'length', placed.with(bytesItem(new Uint8Array(25)))),
    row('coordinates that are a list', 'kind', placed.with(arrayOf(intItem(1)))),
    row('terms that start in 0 ms', 'terms', withTerms(0, 0)),
    row('terms of more than an hour', 'terms', withTerms(1, 3_600_001)),
    row('terms whose classes do not ascend', 'terms', withTerms(3, 2_000)),
    row('terms that owe more than twice the price', 'terms', withTerms(5, 20_001)),
    row('terms with one witness for a quorum', 'terms', withTerms(7, 1)),
    row('terms with fewer witnesses than their quorum', 'terms', withTerms(6, 1)),
    row('terms with eight witnesses', 'terms', withTerms(6, 8)),
    row('terms of a draw without stake', 'terms', withTerms(8, 0)),
    row('terms that lack a number', 'fields', termed.with(arrayOf(intItem(1), intItem(1)))),
    row('a critical key that is unknown', 'critical', withLater({ zone: intItem(1), critical: critical('zone') })),
    row('a critical list that is a word', 'kind', withLater({ critical: textItem('j') })),
    row('an unknown key with a float', 'encoding', withLater({ zone: forbiddenValues['float16 1.0']! })),
    row('more unknown keys than there may be', 'keys', withLater(Object.fromEntries(manyKeys(24)))),
  ]
}

/** Keys of a later version stand behind those of this one: they are longer. */
export const withLater = (later: Readonly<Record<string, Uint8Array>>): Uint8Array => mapped({ ...keys, ...later })
const manyKeys = (count: number): [string, Uint8Array][] =>
  Array.from({ length: count }, (_, i) => [`k${String(i).padStart(2, '0')}`, intItem(0)])
