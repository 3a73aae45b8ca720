/**
 * Before a job in a hurry trusts an estimate, the candidates that seem nearest are pinged: coordinates are claims, and a miner that only seems
 * near would get the jobs that it is worst at. What was measured holds for a minute in the book, so a client that goes on asks nobody again.
 */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { isMeshError, MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Address, ModelId, PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { UNKNOWN_RTT_MS } from '../../../protocols/rules/routing/estimate-latency.ts'
import type { MinerNotes, OfferBook } from './offer-book.ts'

/** Each is a connection that the job's attempts may need anyway; one attempt in ten needs a third miner. */
export const ASKED_AT_ONCE = 3
/** While none is as near as it said; after two rounds of liars the job is better tried than waited for. */
const ROUNDS_MAX = 2
/** A new connection takes some six round trips: whoever needs longer than this is not near. */
const PING_MS_MAX = 1_000
/** An honest estimate is this far off now and then: a half, and what a busy process takes. */
const OFF_FACTOR = 1.5
const OFF_MS = 10

export interface ConfirmNeeds {
  readonly clock: Clock
  readonly book: Pick<OfferBook, 'live' | 'observe'>
  /** Milliseconds there and back. */
  readonly ping: (peer: PeerId, signal: AbortSignal) => Promise<number>
}

export class DistanceConfirmer {
  readonly #needs: ConfirmNeeds
  /** Pings under way: jobs that come together ask once. No more than the book has miners, each for a second. */
  readonly #asking = new Map<Address, Promise<number | undefined>>()

  constructor(needs: ConfirmNeeds) {
    this.#needs = needs
  }

  /**
   * Measures the nearest of the candidates whose distance is an estimate, or a guess. After half of the budget the estimates stand as they are.
   * @param latencyMsMax of the job
   * @throws the signal's reason
   */
  async confirm(model: ModelId, latencyMsMax: number, signal: AbortSignal): Promise<void> {
    using deadline = new Deadline(
      this.#needs.clock,
      Math.min(PING_MS_MAX, latencyMsMax / 2),
      () => new MeshError('TIMEOUT', { what: 'pings before a job', ms: latencyMsMax / 2 }),
      signal,
    )
    const asked = new Set<Address>()
    try {
      for (let round = 0; round < ROUNDS_MAX; round++) {
        const nearest = this.#nearest(model, asked)
        for (const { offer } of nearest) asked.add(offer.miner)
        const found = await abortable(Promise.all(nearest.map((each) => this.#isAsNear(each))), deadline.signal)
        if (nearest.length === 0 || found.some(Boolean)) return
      }
    } catch (error) {
      throwIfAborted(signal)
      if (!isMeshError(error, 'TIMEOUT')) throw error
    }
  }

  #nearest(model: ModelId, asked: ReadonlySet<Address>): readonly MinerNotes[] {
    return (
      this.#needs.book
        .live(model)
        // Who did not answer a moment ago is asked last by the job too, which is not to wait for it here.
        .filter(({ offer, rttMs, reach }) => rttMs === undefined && reach !== 'unreachable' && !asked.has(offer.miner))
        .sort((one, other) => saidMs(one) - saidMs(other))
        .slice(0, ASKED_AT_ONCE)
    )
  }

  async #isAsNear(notes: MinerNotes): Promise<boolean> {
    const ms = await this.#once(notes.offer.miner, notes.offer.peer)
    return ms !== undefined && ms <= OFF_FACTOR * saidMs(notes) + OFF_MS
  }

  #once(miner: Address, peer: PeerId): Promise<number | undefined> {
    const known = this.#asking.get(miner)
    if (known !== undefined) return known
    const asking = this.#ask(miner, peer).finally(() => this.#asking.delete(miner))
    this.#asking.set(miner, asking)
    return asking
  }

  /** `undefined` where it does not answer in time. */
  async #ask(miner: Address, peer: PeerId): Promise<number | undefined> {
    const { clock, book, ping } = this.#needs
    using deadline = new Deadline(clock, PING_MS_MAX, 'a ping')
    try {
      const rttMs = await abortable(ping(peer, deadline.signal), deadline.signal)
      book.observe(miner, { rttMs })
      return rttMs
    } catch (error) {
      if (!isMeshError(error) || error.fault === 'bug') throw error
      return undefined
    }
  }
}

/** Where nothing is known, what is guessed then. */
const saidMs = ({ distance }: MinerNotes): number => distance?.ms ?? UNKNOWN_RTT_MS
