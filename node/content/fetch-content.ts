/** Gets a content from all peers that have some of it, and keeps what came, whatever happens: the next fetch goes on from there. */
import { toHex } from '../../protocols/kernel/bytes.ts'
import { abortError, asMeshError, isMeshError, MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Hash32, ModelId, PeerId } from '../../protocols/kernel/ids.ts'
import { modelDigest } from '../../protocols/kernel/model-id.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock, Hasher, Random } from '../../protocols/kernel/ports.ts'
import { chooseRun } from '../../protocols/rules/content/choose-run.ts'
import type { ChunkList } from '../../protocols/wire/content/chunk-list.ts'
import { askChunkSet, askChunks, askCopy, type Run } from '../../protocols/wire/content/content-client.ts'
import { contentKey } from '../../protocols/wire/content/content-key.ts'
import { RUN_CHUNKS_MAX } from '../../protocols/wire/content/content-protocol.ts'
import type { ContentStore } from './content-store.ts'
import { type FetchProgress, TransferPace } from './fetch-progress.ts'
import { FALSE_LISTS_MAX, type FetchTuning, fetchTuning, LOST_MAX } from './fetch-tuning.ts'
import { Givers, type KnownPeer } from './givers.ts'
import type { StoredCopy } from './stored-copy.ts'
import { ThroughputFloor } from './throughput-floor.ts'
import { Wakeup } from './wakeup.ts'

export interface FetchNeeds {
  readonly network: Pick<Network, 'call' | 'findProviders' | 'self' | 'tag'>
  readonly hasher: Hasher
  readonly clock: Clock
  readonly random: Random
  readonly store: ContentStore
  /** The peer's own bytes prove it. */
  readonly charge: (peer: PeerId, error: MeshError) => void
  readonly tuning?: Partial<FetchTuning>
}

export interface FetchWish {
  readonly model: ModelId
  /** What people call it here. */
  readonly name: string
  readonly bytesMax: number
  /** Peers that may have it, beside those that announced it. */
  readonly from: readonly PeerId[]
  /** Only those of `from`. */
  readonly onlyFrom?: boolean
  readonly onProgress?: (progress: FetchProgress) => void
  /** There is something to give to others. */
  readonly onPartial?: (copy: StoredCopy) => void
}

/** Progress is told no oftener. */
const TELL_MS = 200

/**
 * @throws MeshError MODEL_NOWHERE, MODEL_IN_USE (it is being fetched already), MODEL_SPACE, DISK_FULL, DATA_FOLDER_*, CANCELLED
 */
export async function fetchContent(needs: FetchNeeds, wish: FetchWish, signal?: AbortSignal): Promise<StoredCopy> {
  const { store } = needs
  const there = store.get(wish.model)
  if (there?.isWhole === true) return there
  if (store.uses(wish.model).includes(FETCHED)) throw new MeshError('MODEL_IN_USE', { model: wish.name, why: FETCHED })
  using pin = store.pin(wish.model, FETCHED)
  void pin
  // What an earlier run left may have been changed by a disk or a person.
  await there?.verify(signal)
  using fetching = new Fetching(needs, wish, signal)
  return await fetching.run()
}

const FETCHED = 'it is being fetched'

class Fetching implements Disposable {
  readonly #needs: FetchNeeds
  readonly #wish: FetchWish
  readonly #tuning: FetchTuning
  readonly #content: Hash32
  readonly #givers: Givers
  readonly #falseLists = new Set<Hash32>()
  /** Ends all calls with the fetch. */
  readonly #over = new AbortController()
  readonly #release: () => void
  readonly #wakeup: Wakeup
  readonly #pace: TransferPace
  /** Where this node begins, of all chunks. */
  readonly #start: number
  #failure: MeshError | undefined
  #isSearching = false
  #searches = 0
  #searchedAtMs = Number.NEGATIVE_INFINITY
  #firstListAtMs: number | undefined
  #heardAtMs: number
  #toldAtMs = Number.NEGATIVE_INFINITY

  constructor(needs: FetchNeeds, wish: FetchWish, signal: AbortSignal | undefined) {
    this.#needs = needs
    this.#wish = wish
    this.#tuning = { ...fetchTuning, ...needs.tuning }
    this.#content = toHex(modelDigest(wish.model)!) as Hash32
    this.#givers = new Givers(this.#tuning.knownMax)
    this.#pace = new TransferPace(needs.clock)
    this.#wakeup = new Wakeup(needs.clock)
    this.#heardAtMs = needs.clock.monotonicMs()
    this.#start = new DataView(needs.random.bytes(4).buffer).getUint32(0)
    const stop = (): void => {
      this.#over.abort(abortError(signal!))
      this.#wakeup.wake()
    }
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
    this.#release = () => signal?.removeEventListener('abort', stop)
  }

