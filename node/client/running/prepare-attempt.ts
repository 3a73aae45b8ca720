/** Everything of an attempt but how it is paid: its id is needed for that. */

import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import { drawUint64 } from '../../../protocols/kernel/draw.ts'
import { features } from '../../../protocols/kernel/features.ts'
import { type AttemptId, type Hash32, type JobId, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import type { ChainHead, Clock, Random } from '../../../protocols/kernel/ports.ts'
import { childSpan, formatTraceparent, type OpenSpan } from '../../../protocols/kernel/trace-context.ts'
import { type ContentDirection, contentRoot, SALT_BYTES } from '../../../protocols/statements/content-root.ts'
import { GrowingContent, type LeafHasher } from '../../../protocols/statements/growing-content.ts'
import { createResumeToken, resumeTokenHash } from '../../../protocols/statements/resume-token.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { type Agreement, agreementType } from '../../../protocols/statements/struct-types.ts'
import { AttemptState } from '../../../protocols/wire/job/job-client.ts'
import {
  type JobHeader,
  type JobSpec,
  jobSpecCodec,
  type RunRequest,
} from '../../../protocols/wire/job/job-messages.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import type { ArrivalListener } from '../../../protocols/wire/job/tensor-assembler.ts'
import { fitsInline } from '../../../protocols/wire/job/tensor-frames.ts'
import type { Offer } from '../../../protocols/wire/offer/offer.ts'
import type { JobCandidate } from '../choosing/job-candidate.ts'
import type { MinerWatch } from '../miner-watch.ts'
import type { Introduction } from '../paying/payment-lines.ts'
import type { Purse } from '../paying/purse.ts'
import type { AgreedService, ServiceLevel } from '../service-level/service-level.ts'
import type { JobWish } from './job-event.ts'

export interface PrepareNeeds {
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly random: Random
  readonly leaves: LeafHasher
  readonly purse: Purse
  readonly head: () => ChainHead
  readonly watch: MinerWatch
  /** Where the stake of witnesses can be asked for. */
  readonly service?: ServiceLevel
}

export interface AttemptOf {
  readonly wish: JobWish
  readonly job: JobId
  readonly number: number
  readonly candidate: JobCandidate
  readonly signal: AbortSignal
}

export interface PreparedAttempt {
  readonly id: AttemptId
  readonly salt: Uint8Array
  readonly span?: OpenSpan
  /** What its policy holds the miner to. */
  readonly service?: AgreedService
  state(introduction: Introduction, onOutput: ArrivalListener): AttemptState
}

const NOTHING = new Uint8Array(0)
const NOTES_READ: JobHeader = { readsNotes: 1 }

export async function prepareAttempt(needs: PrepareNeeds, attempt: AttemptOf): Promise<PreparedAttempt> {
  const { domain, clock, random, purse, head } = needs
  const { wish, job, number, candidate, signal } = attempt
  const { crypto } = domain
  const { offer, price } = candidate
  const salt = random.bytes(SALT_BYTES)
  const token = createResumeToken(random)
  const isInline = fitsInline(wish.inputs)
  const inputRoot = isInline
    ? rootHere(needs, salt, 'in', wish.inputs)
    : await rootOfLarge(needs, salt, wish.inputs, signal)
  const spec: JobSpec = {
    model: wish.model,
    latencyClass: wish.latencyClass,
    deadlineMs: Math.max(1, Math.floor(wish.endsAtMs - clock.monotonicMs())),
    inputs: wish.inputs.map(({ name, type, dims, byteLength }) => ({ name, type, dims, byteLength })),
  }
  const { blockNumber, blockTime } = head()
  const witnessed = wish.isWitnessed === true ? needs.service : undefined
  const service = witnessed?.agree(offer, wish.model, wish.latencyClass)
  const terms: RunRequest['terms'] = {
    payer: purse.payer,
    offerHead: offer.hash,
    inputRoot,
    policy: service?.policy ?? ZERO_HASH,
    priceMax: price,
    nonce: drawUint64(random),
    attempt: number,
    blockNumber,
    blockTime,
  }
  const agreement: Agreement = {
    ...terms,
    operator: offer.miner,
    spec: toHex(crypto.keccak256(encode(jobSpecCodec, spec))) as Hash32,
  }
  const id = toHex(domain.structHash(agreementType, agreement)) as AttemptId
  needs.watch.agreed(id, agreement)
  const span = wish.span === undefined ? undefined : childSpan(wish.span, random)
  const state: PreparedAttempt['state'] = ({ grant, proof, voucher }, onOutput) => {
    const run: RunRequest = {
      kind: 'run',
      job,
      spec,
      terms,
      payment: { session: purse.session, grant, proof, voucher },
      salt,
      tokenHash: resumeTokenHash(crypto, token),
      inline: isInline ? concat(...wish.inputs.map(({ data }) => data)) : NOTHING,
      ...(readsHeader(offer) ? { header: headerOf(span) } : {}),
    }
    return new AttemptState(id, run, token, wish.inputs, onOutput)
  }
  return { id, salt, state, ...(span === undefined ? {} : { span }), ...(service === undefined ? {} : { service }) }
}

export function growingContent(
  { domain, leaves }: Pick<PrepareNeeds, 'domain' | 'leaves'>,
  salt: Uint8Array,
  direction: ContentDirection,
  signal: AbortSignal,
): GrowingContent {
  return new GrowingContent(domain.crypto, leaves, { salt, direction }, signal)
}

export function rootHere(
  { domain }: Pick<PrepareNeeds, 'domain'>,
  salt: Uint8Array,
  direction: ContentDirection,
  tensors: readonly Tensor[],
): Hash32 {
  const streams = tensors.map(({ data }) => data)
  return contentRoot(domain.crypto, salt, direction, streams)
}

/** Of input that is all at hand and does not fit into one message. */
function rootOfLarge(
  needs: PrepareNeeds,
  salt: Uint8Array,
  inputs: readonly Tensor[],
  signal: AbortSignal,
): Promise<Hash32> {
  const content = growingContent(needs, salt, 'in', signal)
  for (const [stream, { data }] of inputs.entries()) content.arrived(stream, data, data.length)
  return content.root()
}

/** To a miner of before a run with a header would be no message at all. */
const readsHeader = ({ body }: Offer): boolean => ((body.features ?? 0) & features.jobHeader) !== 0

const headerOf = (span: OpenSpan | undefined): JobHeader =>
  span === undefined ? NOTES_READ : { ...NOTES_READ, traceparent: formatTraceparent(span) }
