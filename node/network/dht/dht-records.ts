/**
 * Signed records over kad-dht. The library's own selection is not used: PUT_VALUE lets an older valid record overwrite a newer
 * one (js-libp2p #3377), and its get() answers only when all paths have ended and fails when one stale holder cannot be
 * corrected. So the validator here remembers the newest record of each key, and get() reads the answers as they come.
 */

import type { KadDHT } from '@libp2p/kad-dht'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { asMeshError, MeshError as Failure, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { openNewest, type RecordSpace } from '../../../protocols/kernel/record-space.ts'
import { NEWEST_MAX, QUORUM, recordKey, recordPrefix } from './dht-law.ts'

interface Space {
  readonly law: RecordSpace<unknown>
  /** Length of `/aitbc-<name>/`. */
  readonly prefixBytes: number
  /** This node keeps others' records of it. */
  holders: number
  /** Keys that are being looked up here: their records are judged though this node does not hold the space. */
  readonly wanted: Map<string, number>
  readonly newest: Map<string, unknown>
}

export interface DhtRecordsNeeds {
  readonly dht: KadDHT
  readonly clock: Clock
  /** Peers that this node is connected to now. */
  readonly peers: () => number
  readonly queryMs: number
  readonly report: (error: MeshError) => void
}

export class DhtRecords {
  readonly #needs: DhtRecordsNeeds
  readonly #spaces = new Map<string, Space>()

  constructor(needs: DhtRecordsNeeds) {
    this.#needs = needs
    // Records of public keys need no DHT here (a peer id holds its key), and anybody may fill a store with them.
    delete needs.dht.validators.pk
    delete needs.dht.selectors.pk
  }

  hold<T>(law: RecordSpace<T>): Disposable {
    const space = this.#know(law)
    space.holders++
    let held = true
    return {
      [Symbol.dispose]: () => {
        if (held) space.holders--
        held = false
      },
    }
  }

  /**
   * Stores the record at the peers closest to its key.
   * @throws MeshError NO_PEERS where nobody who answers lookups took it
   */
  async put<T>(law: RecordSpace<T>, value: T, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    const { dht, clock, queryMs } = this.#needs
    if (bytes.length > law.bytesMax)
      throw new Failure('USAGE', { what: `a record of ${bytes.length} bytes, at most ${law.bytesMax}` })
    const space = this.#know(law)
    const suffix = law.keyOf(value)
    this.#remember(space, toHex(suffix), value)
    let holders = dht.getMode() === 'server' ? 1 : 0
    if (this.#needs.peers() === 0 && holders > 0) void this.#keepHere(recordKey(law, suffix), bytes.slice())
    else if (this.#needs.peers() > 0) {
      using deadline = new Deadline(clock, queryMs, 'a record to the DHT', signal)
      try {
        for await (const event of dht.put(recordKey(law, suffix), bytes, { signal: deadline.signal })) {
          if (event.name === 'PEER_RESPONSE' && event.messageName === 'PUT_VALUE') holders++
        }
      } catch (error) {
        deadline.throwIfGivenUp()
        if (holders === 0) throw new Failure('NO_PEERS', { network: law.name }, error)
      }
    }
    if (holders === 0) throw new Failure('NO_PEERS', { network: law.name })
  }

  /** The newest valid record found within the quorum; undefined where nobody has one. */
  async get<T>(law: RecordSpace<T>, suffix: Uint8Array, signal?: AbortSignal): Promise<T | undefined> {
    const { dht, clock, queryMs } = this.#needs
    const space = this.#know(law)
    const name = toHex(suffix)
    let best = space.newest.get(name) as T | undefined
    if (best !== undefined && law.expiresAtMs(best) <= clock.nowMs()) best = undefined
    if (this.#needs.peers() === 0) return best
    let answers = 0
    using deadline = new Deadline(clock, queryMs, 'a lookup in the DHT', signal)
    space.wanted.set(name, (space.wanted.get(name) ?? 0) + 1)
    try {
      for await (const event of dht.get(recordKey(law, suffix), { signal: deadline.signal })) {
        if (event.name !== 'PEER_RESPONSE' || event.record === undefined) continue
        const value = this.#open(space, suffix, event.record.value) as T | undefined
        if (value === undefined) continue
        if (best === undefined || law.newer(value, best)) best = value
        if (++answers >= QUORUM) break
      }
    } catch (error) {
      // Out of time, or the library's verdict on holders that it could not correct: what was found is the answer.
      deadline.throwIfGivenUp()
      if (best === undefined && !deadline.isOver) this.#needs.report(asMeshError(error))
    } finally {
      const left = space.wanted.get(name)! - 1
      if (left > 0) space.wanted.set(name, left)
      else space.wanted.delete(name)
    }
    return best
  }

  /**
   * For those who come later: the library stores here first, and then waits for peers until its time is up. If one comes
   * meanwhile, it is given the record too. Nobody waits for that.
   */
  async #keepHere(key: Uint8Array, bytes: Uint8Array): Promise<void> {
    const { dht, clock, queryMs, report } = this.#needs
    using deadline = new Deadline(clock, queryMs, 'a record to the DHT')
    try {
      for await (const _ of dht.put(key, bytes, { signal: deadline.signal }));
    } catch (error) {
      const failure = asMeshError(error)
      if (!deadline.isOver && failure.code !== 'CANCELLED') report(failure)
    }
  }

  #know<T>(law: RecordSpace<T>): Space {
    const prefix = recordPrefix(law)
    const known = this.#spaces.get(prefix)
    if (known !== undefined) return known
    const space: Space = {
      law: law as RecordSpace<unknown>,
      prefixBytes: recordKey(law, NO_SUFFIX).length,
      holders: 0,
      wanted: new Map(),
      newest: new Map(),
    }
    this.#spaces.set(prefix, space)
    const { dht } = this.#needs
    dht.validators[prefix] = (key, value) => this.#validate(space, key, value)
    dht.selectors[prefix] = (key, records) => this.#select(space, key, records)
    return space
  }

  /** Asked for what others want stored here, and for what others answered us. @throws MeshError where it is refused */
  #validate(space: Space, key: Uint8Array, value: Uint8Array): void {
    const suffix = key.subarray(space.prefixBytes)
    if (space.holders === 0 && !space.wanted.has(toHex(suffix)))
      throw new Failure('NOT_AUTHORISED', { what: `storing ${space.law.name} records` })
    if (this.#open(space, suffix, value) === undefined)
      throw new Failure('MALFORMED', { what: 'record', why: 'not valid, or older than one that is known' })
  }

  #select(space: Space, key: Uint8Array, records: readonly Uint8Array[]): number {
    const suffix = key.subarray(space.prefixBytes)
    let best = 0
    let newest: unknown
    for (const [i, bytes] of records.entries()) {
      const value = this.#open(space, suffix, bytes)
      if (value === undefined || (newest !== undefined && !space.law.newer(value, newest))) continue
      newest = value
      best = i
    }
    return best
  }

  /** The record, and it is remembered; undefined where it is not valid, has expired, or a newer one is known. */
  #open(space: Space, suffix: Uint8Array, bytes: Uint8Array): unknown {
    const { law, newest } = space
    const name = toHex(suffix)
    const value = openNewest(law, suffix, bytes, newest.get(name), this.#needs.clock.nowMs())
    if (value !== undefined) this.#remember(space, name, value)
    return value
  }

  #remember(space: Space, name: string, value: unknown): void {
    const { newest, law } = space
    const known = newest.get(name)
    if (known !== undefined && law.newer(known, value)) return
    newest.delete(name)
    newest.set(name, value)
    if (newest.size > NEWEST_MAX) newest.delete(newest.keys().next().value!)
  }
}

const NO_SUFFIX = new Uint8Array(0)
