/** What prober and miner say to each other; README.md beside this file is the spec. */

import { MalformedError } from '../../kernel/cbor-reader.ts'
import {
  array,
  type BodyOf,
  bytes,
  type Codec,
  mapped,
  oneOf,
  record,
  text,
  u16,
  u64,
  uint,
  union,
} from '../../kernel/codec.ts'
import { openRecord, optional, struct } from '../../kernel/open-codec.ts'
import type { OpenedLeaf } from '../../rules/probing/check-opening.ts'
import { LAYERS_MAX, PROBE_BYTES_MAX, type ProbeSize, ROUNDS_MAX, SIDE_MAX } from '../../rules/probing/probe-size.ts'
import { DIGEST_BYTES, LEAF_BYTES, SEED_BYTES } from '../../rules/probing/probe-work.ts'

export const ECHO_BYTES = 8
/** Sixteen name a miner that did half of the work with a chance of 65,535 in 65,536; nobody needs more than twice that. */
export const LEAVES_OPENED_MAX = 32
const LEAF_INDEX_MAX = PROBE_BYTES_MAX / LEAF_BYTES - 1
/** Of trees with as many leaves as there may be. */
const PATH_BYTES_MAX: number = DIGEST_BYTES * Math.ceil(Math.log2(SIDE_MAX))
const RECALL_PATH_BYTES_MAX: number = DIGEST_BYTES * Math.ceil(Math.log2(LEAF_INDEX_MAX + 1))
const ENGINE_BYTES_MAX = 160
/** A day: who is away for longer says so again. */
const RETRY_AFTER_MS_MAX = 86_400_000
/** Cards of a profile. */
const CARD_MAX = 15

/**
 * `busy`: paid jobs run. `budget`: this hour's share of probe work is used up. `size`: more than this miner lends. Only to who names a
 * profile, for others would not read it: `profile`, one that the miner does not remember; `card`, one that claims nothing there.
 */
export const probeRefusals = ['paused', 'hot', 'busy', 'budget', 'size', 'engine', 'profile', 'card'] as const
export type ProbeRefusal = (typeof probeRefusals)[number]

export interface Ask extends ProbeSize {
  /** Which of the profile's cards. */
  readonly card: number
  /** Only for a profile that claims several cards: no version did that would not read it. */
  readonly header?: AskHeader
}

export interface AskHeader {
  /** Sequence of the profile that the card is from: places change when a card comes or goes. Absent: the miner's highest claim. */
  readonly profile?: bigint
}

export interface Refused {
  readonly kind: 'refused'
  readonly reason: ProbeRefusal
  readonly retryAfterMs: number
}

export type ProbeRequest =
  | { readonly kind: 'echo'; readonly nonce: Uint8Array }
  | ({ readonly kind: 'ask' } & Ask)
  | { readonly kind: 'start'; readonly seed: Uint8Array }
  | { readonly kind: 'recall'; readonly nonce: Uint8Array }
  | { readonly kind: 'open'; readonly leaves: readonly number[] }

export type ProbeResponse =
  | { readonly kind: 'echo'; readonly nonce: Uint8Array }
  /** Everything is loaded; `engine` as in a kernel class, and how many paid jobs run now. */
  | { readonly kind: 'ready'; readonly engine: string; readonly jobs: number }
  /** In place of any answer but an echo, and the last one. */
  | Refused
  /** A root for each round, 32 bytes each. */
  | { readonly kind: 'worked'; readonly roots: Uint8Array }
  | { readonly kind: 'recalled'; readonly root: Uint8Array }
  | ({ readonly kind: 'opened' } & OpenedLeaf)

const digest: Codec<Uint8Array> = bytes(DIGEST_BYTES, DIGEST_BYTES)

/** Digests one behind the other. */
const digests = (bytesMax: number, bytesMin = 0): Codec<Uint8Array> =>
  mapped(
    bytes(bytesMax, bytesMin),
    (value) => {
      if (value.length % DIGEST_BYTES !== 0) throw new MalformedError('digests of 32 bytes')
      return value
    },
    (value) => value,
  )

export const probeRequestCodec: Codec<ProbeRequest> = union<ProbeRequest>({
  echo: [0, record<BodyOf<ProbeRequest, 'echo'>>({ nonce: bytes(ECHO_BYTES, ECHO_BYTES) })],
  ask: [
    1,
    openRecord<BodyOf<ProbeRequest, 'ask'>, 'header'>(
      {
        card: uint(CARD_MAX),
        side: uint(SIDE_MAX),
        layers: uint(LAYERS_MAX),
        rounds: uint(ROUNDS_MAX),
      },
      { header: struct<AskHeader>({ profile: optional(u64) }) },
    ),
  ],
  start: [2, record<BodyOf<ProbeRequest, 'start'>>({ seed: bytes(SEED_BYTES, SEED_BYTES) })],
  recall: [3, record<BodyOf<ProbeRequest, 'recall'>>({ nonce: bytes(SEED_BYTES, SEED_BYTES) })],
  open: [4, record<BodyOf<ProbeRequest, 'open'>>({ leaves: array(uint(LEAF_INDEX_MAX), LEAVES_OPENED_MAX, 1) })],
})

export const probeResponseCodec: Codec<ProbeResponse> = union<ProbeResponse>({
  echo: [0, record<BodyOf<ProbeResponse, 'echo'>>({ nonce: bytes(ECHO_BYTES, ECHO_BYTES) })],
  ready: [1, record<BodyOf<ProbeResponse, 'ready'>>({ engine: text(ENGINE_BYTES_MAX, /^[a-z0-9.+/-]+$/), jobs: u16 })],
  refused: [
    2,
    record<BodyOf<ProbeResponse, 'refused'>>({
      reason: oneOf(...probeRefusals),
      retryAfterMs: uint(RETRY_AFTER_MS_MAX),
    }),
  ],
  worked: [3, record<BodyOf<ProbeResponse, 'worked'>>({ roots: digests(ROUNDS_MAX * DIGEST_BYTES, DIGEST_BYTES) })],
  recalled: [4, record<BodyOf<ProbeResponse, 'recalled'>>({ root: digest })],
  opened: [
    5,
    record<BodyOf<ProbeResponse, 'opened'>>({
      leaf: uint(LEAF_INDEX_MAX),
      block: bytes(LEAF_BYTES, 1),
      path: digests(PATH_BYTES_MAX),
      recallPath: digests(RECALL_PATH_BYTES_MAX),
    }),
  ],
})
