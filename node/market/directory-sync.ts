/**
 * Keeps the directory together with others of its region: a joiner does not wait for every miner to speak again, and what gossip
 * lost, or a partition kept apart, is found within a minute.
 */
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { PeerId } from '../../protocols/kernel/ids.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock, Random, Timer } from '../../protocols/kernel/ports.ts'
import { HighestSeen } from '../../protocols/statements/sequence.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import { syncWith } from '../../protocols/wire/directory-sync/sync-client.ts'
import type { SyncDesk } from '../../protocols/wire/directory-sync/sync-handler.ts'
import type { Offer } from '../../protocols/wire/offer/offer.ts'
import { judgeHearsay } from '../../protocols/wire/offer/offer-topic.ts'
import { DirectoryFinder } from '../client/finding/find-directories.ts'
import type { OfferDirectory } from './offer-directory.ts'

/** Far below the life of an offer, and 32 KiB of digests at most. */
const SYNC_MS = 60_000
/** Nobody to ask yet: the first nodes of a network start at the same time. Twice as long after each try, up to the usual pace. */
const ALONE_MS = 5_000
/** A joiner asks two: one may hide miners. */
const FIRST_DIRECTORIES = 2
/** After the call that told us so has ended. */
const BACK_MS = 500
/** Who says so falsely, again and again, costs one question in ten seconds. */
const BACK_MS_MIN = 10_000
/** A whole region over a slow line; a directory that takes longer is left. */
export const ONE_SYNC_MS_MAX = 60_000

export interface Synced {
  readonly directory: PeerId
  /** News of those that it sent. */
  readonly taken: number
  readonly sent: number
  /** That no miner had signed so: the directory's fault. */
  readonly false: number
  readonly tookMs: number
}

export interface DirectorySyncNeeds {
  readonly network: Network
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly random: Random
  readonly region: string
  readonly directory: OfferDirectory
  /** Hears every offer that is its miner's own word, news or not. */
  readonly onOffer?: (offer: Offer) => void
  readonly onSynced: (synced: Synced) => void
  /** `directory` undefined where none could be looked for. */
  readonly onFailure: (directory: PeerId | undefined, error: MeshError) => void
}

export class DirectorySync implements SyncDesk, AsyncDisposable {
  readonly #needs: DirectorySyncNeeds
  readonly #finder: DirectoryFinder
  readonly #stop = new AbortController()
  #timer: Timer | undefined
  #round: Promise<void> = Promise.resolve()
  /** When the next directory is drawn; whoever says that it is ahead is asked beside it, and never in its place. */
  #dueAtMs = Number.NEGATIVE_INFINITY
  /** Told us that it holds what we do not: asked soon. */
  #ahead: PeerId | undefined
  #aheadAtMs = Number.NEGATIVE_INFINITY
  #hasSynced = false
  #aloneMs = ALONE_MS

  constructor(needs: DirectorySyncNeeds) {
    this.#needs = needs
    this.#finder = new DirectoryFinder(needs.network, needs.clock, needs.domain.crypto, needs.region)
  }

  /** Begins at once; nobody waits for it. */
  start(): void {
    this.#later(0)
  }

  held(region: string): Iterable<Offer> {
    return this.#needs.directory.heldIn(region)
  }

  /** What one learns the other learns too, so news of a partition's other side spreads in a few rounds. */
  ahead(asker: PeerId): void {
    const now = this.#needs.clock.monotonicMs()
    if (this.#ahead !== undefined || now - this.#aheadAtMs < BACK_MS_MIN) return
    this.#ahead = asker
    this.#aheadAtMs = now
    this.#later(BACK_MS)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#timer?.cancel()
    await this.#round
  }

  #later(ms: number): void {
    if (this.#stop.signal.aborted) return
    this.#timer?.cancel()
    this.#timer = this.#needs.clock.after(ms, () => {
      this.#round = this.#round.then(() => this.#syncRound())
    })
  }

  async #syncRound(): Promise<void> {
    const { signal } = this.#stop
    const ahead = this.#ahead
    this.#ahead = undefined
    if (ahead !== undefined) await this.#sync(ahead, signal)
    if (this.#needs.clock.monotonicMs() >= this.#dueAtMs) await this.#syncDrawn(signal)
    const leftMs = Math.max(0, this.#dueAtMs - this.#needs.clock.monotonicMs())
    this.#later(this.#ahead === undefined ? leftMs : Math.min(leftMs, BACK_MS))
  }

  async #syncDrawn(signal: AbortSignal): Promise<void> {
    try {
      for (const directory of await this.#draw(signal)) if (await this.#sync(directory, signal)) this.#hasSynced = true
    } catch (error) {
      // Without an answer of the DHT nobody is known: asked again soon.
      if (!signal.aborted) this.#needs.onFailure(undefined, asMeshError(error))
    }
    // Spread out, so that nodes that started together do not ask together for ever.
    const spread = 0.75 + this.#needs.random.bytes(1)[0]! / 512
    const waitMs = this.#hasSynced ? SYNC_MS : this.#aloneMs
    this.#aloneMs = Math.min(SYNC_MS, 2 * this.#aloneMs)
    this.#dueAtMs = this.#needs.clock.monotonicMs() + waitMs * spread
  }

  /** False where it failed. */
  async #sync(directory: PeerId, stop: AbortSignal): Promise<boolean> {
    const { network, clock, region, directory: own, onSynced, onFailure } = this.#needs
    const startedMs = clock.monotonicMs()
    const tally = { taken: 0, sent: 0, false: 0 }
    using deadline = new Deadline(clock, ONE_SYNC_MS_MAX, 'a sync with a directory', stop)
    const { signal } = deadline
    try {
      const held = [...own.heldIn(region)]
      await syncWith(network, directory, { region, held }, (offers) => this.#take(offers, tally), { signal })
      onSynced({ directory, ...tally, tookMs: clock.monotonicMs() - startedMs })
      return true
    } catch (error) {
      if (stop.aborted) return false
      this.#finder.forget(directory)
      onFailure(directory, asMeshError(error))
      return false
    }
  }

  /** A turn of the event loop between messages: each is some ten milliseconds of signatures. */
  async #take(offers: readonly Uint8Array[], tally: { taken: number; sent: number; false: number }): Promise<void> {
    const { domain, clock, region, directory, onOffer } = this.#needs
    // Signed by many, sent by one: what gossip has seen is not its concern, nor this gossip's.
    const seen = new HighestSeen()
    for (const bytes of offers) {
      tally.sent++
      const judged = judgeHearsay(domain, bytes, { region, nowMs: clock.nowMs(), seen })
      if (judged.verdict === 'reject') tally.false++
      if (judged.value === undefined) continue
      onOffer?.(judged.value)
      if (directory.putHearsay(judged.value)) tally.taken++
    }
    await new Promise<void>((resolve) => {
      clock.after(0, resolve)
    })
  }

  async #draw(signal: AbortSignal): Promise<readonly PeerId[]> {
    const left = [...(await this.#finder.find(signal))]
    const count = this.#hasSynced ? 1 : FIRST_DIRECTORIES
    const drawn: PeerId[] = []
    while (drawn.length < count && left.length > 0) {
      const at = this.#needs.random.bytes(1)[0]! % left.length
      drawn.push(...left.splice(at, 1))
    }
    return drawn
  }
}
