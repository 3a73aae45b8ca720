/** One fetch under way: the lists that peers gave, who is asked for which chunks, and who is not asked any more. */

import { toHex } from '../../protocols/kernel/bytes.ts'
import { drawUint32 } from '../../protocols/kernel/draw.ts'
import { abortError, asMeshError, isMeshError, MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Hash32 } from '../../protocols/kernel/ids.ts'
import { modelDigest } from '../../protocols/kernel/model-id.ts'
import { chooseRun } from '../../protocols/rules/content/choose-run.ts'
import type { ChunkList } from '../../protocols/wire/content/chunk-list.ts'
import { askChunkSet, askChunks, type Copy, type Run } from '../../protocols/wire/content/content-client.ts'
import { RUN_CHUNKS_MAX } from '../../protocols/wire/content/content-protocol.ts'
import type { FetchNeeds, FetchWish } from './fetch-content.ts'
import { ProgressTeller } from './fetch-progress.ts'
import { FALSE_LISTS_MAX, type FetchTuning, fetchTuning, LOST_MAX } from './fetch-tuning.ts'
import { Givers, type KnownPeer } from './givers.ts'
import { PeerSearch } from './peer-search.ts'
import type { StoredCopy } from './stored-copy.ts'
import { ThroughputFloor } from './throughput-floor.ts'
import { Wakeup } from './wakeup.ts'

export class Fetching implements Disposable {
  readonly #needs: FetchNeeds
  readonly #wish: FetchWish
  readonly #tuning: FetchTuning
  readonly #content: Hash32
  readonly #givers: Givers
  readonly #search: PeerSearch
  readonly #falseLists = new Set<Hash32>()
  /** Ends all calls with the fetch. */
  readonly #over = new AbortController()
  readonly #release: () => void
  readonly #wakeup: Wakeup
  readonly #teller: ProgressTeller
  /** Where this node begins, of all chunks. */
  readonly #start: number
  /** The list whose peers gave up: another one is tried first. */
  #deadEnd: Hash32 | undefined
  /** When the list that is tried was chosen. */
  #listSinceMs = 0
  #failure: MeshError | undefined
  #firstListAtMs: number | undefined
  #heardAtMs: number

