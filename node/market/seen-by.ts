/** How many other peers know this miner's offer, asked of them: what it believes of itself is not what the network sees. */

import { abortable } from '../../protocols/kernel/abortable.ts'
import { equalBytes } from '../../protocols/kernel/bytes.ts'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { drawUint32 } from '../../protocols/kernel/draw.ts'
import { asMeshError } from '../../protocols/kernel/errors.ts'
import type { Address, PeerId } from '../../protocols/kernel/ids.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock, Random } from '../../protocols/kernel/ports.ts'
import { askDirectory, DIRECTORY_OFFERS_MAX } from '../../protocols/wire/directory/directory-protocol.ts'
import type { DirectoryFinder } from '../client/finding/find-directories.ts'
import { type NetworkOf, spreadNetworks } from '../client/finding/spread-networks.ts'

/** Peers asked in one round. */
const ASKED_MAX = 6
/** A round costs others an answer each; an offer changes no more often. */
const AGAIN_MS = 60_000
/** Whoever has to be dialled first answers after five round trips; a person waits for it. */
const ROUND_MS_MAX = 3_000
/** A lookup in a wide network takes longer: then those that are connected are asked, and the next round knows more. */
const LOOKUP_MS_MAX = 1_000

export interface Seen {
  /** Peers that answered with an offer that stands and is ours, byte for byte. */
  readonly seen: number
  /** Peers that answered at all; at least 1. */
  readonly asked: number
  /** Unix milliseconds. */
  readonly atMs: number
}

export interface SeenByNeeds {
  readonly network: Network
  readonly directories: Pick<DirectoryFinder, 'find'>
  readonly clock: Clock
  readonly random: Random
  readonly miner: Address
  /** Offers that stand, as they were published. */
  readonly published: () => readonly { readonly bytes: Uint8Array }[]
  readonly networkOf: NetworkOf
}

export class SeenBy implements Disposable {
  readonly #needs: SeenByNeeds
  readonly #stop = new AbortController()
  #last: Seen | undefined
  #round: Promise<void> | undefined
  #askedAtMs = Number.NEGATIVE_INFINITY

  constructor(needs: SeenByNeeds) {
    this.#needs = needs
  }

  /** Of the last round; undefined where nobody answered, or nobody was asked. */
  get last(): Seen | undefined {
    return this.#last
  }

  /** The last round, or a new one where that is older than a minute. @throws the signal's reason */
  async ask(signal?: AbortSignal): Promise<Seen | undefined> {
    const now = this.#needs.clock.monotonicMs()
    if (this.#round === undefined && now - this.#askedAtMs >= AGAIN_MS && !this.#stop.signal.aborted) {
      this.#askedAtMs = now
      this.#round = this.#ask().finally(() => {
        this.#round = undefined
      })
    }
    if (this.#round !== undefined) await abortable(this.#round, signal)
    return this.#last
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
  }

  async #ask(): Promise<void> {
    const { clock } = this.#needs
    using deadline = new Deadline(clock, ROUND_MS_MAX, 'the answers of peers', this.#stop.signal)
    const peers = this.#needs.published().length === 0 ? [] : await this.#pick(await this.#directories())
    const answers = await Promise.all(peers.map((peer) => this.#isSeenBy(peer, deadline.signal)))
    const asked = answers.filter((seen) => seen !== undefined)
    this.#last =
      asked.length === 0 ? undefined : { seen: asked.filter(Boolean).length, asked: asked.length, atMs: clock.nowMs() }
  }

  async #directories(): Promise<readonly PeerId[]> {
    const { network, directories, clock } = this.#needs
    using deadline = new Deadline(clock, LOOKUP_MS_MAX, 'the search for directories', this.#stop.signal)
    const found = await abortable(directories.find(this.#stop.signal), deadline.signal).catch((error: unknown) => {
      if (asMeshError(error).fault === 'bug') throw error
      return network.connectedPeers()
    })
    return found.filter((peer) => peer !== network.self)
  }

  /** At random, and one of each network before a second of any. */
  async #pick(peers: readonly PeerId[]): Promise<readonly PeerId[]> {
    const { random, networkOf } = this.#needs
    const drawn = peers
      .map((peer) => ({ peer, key: drawUint32(random) }))
      .sort((a, b) => a.key - b.key)
      .map(({ peer }) => peer)
    return (await spreadNetworks(drawn, networkOf)).slice(0, ASKED_MAX)
  }

  /** Undefined where it does not answer: it may see this node or not. */
  async #isSeenBy(peer: PeerId, signal: AbortSignal): Promise<boolean | undefined> {
    const { network, miner, published } = this.#needs
    try {
      // A directory of an earlier version steps over the miner's name and answers with what it has.
      const entries = await askDirectory(network, peer, { miner, offersMax: DIRECTORY_OFFERS_MAX }, { signal })
      return entries.some(({ offer }) => published().some(({ bytes }) => equalBytes(bytes, offer)))
    } catch (error) {
      if (asMeshError(error).fault === 'bug') throw error
      return undefined
    }
  }
}
