/** `/aitbc/<tag>/offer-table/1`: the full table behind an offer, pulled from the miner by whoever considers it. */

import { concat, toHex } from '../../kernel/bytes.ts'
import { array, type Codec, encode, record, text, textAs, uint, uSafe } from '../../kernel/codec.ts'
import { MeshError } from '../../kernel/errors.ts'
import type { Hash32, ModelId, PeerId } from '../../kernel/ids.ts'
import type { Credits } from '../../kernel/money.ts'
import type { Network } from '../../kernel/network.ts'
import { optional, struct } from '../../kernel/open-codec.ts'
import type { Hasher } from '../../kernel/ports.ts'
import type { CallOptions, Handler, Protocol } from '../../kernel/protocol.ts'
import { TENSORS_MAX, type TensorSpec, tensorSpecCodec } from '../job/tensor.ts'
import { priceCodec } from './offer-body.ts'
import { type PriceTerms, priceTermsCodec } from './price-terms.ts'

/** Models that one miner serves. */
export const TABLE_MODELS_MAX = 64
export const MODEL_NAME_BYTES_MAX = 64
/** CIDv1 in base32 has 59 characters. */
export const MODEL_ID_BYTES_MAX = 64
export const KERNEL_CLASS_BYTES_MAX = 128
/** Cards of a machine are of one or two families; each beyond is a card whose results nobody can foresee by the table. */
export const OTHER_CLASSES_MAX = 7

export interface TableModel {
  readonly id: ModelId
  /** A claim for people; the id decides. */
  readonly name: string
  /** Size of the file. */
  readonly bytes: number
  /** Credits of one inference in the standard class, where no offer lists the model: an offer's own price moves, a table stays. */
  readonly base: Credits
  /** Canonical text engine/version/provider/precision/card family. */
  readonly kernelClass: string
  /** Where its cards differ in their arithmetic: what else the receipt of a job may name. Older peers step over it. */
  readonly otherClasses?: readonly string[]
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** Why the offer's price is what it is now. No part of the table's hash, for it moves; older peers step over it. */
  readonly price?: PriceTerms
}

/** One model is one message: a model whose inputs and outputs need more words is served by nobody. */
const TABLE_MODEL_BYTES_MAX = 60 * 1024

const modelCodec: Codec<TableModel> = struct<TableModel>({
  id: textAs<ModelId>(MODEL_ID_BYTES_MAX),
  name: text(MODEL_NAME_BYTES_MAX),
  bytes: uSafe,
  base: priceCodec,
  kernelClass: text(KERNEL_CLASS_BYTES_MAX),
  otherClasses: optional(array(text(KERNEL_CLASS_BYTES_MAX), OTHER_CLASSES_MAX)),
  inputs: array(tensorSpecCodec, TENSORS_MAX),
  outputs: array(tensorSpecCodec, TENSORS_MAX),
  price: optional(priceTermsCodec),
})

export const tableModelCodec: Codec<TableModel> = { ...modelCodec, bytesMax: TABLE_MODEL_BYTES_MAX }

export interface TableRequest {
  /** Models to leave out: for pages beyond the first. */
  readonly skip: number
}

/** One model a message, so that no table outgrows a frame. */
export const offerTableProtocol: Protocol<TableRequest, TableModel> = {
  name: 'offer-table',
  major: 1,
  request: record<TableRequest>({ skip: uint(TABLE_MODELS_MAX) }),
  response: tableModelCodec,
  limits: { inFlightPerPeerMax: 2, callsPerSecondMax: 2, requestsMax: 1, responsesMax: TABLE_MODELS_MAX },
  timeouts: { firstResponseMs: 5_000, betweenMs: 5_000 },
}

export function answerTable(table: () => readonly TableModel[]): Handler<TableRequest, TableModel> {
  return async function* ({ skip }) {
    yield* table().slice(skip)
  }
}

/** @throws MeshError WRONG_JOB where the table is not the one that the offer names */
export async function askTable(
  network: Network,
  hasher: Hasher,
  miner: PeerId,
  expected: Hash32,
  options: CallOptions,
): Promise<readonly TableModel[]> {
  const models: TableModel[] = []
  for await (const model of network.call(miner, offerTableProtocol, { skip: 0 }, options)) models.push(model)
  const given = tableHash(hasher, models)
  if (given !== expected) throw new MeshError('WRONG_JOB', { given, expected })
  return models
}

/** The hash that an offer carries: Keccak-256 over the encodings in order, each without `price`. */
export function tableHash(hasher: Hasher, table: readonly TableModel[]): Hash32 {
  const lasting = table.map(({ price: _, ...model }) => encode(tableModelCodec, model))
  return toHex(hasher.keccak256(concat(...lasting))) as Hash32
}
