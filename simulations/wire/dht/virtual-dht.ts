/**
 * A node's part in a k-bucket DHT: it asks, and where it is a server it answers. Requests travel over the node's connections
 * and cost what these cost; a peer that is not connected is dialled first.
 */

import { FIRST_LOOK_MS, LIGHT_FIRST_LOOK_MS } from '../../../node/network/dht/dht-law.ts'
import type { NetworkPreset } from '../../../node/network/network-preset.ts'
import { abortable } from '../../../protocols/kernel/abortable.ts'
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'
import type { SeededRandom } from '../../clock/seeded-random.ts'
import { ID_BYTES } from './distance.ts'
import { lookup } from './lookup.ts'
import type { DhtAnswer, DhtRequest } from './messages.ts'
import type { ProviderStore } from './provider-store.ts'
import type { RecordStore } from './record-store.ts'
import { BUCKET_SIZE, type Contact, RoutingTable } from './routing-table.ts'

/** Its own neighbours are looked for again after this (kad-dht: QUERY_SELF_INTERVAL): peers that came and went since. */
const LOOK_MS = 5 * 60_000

export interface VirtualDhtNeeds {
  readonly self: PeerId
  readonly isServer: boolean
  /** It only dials: nobody looks for it. */
  readonly isLight: boolean
  readonly clock: Clock
  readonly random: SeededRandom
  readonly preset: NetworkPreset
  readonly records: RecordStore
  readonly providers: ProviderStore
  /** SHA-256 of a peer's name. */
  readonly idOf: (peer: PeerId) => Uint8Array
  /** Connects where that is needed; undefined where the peer does not answer in time. Never rejects. */
  readonly request: (peer: PeerId, request: DhtRequest, signal: AbortSignal) => Promise<DhtAnswer | undefined>
  /** A peer named by another one can be dialled. */
  readonly learn: (peer: PeerId) => void
}

export class VirtualDht implements Disposable {
  readonly #needs: VirtualDhtNeeds
  readonly #table: RoutingTable
  readonly #stopped = new AbortController()
  /** The node has looked around once, as in kad-dht; one that only dials has met a server. */
  readonly #ready = Promise.withResolvers<void>()
  #look: Timer | undefined

  constructor(needs: VirtualDhtNeeds) {
    this.#needs = needs
    this.#table = new RoutingTable(needs.idOf(needs.self))
  }

  /** Servers known. */
  get size(): number {
    return this.#table.size
  }

  get isServer(): boolean {
    return this.#needs.isServer
  }

  /** A server of this network is connected. */
  met(peer: PeerId): void {
    this.#table.add(this.#contact(peer))
    const { clock, isLight } = this.#needs
    if (isLight) this.#ready.resolve()
    this.#look ??= clock.after(isLight ? LIGHT_FIRST_LOOK_MS : FIRST_LOOK_MS, this.#lookAround)
  }

  /** What this node answers as a server. */
  answer(from: PeerId, request: DhtRequest): DhtAnswer {
    const { records, providers } = this.#needs
    switch (request.what) {
      case 'FIND_NODE':
        return { ...NOTHING, closer: this.#closer(from, request.target) }
      case 'GET_VALUE':
        return {
          ...NOTHING,
          closer: this.#closer(from, request.target),
          record: records.give(request.space, request.key)?.slice(),
        }
      case 'PUT_VALUE':
        return { ...NOTHING, taken: records.take(request.space, request.key, request.bytes.slice()) }
      case 'GET_PROVIDERS':
        return { ...NOTHING, closer: this.#closer(from, request.target), providers: providers.of(request.key) }
      case 'ADD_PROVIDER':
        // A peer announces itself only: the connection says who it is.
        providers.add(request.key, from)
        return { ...NOTHING, taken: true }
    }
  }

  /**
   * Asks towards a target, once the node has looked around. `onAnswer` hears every answer and says whether that was enough.
   * @returns the nearest servers that answered, nearest first
   */
  async walk(
    target: Uint8Array,
    request: DhtRequest,
    signal: AbortSignal,
    onAnswer: (answer: DhtAnswer) => boolean = () => false,
  ): Promise<readonly Contact[]> {
    await abortable(this.#ready.promise, signal).catch(() => undefined)
    return this.#walk(target, request, signal, onAnswer)
  }

  #walk(
    target: Uint8Array,
    request: DhtRequest,
    signal: AbortSignal,
    onAnswer: (answer: DhtAnswer) => boolean,
  ): Promise<readonly Contact[]> {
    let enough = false
    return lookup({
      target,
      start: this.#table.closest(target, BUCKET_SIZE),
      alpha: this.#needs.preset.dhtAlpha,
      isDone: () => enough || signal.aborted,
      ask: async (contact) => {
        const answer = await this.ask(contact, request, signal)
        if (answer === undefined) return undefined
        if (!enough && !signal.aborted && onAnswer(answer)) enough = true
        return answer.closer.filter((peer) => peer !== this.#needs.self).map((peer) => this.#named(peer))
      },
    })
  }

  /** One request to one server; undefined where it does not answer, and then it is forgotten. */
  async ask(contact: Contact, request: DhtRequest, signal: AbortSignal): Promise<DhtAnswer | undefined> {
    const answer = await this.#needs.request(contact.peer, request, signal)
    if (answer !== undefined) this.#table.add(contact)
    else if (!signal.aborted) this.#table.remove(contact)
    return answer
  }

  /** Looks for one peer; true where a server knows it. */
  async find(peer: PeerId, signal: AbortSignal): Promise<boolean> {
    const target = this.#needs.idOf(peer)
    let found = false
    await this.walk(target, { what: 'FIND_NODE', target }, signal, ({ closer }) => {
      found ||= closer.includes(peer)
      return found
    })
    return found
  }

  [Symbol.dispose](): void {
    this.#stopped.abort()
    this.#look?.cancel()
  }

  /** For its own neighbours, so that it is found by them; and once far away, so that it is not lost without them. */
  readonly #lookAround = (): void => {
    const { self, random, idOf, clock } = this.#needs
    this.#look = clock.after(LOOK_MS, this.#lookAround)
    void this.#lookFor(idOf(self)).then(() => {
      this.#ready.resolve()
      return this.#lookFor(random.bytes(ID_BYTES))
    })
  }

  async #lookFor(target: Uint8Array): Promise<void> {
    const { clock, preset } = this.#needs
    if (this.#stopped.signal.aborted) return
    using deadline = new Deadline(clock, preset.queryMs, 'a lookup in the DHT', this.#stopped.signal)
    await this.#walk(target, { what: 'FIND_NODE', target }, deadline.signal, () => false)
  }

  #closer(from: PeerId, target: Uint8Array): PeerId[] {
    return this.#table
      .closest(target, BUCKET_SIZE + 1)
      .map(({ peer }) => peer)
      .filter((peer) => peer !== from)
      .slice(0, BUCKET_SIZE)
  }

  #named(peer: PeerId): Contact {
    this.#needs.learn(peer)
    return this.#contact(peer)
  }

  #contact(peer: PeerId): Contact {
    return { peer, id: this.#needs.idOf(peer) }
  }
}

const NOTHING: DhtAnswer = { closer: [], providers: [], record: undefined, taken: false }