  constructor(needs: FetchNeeds, wish: FetchWish, signal: AbortSignal | undefined) {
    this.#needs = needs
    this.#wish = wish
    this.#tuning = { ...fetchTuning, ...needs.tuning }
    this.#content = toHex(modelDigest(wish.model)!) as Hash32
    this.#givers = new Givers(this.#tuning.knownMax)
    this.#teller = new ProgressTeller(needs.clock, this.#givers, wish.onProgress)
    this.#wakeup = new Wakeup(needs.clock)
    this.#heardAtMs = needs.clock.monotonicMs()
    this.#start = drawUint32(needs.random)
    const stop = (): void => {
      this.#over.abort(abortError(signal!))
      this.#wakeup.wake()
    }
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
    this.#release = () => signal?.removeEventListener('abort', stop)
    const { network, hasher, clock } = needs
    this.#search = new PeerSearch({
      network,
      hasher,
      clock,
      givers: this.#givers,
      content: this.#content,
      tuning: this.#tuning,
      bytesMax: wish.bytesMax,
      named: wish.from,
      onlyNamed: wish.onlyFrom ?? false,
      signal: this.#signal,
      onCopy: (known) => this.#met(known),
      onFailure: (known, error) => this.#asked(known, error),
      onChange: () => this.#wakeup.wake(),
    })
  }

  async run(): Promise<StoredCopy> {
    for (;;) {
      const list = await this.#chooseList()
      const copy = this.#needs.store.begin(this.#wish.model, this.#wish.name, list)
      this.#deadEnd = (await this.#transfer(copy, list)) ? undefined : list.id
      if (this.#deadEnd !== undefined) continue
      if (await copy.seal(this.#signal)) return copy
      this.#blame(list)
    }
  }

  [Symbol.dispose](): void {
    this.#release()
    this.#over.abort(new MeshError('CANCELLED'))
  }

  get #signal(): AbortSignal {
    return this.#over.signal
  }

  get #nowMs(): number {
    return this.#needs.clock.monotonicMs()
  }

  // Lists

  /** Waits until one is known, and a moment longer for others. */
  async #chooseList(): Promise<ChunkList> {
    for (;;) {
      this.#search.lookAround()
      const best = this.#otherThan(this.#deadEnd) ?? this.#givers.best(this.#falseLists)
      if (best !== undefined) {
        this.#firstListAtMs ??= this.#nowMs
        const othersAsked = this.#givers.all.some(({ copy, isBusy }) => copy === undefined && isBusy)
        const graceOver = this.#nowMs >= this.#firstListAtMs + this.#tuning.graceMs
        if (graceOver || !(othersAsked || this.#search.isLooking)) return best.list
      }
      await this.#pause(best === undefined ? undefined : this.#tuning.graceMs)
    }
  }

  #otherThan(list: Hash32 | undefined): Copy | undefined {
    return list === undefined ? undefined : this.#givers.best(new Set([...this.#falseLists, list]))
  }

  /** Nobody gives more under this list, and there is another: it may be one that a liar left behind. */
  #isDeadEnd(list: ChunkList): boolean {
    const givers = this.#givers.under(list.id)
    const isQuiet = givers.every(({ flight }) => flight === undefined)
    const isOver =
      givers.length === 0 || this.#nowMs - Math.max(this.#heardAtMs, this.#listSinceMs) > this.#tuning.quietMs
    return isQuiet && isOver && this.#otherThan(list.id) !== undefined
  }

  /** All chunks fit the list, and the whole is not the content: whoever said that it has the whole lied. */
  #blame(list: ChunkList): void {
    this.#falseLists.add(list.id)
    const error = new MeshError('CONTENT_FALSE', { content: this.#content })
    for (const known of this.#givers.under(list.id)) {
      if (known.claimedWhole) this.#needs.charge(known.peer, error)
      this.#givers.leave(known, error)
    }
    if (this.#falseLists.size >= FALSE_LISTS_MAX) throw this.#nowhere()
  }

  // Chunks

  /** False where the rest cannot be had under this list. */
  async #transfer(copy: StoredCopy, list: ChunkList): Promise<boolean> {
    this.#listSinceMs = this.#nowMs
    if (copy.have.size > 0) this.#wish.onPartial?.(copy)
    this.#teller.tell(copy)
    while (!copy.have.isFull) {
      if (this.#isDeadEnd(list)) return false
      this.#search.lookAround()
      for (const known of this.#givers.under(list.id)) this.#employ(known, copy, list)
      await this.#pause()
    }
    this.#teller.tell(copy)
    return true
  }

  /** Gives a peer that waits something to do, if there is something. */
  #employ(known: KnownPeer, copy: StoredCopy, list: ChunkList): void {
    if (known.isBusy || known.restsUntilMs > this.#nowMs || copy.have.isFull) return
    const givers = this.#givers.under(list.id)
    if (givers.filter(({ flight }) => flight !== undefined).length >= this.#tuning.giversMax) return
    const wish = {
      count: list.count,
      has: (chunk: number) => copy.have.has(chunk),
      givers,
      start: this.#start % list.count,
      runMax: RUN_CHUNKS_MAX,
    }
    const run = chooseRun(wish, known)
    if (run !== undefined) void this.#fetchRun(known, copy, list, run)
    else if (known.copy?.have.isFull === false) void this.#askSet(known, list)
  }

  async #fetchRun(known: KnownPeer, copy: StoredCopy, list: ChunkList, run: Run): Promise<void> {
    const { network, hasher, clock } = this.#needs
    const { floorBytesPerSecond, floorMs } = this.#tuning
    const end = run.from + run.count
    known.isBusy = true
    const flight = { next: run.from, end }
    known.flight = flight
    using floor = new ThroughputFloor(clock, floorBytesPerSecond, floorMs, this.#signal)
    const onBytes = (bytes: number): void => {
      floor.add(bytes)
      this.#teller.add(copy, bytes)
    }
    // One is written while the next one comes.
    let written = Promise.resolve()
    try {
      const chunks = askChunks(network, hasher, known.peer, this.#content, list, run, { signal: floor.signal, onBytes })
      for await (const { chunk, bytes } of chunks) {
        await written
        known.lost = 0
        this.#heardAtMs = this.#nowMs
        if (this.#isHere(copy, flight)) break
        written = this.#keep(copy, list, chunk, bytes).then(() => {
          flight.next = chunk + 1
          this.#wakeup.wake()
        })
        // It is waited for, but perhaps not before the next one has come.
        written.catch(() => undefined)
      }
      await written
    } catch (error) {
      this.#lost(known, floor.tripped ? this.#slow(known) : asMeshError(error))
    } finally {
      // Nobody else is asked for what is being written.
      await written.catch(() => undefined)
      known.flight = undefined
      known.isBusy = false
      this.#wakeup.wake()
    }
  }

  /** What is wrong with this disk ends the fetch, and is nobody else's fault. */
  async #keep(copy: StoredCopy, list: ChunkList, chunk: number, bytes: Uint8Array): Promise<void> {
    // Made anew under another list meanwhile.
    if (copy.list.id !== list.id) return
    const isFirst = copy.have.size === 0
    try {
      await copy.write(chunk, bytes)
    } catch (error) {
      this.#failure ??= asMeshError(error)
      throw error
    }
    if (isFirst && copy.have.size > 0) this.#wish.onPartial?.(copy)
  }

  #isHere({ have }: StoredCopy, { next, end }: { readonly next: number; readonly end: number }): boolean {
    for (let chunk = next; chunk < end; chunk++) if (!have.has(chunk)) return false
    return true
  }

  // Peers

  /** What a peer said when it was first asked. */
  #asked(known: KnownPeer | undefined, error: MeshError): void {
    this.#failIfBug(error)
    if (known !== undefined && isMeshError(error, 'CONTENT_GARBLED', 'OVERSIZE')) this.#lost(known, error)
  }

  #met(known: KnownPeer): void {
    if (this.#falseLists.has(known.copy!.list.id))
      this.#givers.leave(known, new MeshError('CONTENT_FALSE', { content: this.#content }))
  }

  async #askSet(known: KnownPeer, list: ChunkList): Promise<void> {
    known.isBusy = true
    known.restsUntilMs = this.#nowMs + this.#tuning.askAgainMs
    try {
      const have = await askChunkSet(this.#needs.network, known.peer, this.#content, list, { signal: this.#signal })
      // What is new there may be wanted at once.
      if (have.size > (known.copy?.have.size ?? 0)) known.restsUntilMs = 0
      known.copy = { list, have }
      known.claimedWhole ||= have.isFull
    } catch (error) {
      this.#lost(known, asMeshError(error))
    } finally {
      known.isBusy = false
      this.#wakeup.wake()
    }
  }

  #lost(known: KnownPeer, error: MeshError): void {
    if (this.#signal.aborted || this.#failure !== undefined) return
    this.#failIfBug(error)
    switch (error.code) {
      case 'CHUNK_FALSE':
      case 'CONTENT_GARBLED':
        this.#needs.charge(known.peer, error)
        this.#givers.leave(known, error)
        return
      case 'TOO_SLOW':
      case 'OVERSIZE':
        this.#givers.leave(known, error)
        return
      default:
        this.#givers.failed(known, error)
        known.lost++
        known.restsUntilMs = this.#nowMs + this.#tuning.restMs * 2 ** known.lost
        // What it has may be another by now: it is asked anew when it is met again.
        if (known.lost >= LOST_MAX || error.code === 'NOT_FOUND') this.#givers.forget(known)
    }
  }

  #slow({ peer }: KnownPeer): MeshError {
    return new MeshError('TOO_SLOW', { peer, floor: this.#tuning.floorBytesPerSecond })
  }

  #failIfBug(error: MeshError): void {
    if (error.fault === 'bug') this.#failure ??= error
  }

  // Waiting

  /** Until something happened, or might have to. @throws MeshError MODEL_NOWHERE, CANCELLED, what this disk or program failed by */
  async #pause(ms = this.#tuning.restMs): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    throwIfAborted(this.#signal)
    const isIdle = this.#givers.all.every(({ isBusy }) => !isBusy) && !this.#search.isLooking
    const nobody =
      this.#givers.all.length === 0 && this.#firstListAtMs === undefined && this.#search.looks >= SEARCHES_MIN
    if (isIdle && (nobody || this.#nowMs - this.#heardAtMs > this.#tuning.patienceMs)) throw this.#nowhere()
    await this.#wakeup.wait(ms)
    if (this.#failure !== undefined) throw this.#failure
    throwIfAborted(this.#signal)
  }

  #nowhere(): MeshError {
    const reasons = this.#givers.reasons.slice(0, REASONS_MAX)
    const model = this.#wish.name
    return new MeshError('MODEL_NOWHERE', { model, reasons: reasons.length > 0 ? reasons : ['nobody announced it'] })
  }
}

const REASONS_MAX = 8
/** Looks before it is said that nobody has it: an announcement takes a while to be where it is looked for. */
const SEARCHES_MIN = 2
