/** Finds peers that have a content, and asks each what it has: those that were named, then those that announced it. */
import { asMeshError, isMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Hash32, PeerId } from '../../protocols/kernel/ids.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock, Hasher } from '../../protocols/kernel/ports.ts'
import { askCopy } from '../../protocols/wire/content/content-client.ts'
import { contentKey } from '../../protocols/wire/content/content-key.ts'
import type { FetchTuning } from './fetch-tuning.ts'
import type { Givers, KnownPeer } from './givers.ts'

export interface PeerSearchNeeds {
  readonly network: Pick<Network, 'call' | 'findProviders' | 'self' | 'tag'>
  readonly hasher: Hasher
  readonly clock: Clock
  readonly givers: Givers
  readonly content: Hash32
  readonly tuning: Pick<FetchTuning, 'restMs' | 'searchMs'>
  /** The largest content that is wanted. */
  readonly bytesMax: number
  readonly named: readonly PeerId[]
  /** Nobody else is asked. */
  readonly onlyNamed: boolean
  readonly signal: AbortSignal
  /** It said what it has. */
  readonly onCopy: (known: KnownPeer) => void
  /** What it said proves something of it, or is a fault of ours. */
  readonly onFailure: (known: KnownPeer | undefined, error: MeshError) => void
  readonly onChange: () => void
}

export class PeerSearch {
  readonly #needs: PeerSearchNeeds
  #isLooking = false
  #looks = 0
  #lookedAtMs = Number.NEGATIVE_INFINITY

  constructor(needs: PeerSearchNeeds) {
    this.#needs = needs
  }

  get isLooking(): boolean {
    return this.#isLooking
  }

  /** Looks that came to their end. */
  get looks(): number {
    return this.#looks
  }

  /** Begins a look where it is time for one: where nobody sends anything, at once. */
  lookAround(): void {
    const { clock, givers, tuning } = this.#needs
    const isHungry = givers.all.every(({ flight }) => flight === undefined)
    const betweenMs = isHungry ? tuning.restMs : tuning.searchMs
    if (this.#isLooking || clock.monotonicMs() < this.#lookedAtMs + betweenMs) return
    this.#isLooking = true
    void this.#look()
  }

  async #look(): Promise<void> {
    const { network, hasher, clock, content, named, onlyNamed, signal, onFailure, onChange } = this.#needs
    try {
      for (const peer of named) this.#meet(peer)
      if (onlyNamed) return
      for await (const peer of network.findProviders(contentKey(hasher, network.tag, content), signal)) this.#meet(peer)
    } catch (error) {
      onFailure(undefined, asMeshError(error))
    } finally {
      this.#isLooking = false
      this.#looks++
      this.#lookedAtMs = clock.monotonicMs()
      onChange()
    }
  }

  #meet(peer: PeerId): void {
    const known = peer === this.#needs.network.self ? undefined : this.#needs.givers.meet(peer)
    if (known !== undefined) void this.#ask(known)
  }

  async #ask(known: KnownPeer): Promise<void> {
    const { network, hasher, givers, content, bytesMax, signal, onCopy, onFailure, onChange } = this.#needs
    try {
      known.copy = await askCopy(network, hasher, known.peer, content, { bytesMax, signal })
      known.claimedWhole = known.copy.have.isFull
      onCopy(known)
    } catch (error) {
      const failed = asMeshError(error)
      if (!isMeshError(failed, 'CONTENT_GARBLED', 'OVERSIZE')) {
        // It may have it later, or be reached then: the next look finds it again.
        givers.failed(known, failed)
        givers.forget(known)
      }
      onFailure(known, failed)
    } finally {
      known.isBusy = false
      onChange()
    }
  }
}
