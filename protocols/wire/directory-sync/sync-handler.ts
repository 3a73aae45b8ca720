/** The answering side: compares, asks for what it must know, and sends what the asker lacks. */
import { MeshError } from '../../kernel/errors.ts'
import type { PeerId } from '../../kernel/ids.ts'
import type { Handler } from '../../kernel/protocol.ts'
import {
  bitmapOf,
  bucketDigests,
  compareBucket,
  inBuckets,
  MARK_BYTES,
  markOf,
  type Summarised,
} from './offer-buckets.ts'
import { OFFERS_PER_MESSAGE, type Offers, type SyncRequest, type SyncResponse } from './sync-messages.ts'
import { SYNC_OFFERS_MAX } from './sync-protocol.ts'

export interface SyncedOffer extends Summarised {
  /** As its miner published it. */
  readonly bytes: Uint8Array
}

const malformed = (why: string): MeshError => new MeshError('MALFORMED', { what: 'directory-sync', why })

export interface SyncDesk {
  /** All offers of a region, withdrawn ones too: a withdrawal must travel as far as what it withdraws. */
  held(region: string): Iterable<SyncedOffer>
  /** The asker holds what we do not. */
  ahead(asker: PeerId): void
}

export function answerSync(desk: SyncDesk): Handler<SyncRequest, SyncResponse> {
  return async function* (first, more, { peer }) {
    if (first.kind !== 'digests') throw malformed('the digests come first')
    const { bits, digests } = first
    const buckets = inBuckets(desk.held(first.region), bits)
    if (digests.length !== buckets.length * MARK_BYTES) throw malformed('there is one digest for each bucket')
    const ours = bucketDigests(buckets)
    const states = buckets.map((_, i) => compareBucket(digests, ours, i))
    const differing = buckets.flatMap((_, i) => (states[i] === 'differs' ? [i] : []))
    yield { kind: 'differing', buckets: bitmapOf(differing, buckets.length) }
    yield* inMessages(buckets.flatMap((bucket, i) => (states[i] === 'empty' ? bucket : [])))
    if (differing.length === 0) return
    const theirs = await marksOf(more)
    const listed = differing.flatMap((i) => buckets[i]!)
    const lacking = listed.filter(({ hash }) => !theirs.has(markOf(hash)))
    yield* inMessages(lacking)
    // Of its marks, those that we hold too are as many as those of ours that it does not lack.
    if (theirs.size > listed.length - lacking.length) desk.ahead(peer)
  }
}

async function marksOf(more: AsyncIterable<SyncRequest>): Promise<ReadonlySet<string>> {
  const marks = new Set<string>()
  for await (const message of more) {
    if (message.kind !== 'held') throw malformed('the digests come once')
    for (const mark of splitMarks(message.marks)) marks.add(mark)
    if (marks.size > SYNC_OFFERS_MAX) throw new MeshError('LIMIT', { what: 'offers of a region', max: SYNC_OFFERS_MAX })
    if (message.last) return marks
  }
  throw malformed('the list of what is held has an end')
}

function* splitMarks(bytes: Uint8Array): Generator<string> {
  if (bytes.length % MARK_BYTES !== 0) throw malformed(`a mark has ${MARK_BYTES} bytes`)
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at < bytes.length; at += MARK_BYTES)
    yield words
      .getBigUint64(at)
      .toString(16)
      .padStart(2 * MARK_BYTES, '0')
}

function* inMessages(offers: readonly SyncedOffer[]): Generator<Offers> {
  for (let at = 0; at < offers.length; at += OFFERS_PER_MESSAGE)
    yield { kind: 'offers', offers: offers.slice(at, at + OFFERS_PER_MESSAGE).map(({ bytes }) => bytes) }
}
