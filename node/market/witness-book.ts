/**
 * What this node witnessed: when it first heard of which digest. One stamp a digest, the same for whoever asks; nothing of what it
 * stands for, and nothing on disk: a witness that was restarted is one that says nothing of what was before.
 */
import { AgeingMap } from '../../protocols/kernel/ageing-map.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Hash32, PeerId } from '../../protocols/kernel/ids.ts'
import type { Clock, Signer } from '../../protocols/kernel/ports.ts'
import { signTimeStamp } from '../../protocols/statements/service-level.ts'
import type { Signed } from '../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import type { TimeStamp } from '../../protocols/statements/struct-types.ts'
import type { WitnessDesk } from '../../protocols/wire/witness/witness-handler.ts'

/** Some 300 bytes each. Beyond, none is taken: one that made room could be stamped anew, later. */
export const DIGESTS_MAX = 16_384
/** One peer alone does not fill the book. */
export const DIGESTS_OF_PEER_MAX = 2_048
/** The longest job, and what its receipt may take. */
export const REMEMBERED_MS = 3_900_000
/** At a millisecond each a fifth of one core: work and its receipts come first. */
export const SIGNATURES_PER_SECOND_MAX = 200

export interface WitnessBookNeeds {
  readonly domain: SigningDomain
  readonly signer: Signer
  readonly clock: Clock
}

interface Stamped {
  readonly stamp: Signed<TimeStamp>
  readonly peer: PeerId
  /** Monotonic. */
  readonly atMs: number
}

export class WitnessBook implements WitnessDesk {
  readonly #needs: WitnessBookNeeds
  readonly #stamped = new AgeingMap<Hash32, Stamped>()
  /** No more than there are digests. */
  readonly #ofPeer = new Map<PeerId, number>()
  /** The wall clock at the start, less the monotonic one: a clock that is set later does not come between two stamps. */
  readonly #wallMs: number
  #signatures = SIGNATURES_PER_SECOND_MAX
  #refilledMs: number

  constructor(needs: WitnessBookNeeds) {
    this.#needs = needs
    this.#refilledMs = needs.clock.monotonicMs()
    this.#wallMs = needs.clock.nowMs() - this.#refilledMs
  }

  /** Digests that are remembered. */
  get size(): number {
    return this.#stamped.size
  }

  /** @throws MeshError WITNESS_BUSY */
  stamp(digest: Hash32, peer: PeerId): Signed<TimeStamp> {
    const known = this.#stamped.get(digest)
    if (known !== undefined) return known.stamp
    const { domain, signer, clock } = this.#needs
    const nowMs = clock.monotonicMs()
    this.#forget(nowMs)
    const ofPeer = this.#ofPeer.get(peer) ?? 0
    if (this.#stamped.size >= DIGESTS_MAX || ofPeer >= DIGESTS_OF_PEER_MAX)
      throw new MeshError('WITNESS_BUSY', { why: 'it remembers as many as it may' })
    if (!this.#maySign(nowMs)) throw new MeshError('WITNESS_BUSY', { why: 'it was asked for too many at once' })
    const stamp = signTimeStamp(domain, signer, digest, this.#wallMs + nowMs)
    this.#stamped.set(digest, { stamp, peer, atMs: nowMs })
    this.#ofPeer.set(peer, ofPeer + 1)
    return stamp
  }

  #maySign(nowMs: number): boolean {
    const refill = ((nowMs - this.#refilledMs) / 1_000) * SIGNATURES_PER_SECOND_MAX
    this.#signatures = Math.min(SIGNATURES_PER_SECOND_MAX, this.#signatures + refill)
    this.#refilledMs = nowMs
    if (this.#signatures < 1) return false
    this.#signatures--
    return true
  }

  #forget(nowMs: number): void {
    for (;;) {
      const digest = this.#stamped.oldest()
      const stamped = digest === undefined ? undefined : this.#stamped.get(digest)
      if (digest === undefined || stamped === undefined || nowMs - stamped.atMs < REMEMBERED_MS) return
      this.#stamped.delete(digest)
      const left = (this.#ofPeer.get(stamped.peer) ?? 0) - 1
      if (left > 0) this.#ofPeer.set(stamped.peer, left)
      else this.#ofPeer.delete(stamped.peer)
    }
  }
}
