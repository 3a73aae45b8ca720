/** The asking side: says what it holds, as briefly as it can, and hears what it lacks. */
import { hexInto } from '../../kernel/bytes.ts'
import { MeshError } from '../../kernel/errors.ts'
import type { PeerId } from '../../kernel/ids.ts'
import type { Network } from '../../kernel/network.ts'
import type { CallOptions } from '../../kernel/protocol.ts'
import {
  bucketBitsFor,
  bucketDigests,
  inBuckets,
  isMarked,
  MARK_BYTES,
  markOf,
  type Summarised,
} from './offer-buckets.ts'
import { MARKS_PER_MESSAGE, type SyncRequest } from './sync-messages.ts'
import { SYNC_OFFERS_MAX, syncProtocol } from './sync-protocol.ts'

/** Offers as they arrive, a message at a time; nothing of them is checked. Views: whoever keeps one copies it. */
export type SyncListener = (offers: readonly Uint8Array[]) => Promise<void>

/**
 * Asks one directory for the offers of a region that it holds and we do not.
 * @param onOffers is awaited before the next message is read
 * @throws MeshError what Network.call throws; MALFORMED for an answer out of order; LIMIT where more come than a region has
 */
export async function syncWith(
  network: Network,
  directory: PeerId,
  { region, held }: { readonly region: string; readonly held: readonly Summarised[] },
  onOffers: SyncListener,
  options: CallOptions,
): Promise<void> {
  const bits = bucketBitsFor(held.length)
  const buckets = inBuckets(held, bits)
  const wanted = Promise.withResolvers<readonly Summarised[] | undefined>()
  async function* requests(): AsyncGenerator<SyncRequest> {
    yield { kind: 'digests', region, bits, digests: bucketDigests(buckets) }
    const listed = await wanted.promise
    if (listed !== undefined) yield* inMessages(listed)
  }
  let isCompared = false
  let heard = 0
  try {
    for await (const response of network.call(directory, syncProtocol, requests(), options)) {
      if ((response.kind === 'differing') === isCompared) throw garbled('the comparison comes once, and first')
      if (response.kind === 'differing') {
        isCompared = true
        const { buckets: bitmap } = response
        if (bitmap.length !== Math.ceil(buckets.length / 8)) throw garbled('the comparison has one bit for each bucket')
        const differing = buckets.filter((_, i) => isMarked(bitmap, i))
        wanted.resolve(differing.length === 0 ? undefined : differing.flat())
        continue
      }
      heard += response.offers.length
      if (heard > SYNC_OFFERS_MAX) throw new MeshError('LIMIT', { what: 'offers of a region', max: SYNC_OFFERS_MAX })
      await onOffers(response.offers)
    }
  } finally {
    wanted.resolve(undefined)
  }
  if (!isCompared) throw garbled('a call ends after the comparison')
}

function* inMessages(listed: readonly Summarised[]): Generator<SyncRequest> {
  for (let at = 0; at === 0 || at < listed.length; at += MARKS_PER_MESSAGE) {
    const part = listed.slice(at, at + MARKS_PER_MESSAGE)
    const marks = new Uint8Array(part.length * MARK_BYTES)
    for (const [i, { hash }] of part.entries()) hexInto(`0x${markOf(hash)}`, marks, i * MARK_BYTES)
    yield { kind: 'held', marks, last: at + MARKS_PER_MESSAGE >= listed.length }
  }
}

const garbled = (why: string): MeshError => new MeshError('MALFORMED', { what: 'directory-sync answer', why })
