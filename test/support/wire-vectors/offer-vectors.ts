/** The whole of protocols/wire/offer/vectors.json. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import type { ModelId } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { TENSORS_MAX, type TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import { offerBodyCodec, PRICE_MAX } from '../../../protocols/wire/offer/offer-body.ts'
import {
  offerTableProtocol,
  type TableModel,
  tableHash,
  tableModelCodec,
} from '../../../protocols/wire/offer/offer-table.ts'
import { domain } from '../statement-vectors/cast.ts'
import { arrayOf, intItem, textItem } from '../statement-vectors/cbor-parts.ts'
import { type Json, toJson } from '../statement-vectors/json.ts'
import { gossipedOffers, OFFERS_NOW_MS, OFFERS_TOPIC } from './gossiped-offers.ts'
import { model } from './job-samples.ts'
import { read, type ValidMessage, valid } from './messages.ts'
import {
  body,
  coordinates,
  critical,
  invalidBodies,
  termedBody,
  widestBody,
  widestTermedBody,
  withLater,
} from './offer-bodies.ts'
import { type Beyond, type InvalidMessage, spoilt, tooLong } from './spoil.ts'

const input: TensorSpec = { name: 'image', type: 'float32', dims: ['batch', 28, 28] }
export const table: TableModel = {
  id: model,
  name: 'characters',
  bytes: 412_345,
  base: credits(1_000),
  kernelClass: 'onnxruntime/1.30.0/cpu/fp32/x64',
  inputs: [input],
  outputs: [{ name: 'scores', type: 'float32', dims: ['', 62] }],
}
/** Of a machine whose cards are of several families. */
const mixed: TableModel = { ...table, otherClasses: ['onnxruntime/1.30.0/cuda/fp32/nvidia-8.9', ''] }
const explained: TableModel = {
  ...table,
  price: {
    strategy: 'market',
    reference: credits(1_000),
    formula: credits(1_200),
    factors: [
      { name: 'timeOfDay', millionths: 1_200_000 },
      { name: 'complexity', millionths: 1_000_000 },
    ],
    floor: credits(715),
    bound: 'max',
  },
}
const bare: TableModel = { ...table, id: '' as ModelId, name: '', kernelClass: '', bytes: 0, inputs: [], outputs: [] }

const tableBeyond: readonly Beyond[] = [
  ['id', 'of 65 bytes', 'length', tooLong.text(65)],
  ['name', 'of 65 bytes', 'length', tooLong.text(65)],
  ['bytes', '2^53', 'range', intItem(2n ** 53n)],
  ['base', 'above the highest price', 'range', intItem(PRICE_MAX + 1n)],
  ['kernelClass', 'of 129 bytes', 'length', tooLong.text(129)],
  ['otherClasses', 'more than 7', 'length', tooLong.array(8)],
  ['price.strategy', 'of 17 letters', 'length', tooLong.text(17)],
  ['price.strategy', 'with a control character', 'form', textItem('a\u001b[2J')],
  ['price.strategy', 'empty', 'form', textItem('')],
  ['price.reference', 'above the highest price', 'range', intItem(PRICE_MAX + 1n)],
  ['price.formula', 'below zero', 'range', intItem(-1)],
  ['price.factors', 'more than 12', 'length', tooLong.array(13)],
  ['price.factors.0.name', 'with a space', 'form', textItem('time of day')],
  ['price.factors.0.millionths', 'above a million', 'range', intItem(10n ** 12n + 1n)],
  ['price.floor', 'above the highest price', 'range', intItem(PRICE_MAX + 1n)],
  ['price.bound', 'of 17 letters', 'length', tooLong.text(17)],
  ['inputs', 'more than 64', 'length', tooLong.array(65)],
  ['inputs.0.dims', 'more than 16', 'length', tooLong.array(17)],
  ['inputs.0.dims.0', 'a name of 65 bytes', 'length', tooLong.text(65)],
  ['inputs.0.dims.1', '2^31', 'range', intItem(2 ** 31)],
  ['outputs.0.type', 'unknown', 'word', textItem('complex64')],
]

const messages = (): readonly ValidMessage[] => [
  valid('offer body', 'body', offerBodyCodec, body),
  valid('offer body', 'withdrawn', offerBodyCodec, { ...body, paused: 1 }),
  valid('offer body', 'with features', offerBodyCodec, { ...body, features: 1 }),
  valid('offer body', 'with coordinates', offerBodyCodec, { ...body, coordinates }),
  valid('offer body', 'with coordinates of a later form', offerBodyCodec, { ...body, coordinates: Uint8Array.of(2) }),
  valid('offer body', 'with terms', offerBodyCodec, termedBody),
  valid('offer body', 'with the widest terms', offerBodyCodec, widestTermedBody),
  valid('offer body', 'no models', offerBodyCodec, { ...body, models: [], jobs: 0, jobsMax: 0, windowChunks: 0 }),
  valid('offer body', 'widest', offerBodyCodec, widestBody),
  read('offer body', 'with a key of a later version', offerBodyCodec, withLater({ zone: arrayOf(intItem(1)) })),
  read('offer body', 'with a critical key that is known', offerBodyCodec, withLater({ critical: critical('j', 'w') })),
  valid('table model', 'model', tableModelCodec, table),
  valid('table model', 'bare', tableModelCodec, bare),
  valid('table model', 'of several kernel classes', tableModelCodec, mixed),
  valid('table model', 'with what its price is made of', tableModelCodec, explained),
  valid('table request', 'all', offerTableProtocol.request, { skip: 0 }),
  valid('table request', 'none', offerTableProtocol.request, { skip: 64 }),
]

const invalid = (): readonly InvalidMessage[] => [
  ...invalidBodies(),
  ...spoilt(
    {
      message: 'table model',
      what: 'model',
      codec: tableModelCodec,
      bytes: encode(tableModelCodec, { ...mixed, price: explained.price! }),
    },
    tableBeyond,
  ),
  ...spoilt(
    {
      message: 'table request',
      what: 'request',
      codec: offerTableProtocol.request,
      bytes: encode(offerTableProtocol.request, { skip: 0 }),
    },
    [['skip', 'above 64', 'range', intItem(65)]],
  ),
]

export function offerVectors(): { readonly [name: string]: Json } {
  const tables = [[], [table], [table, bare], [mixed], [explained]]
  return {
    about:
      'Made by test/support/documents/make-wire-vectors.ts; read README.md beside this file. uint64 as decimal text, bytes as 0x text.',
    network: { networkId: domain.network.networkId, chainId: domain.network.chainId.toString() },
    topic: OFFERS_TOPIC,
    nowMs: OFFERS_NOW_MS,
    messages: toJson(messages()),
    invalid: toJson(invalid()),
    offers: toJson(gossipedOffers()),
    tables: tables.map((models) => ({
      models: models.map((each) => toHex(encode(tableModelCodec, each))),
      hash: tableHash(domain.crypto, models),
    })),
  }
}

/** A table that no message could carry: 128 tensors with the longest words. */
export const widestTable: TableModel = {
  ...table,
  inputs: Array.from({ length: TENSORS_MAX }, () => ({
    ...input,
    name: 'n'.repeat(256),
    dims: Array(16).fill('d'.repeat(64)),
  })),
  outputs: Array.from({ length: TENSORS_MAX }, () => input),
}