  async run(): Promise<StoredCopy> {
    for (;;) {
      const list = await this.#chooseList()
      const copy = this.#needs.store.begin(this.#wish.model, this.#wish.name, list)
      await this.#transfer(copy, list)
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
      this.#lookAround()
      const best = this.#givers.best(this.#falseLists)
      if (best !== undefined) {
        this.#firstListAtMs ??= this.#nowMs
        const othersAsked = this.#givers.all.some(({ copy, isBusy }) => copy === undefined && isBusy)
        const graceOver = this.#nowMs >= this.#firstListAtMs + this.#tuning.graceMs
        if (graceOver || !(othersAsked || this.#isSearching)) return best.list
      }
      await this.#pause(best === undefined ? undefined : this.#tuning.graceMs)
    }
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

  async #transfer(copy: StoredCopy, list: ChunkList): Promise<void> {
    if (copy.have.size > 0) this.#wish.onPartial?.(copy)
    this.#tell(copy, true)
    while (!copy.have.isFull) {
      this.#lookAround()
      for (const known of this.#givers.under(list.id)) this.#employ(known, copy, list)
      await this.#pause()
    }
    this.#tell(copy, true)
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
      this.#pace.add(bytes)
      this.#tell(copy, false)
    }
    try {
      const chunks = askChunks(network, hasher, known.peer, this.#content, list, run, { signal: floor.signal, onBytes })
      for await (const { chunk, bytes } of chunks) {
        const isFirst = copy.have.size === 0
        if (copy.list.id === list.id) await this.#keep(copy, chunk, bytes)
        if (isFirst && copy.have.size > 0) this.#wish.onPartial?.(copy)
        flight.next = chunk + 1
        known.lost = 0
        this.#heardAtMs = this.#nowMs
        this.#wakeup.wake()
        if (this.#isHere(copy, flight)) break
      }
    } catch (error) {
      this.#lost(known, floor.tripped ? this.#slow(known) : asMeshError(error))
    } finally {
      known.flight = undefined
      known.isBusy = false
      this.#wakeup.wake()
    }
  }

  /** What is wrong with this disk ends the fetch, and is nobody else's fault. */
  async #keep(copy: StoredCopy, chunk: number, bytes: Uint8Array): Promise<void> {
    try {
      await copy.write(chunk, bytes)
    } catch (error) {
      this.#failure ??= asMeshError(error)
      throw error
    }
  }

  #isHere({ have }: StoredCopy, { next, end }: { readonly next: number; readonly end: number }): boolean {
    for (let chunk = next; chunk < end; chunk++) if (!have.has(chunk)) return false
    return true
  }

  // Peers

  #lookAround(): void {
    // Where nobody sends anything, others are looked for at once.
    const isHungry = this.#givers.all.every(({ flight }) => flight === undefined)
    const betweenMs = isHungry ? this.#tuning.restMs : this.#tuning.searchMs
    if (this.#isSearching || this.#nowMs < this.#searchedAtMs + betweenMs) return
    this.#isSearching = true
    void this.#search()
  }

  async #search(): Promise<void> {
    const { network, hasher } = this.#needs
    const { from, onlyFrom = false } = this.#wish
    try {
      for (const peer of from) this.#meet(peer)
      if (onlyFrom) return
      for await (const peer of network.findProviders(contentKey(hasher, network.tag, this.#content), this.#signal))
        this.#meet(peer)
    } catch (error) {
      if (!this.#signal.aborted) this.#failIfBug(asMeshError(error))
    } finally {
      this.#isSearching = false
      this.#searches++
      this.#searchedAtMs = this.#nowMs
      this.#wakeup.wake()
    }
  }

  #meet(peer: PeerId): void {
    if (peer === this.#needs.network.self) return
    const known = this.#givers.meet(peer)
    if (known !== undefined) void this.#ask(known)
  }

  async #ask(known: KnownPeer): Promise<void> {
    const { network, hasher } = this.#needs
    const { bytesMax } = this.#wish
    try {
      const asked = { bytesMax, signal: this.#signal }
      known.copy = await askCopy(network, hasher, known.peer, this.#content, asked)
      known.claimedWhole = known.copy.have.isFull
      if (this.#falseLists.has(known.copy.list.id)) {
        this.#givers.leave(known, new MeshError('CONTENT_FALSE', { content: this.#content }))
      }
    } catch (error) {
      const failed = asMeshError(error)
      if (!isMeshError(failed, 'CONTENT_GARBLED', 'OVERSIZE')) {
        this.#givers.failed(known, failed)
        this.#givers.forget(known)
      } else this.#lost(known, failed)
      this.#failIfBug(failed)
    } finally {
      known.isBusy = false
      this.#wakeup.wake()
    }
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

  // Waiting and telling

  /** Until something happened, or might have to. @throws MeshError MODEL_NOWHERE, CANCELLED, what this disk or program failed by */
  async #pause(ms = this.#tuning.restMs): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    throwIfAborted(this.#signal)
    const isIdle = this.#givers.all.every(({ isBusy }) => !isBusy) && !this.#isSearching
    const nobody = this.#givers.all.length === 0 && this.#firstListAtMs === undefined && this.#searches >= SEARCHES_MIN
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

  #tell(copy: StoredCopy, atOnce: boolean): void {
    const { onProgress } = this.#wish
    if (onProgress === undefined || (!atOnce && this.#nowMs - this.#toldAtMs < TELL_MS)) return
    this.#toldAtMs = this.#nowMs
    const { bytesHere: bytesDone, list } = copy
    const leftMs = this.#pace.leftMs(list.bytes - bytesDone)
    const peers = this.#givers.all.filter(({ flight }) => flight !== undefined).length
    onProgress({ bytesDone, bytesTotal: list.bytes, peers, ...(leftMs === undefined ? {} : { leftMs }) })
  }
}

const REASONS_MAX = 8
/** Looks before it is said that nobody has it: an announcement takes a while to be where it is looked for. */
const SEARCHES_MIN = 2
