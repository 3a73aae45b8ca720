import { describe, expect, test } from 'vitest'
import { ProfileBoard, type ProfileBoardNeeds } from '../../../node/market/profile-board.ts'
import { abortError, MeshError } from '../../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { RecordSpace } from '../../../protocols/kernel/record-space.ts'
import { nextSequence } from '../../../protocols/statements/sequence.ts'
import type { Profile } from '../../../protocols/wire/profile/profile.ts'
import { miner } from '../../support/profile-vectors/body-vectors.ts'
import { cast, domain } from '../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const MINUTE_MS = 60_000

/** The board's end of a network: it keeps what a holder would, and answers when the test lets it. */
class Holder {
  readonly clock: ManualClock
  readonly kept: Profile[] = []
  peers: PeerId[] = [peerId('holder')]
  failure: MeshError | undefined
  /** While set, puts wait for it. */
  gate: Promise<void> | undefined
  waiting = 0

  constructor(clock: ManualClock) {
    this.clock = clock
  }

  get network(): Network {
    return {
      connectedPeers: () => this.peers,
      putRecord: <T>(space: RecordSpace<T>, value: T, bytes: Uint8Array, signal?: AbortSignal) =>
        this.#put(space, value, bytes, signal),
    } as Partial<Network> as Network
  }

  async #put<T>(space: RecordSpace<T>, value: T, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    if (this.gate !== undefined) {
      this.waiting++
      const { promise, reject } = Promise.withResolvers<never>()
      const stop = (): void => reject(abortError(signal!))
      if (signal?.aborted) stop()
      signal?.addEventListener('abort', stop)
      await Promise.race([this.gate, promise]).finally(() => this.waiting--)
    }
    if (this.failure !== undefined) throw this.failure
    // A holder takes what the law takes, newest last.
    const opened = space.open(space.keyOf(value), bytes, this.clock.nowMs()) as Profile
    const last = this.kept.at(-1)
    if (last !== undefined && !(space as RecordSpace<unknown>).newer(opened, last)) throw new MeshError('MALFORMED')
    this.kept.push(opened)
  }
}

function set(change: Partial<ProfileBoardNeeds> = {}) {
  const clock = new ManualClock(1_790_000_000_000)
  const holder = new Holder(clock)
  const facts = { body: { ...miner }, published: [] as Profile[], failures: [] as MeshError[], sequence: 0n }
  const board = new ProfileBoard({
    network: holder.network,
    domain,
    signer: cast.operator.signer,
    clock,
    describe: () => facts.body,
    nextSequence: async (nowMs) => (facts.sequence = nextSequence(facts.sequence, nowMs)),
    onPublished: (profile) => facts.published.push(profile),
    onFailure: (error) => facts.failures.push(error),
    ...change,
  })
  /** What is due runs, and what it started ends. */
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await settled()
  }
  return { clock, holder, facts, board, advance }
}

/** All promises that wait for nothing but each other have run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const closed = (): { readonly gate: Promise<void>; readonly open: () => void } => {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { gate: promise, open: resolve }
}

describe('a profile board', () => {
  test('puts the profile when it starts', async () => {
    const { board, holder, facts } = set()
    await board.start()
    expect(holder.kept.map(({ body }) => body)).toEqual([miner])
    expect(board.current).toEqual(holder.kept[0])
    expect(facts.published).toHaveLength(1)
    await board[Symbol.asyncDispose]()
  })

  test('puts it again within every 30 minutes, sooner while the mesh is young, with rising sequences', async () => {
    const { board, holder, clock, advance } = set()
    await board.start()
    const atMinute: number[] = [0]
    for (let minute = 1; minute <= 180; minute++) {
      const before = holder.kept.length
      await advance(MINUTE_MS)
      if (holder.kept.length > before) atMinute.push(minute)
    }
    expect(atMinute.slice(0, 4)).toEqual([0, 1, 3, 7])
    const gaps = atMinute.slice(1).map((minute, i) => minute - atMinute[i]!)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(30)
    expect(gaps.at(-1)).toBe(25)
    // Somebody keeps a living one at any time, also where the next five puts fail.
    expect(holder.kept.at(-1)!.expiresAtMs - clock.nowMs()).toBeGreaterThan(5 * 25 * MINUTE_MS)
    await board[Symbol.asyncDispose]()
  })

  test('tells a change at most once a minute, and then all of it', async () => {
    const { board, holder, facts, advance } = set()
    await board.start()
    for (const programVersion of ['0.1.1', '0.1.2', '0.1.3']) {
      facts.body = { ...miner, programVersion }
      board.changed()
      await advance(1_000)
    }
    expect(holder.kept).toHaveLength(1)
    await advance(MINUTE_MS - 3_000)
    expect(holder.kept.map(({ body }) => body?.programVersion)).toEqual(['0.1.0', '0.1.3'])
    await advance(2 * MINUTE_MS)
    board.changed()
    await advance(0)
    expect(holder.kept.length).toBeGreaterThanOrEqual(3)
    await board[Symbol.asyncDispose]()
  })

  test('tells a change that came while a put was under way', async () => {
    const { board, holder, facts, advance } = set()
    const { gate, open } = closed()
    holder.gate = gate
    const starting = board.start()
    await settled()
    expect(holder.waiting).toBe(1)
    facts.body = { ...miner, programVersion: '0.2.0' }
    board.changed()
    open()
    await starting
    expect(holder.kept.at(-1)!.body?.programVersion).toBe('0.1.0')
    await advance(MINUTE_MS)
    expect(holder.kept.at(-1)!.body?.programVersion).toBe('0.2.0')
    await board[Symbol.asyncDispose]()
  })

  test('says at once that the node takes no work, and that it does again', async () => {
    const { board, holder } = set()
    await board.start()
    await board.pause(true)
    await board.pause(true)
    await board.pause(false)
    expect(holder.kept.map(({ body }) => body?.paused)).toEqual([undefined, 1, undefined])
    await board[Symbol.asyncDispose]()
  })

  test('makes one put of many that were asked for while one was under way', async () => {
    const { board, holder } = set()
    await board.start()
    const { gate, open } = closed()
    holder.gate = gate
    const pausing = [true, false, true, false, true].map((paused) => board.pause(paused))
    await settled()
    expect(holder.waiting).toBe(1)
    open()
    await Promise.all(pausing)
    expect(holder.kept.map(({ body }) => body?.paused)).toEqual([undefined, 1, 1])
    await board[Symbol.asyncDispose]()
  })

  test('starts where nobody is there yet, and puts the profile as soon as somebody is', async () => {
    const { board, holder, facts, advance } = set()
    holder.failure = new MeshError('NO_PEERS', { network: 'profile' })
    await board.start()
    expect(board.current).toBeUndefined()
    for (let i = 0; i < 3; i++) await advance(1_000)
    holder.failure = undefined
    await advance(4_000)
    expect(board.current?.body).toEqual(miner)
    expect(facts.failures).toEqual([])
    await board[Symbol.asyncDispose]()
  })

  test('does not take its own store for a peer', async () => {
    const { board, holder, facts, advance } = set()
    holder.peers = []
    await board.start()
    expect(board.current).toBeUndefined()
    expect(facts.published).toEqual([])
    holder.peers = [peerId('holder')]
    await advance(500)
    expect(facts.published).toHaveLength(1)
    await board[Symbol.asyncDispose]()
  })

  test('tries again after a failure, less and less often, and tells of each', async () => {
    const { board, holder, facts, advance } = set()
    await board.start()
    holder.failure = new MeshError('TIMEOUT', { what: 'the put', ms: 1 })
    for (let i = 0; i < 60; i++) await advance(10_000)
    expect(facts.failures.length).toBeGreaterThan(5)
    expect(facts.failures.length).toBeLessThan(20)
    holder.failure = undefined
    await advance(MINUTE_MS)
    expect(holder.kept.length).toBe(2)
    await board[Symbol.asyncDispose]()
  })

  test('does not let a change put off the repetition of a failed pause', async () => {
    const { board, holder, advance } = set()
    await board.start()
    holder.failure = new MeshError('TIMEOUT', { what: 'the put', ms: 1 })
    await expect(board.pause(true)).rejects.toMatchObject({ code: 'TIMEOUT' })
    holder.failure = undefined
    board.changed()
    await advance(500)
    expect(holder.kept.at(-1)!.body?.paused).toBe(1)
    await board[Symbol.asyncDispose]()
  })

  test('that fails to start leaves nothing behind', async () => {
    const { board, holder, clock, facts, advance } = set()
    facts.body = { ...miner, region: 'EU' }
    await expect(board.start()).rejects.toThrow(RangeError)
    expect(clock.pending).toBe(0)
    await board[Symbol.asyncDispose]()
    await advance(60 * MINUTE_MS)
    expect(holder.kept).toEqual([])
  })

  test('passes on why it may not sign', async () => {
    const stopped = new MeshError('SIGNING_STOPPED', { why: 'its owner must confirm' })
    const { board } = set({ nextSequence: () => Promise.reject(stopped) })
    await expect(board.start()).rejects.toBe(stopped)
  })
})

describe('a profile board of a node whose clock is not believed', () => {
  test('says nothing while it is held, and puts the profile at once when it is let go', async () => {
    const { board, holder, advance } = set()
    await board.start()
    board.hold(true)
    board.changed()
    await board.pause(true)
    await advance(60 * MINUTE_MS)
    expect(holder.kept).toHaveLength(1)
    board.hold(false)
    await advance(0)
    expect(holder.kept.at(-1)!.body?.paused).toBe(1)
    await board[Symbol.asyncDispose]()
  })
})

describe('a profile board that ends', () => {
  test('leaves the profile behind as paused, outliving what it said before, and is silent after', async () => {
    const { board, holder, clock, advance } = set()
    await board.start()
    await board[Symbol.asyncDispose]()
    expect(holder.kept.map(({ body }) => body?.paused)).toEqual([undefined, 1])
    const [first, last] = holder.kept as [Profile, Profile]
    expect(last.sequence > first.sequence && last.expiresAtMs >= first.expiresAtMs).toBe(true)
    expect(clock.pending).toBe(0)
    board.changed()
    await board.pause(false)
    await board[Symbol.asyncDispose]()
    await advance(60 * MINUTE_MS)
    expect(holder.kept).toHaveLength(2)
  })

  test('gives up the put that is under way for its last word', async () => {
    const { board, holder } = set()
    const { gate } = closed()
    await board.start()
    holder.gate = gate
    const pausing = board.pause(true)
    await settled()
    const ending = board[Symbol.asyncDispose]()
    holder.gate = undefined
    await expect(pausing).rejects.toMatchObject({ code: 'CANCELLED' })
    await ending
    expect(holder.kept.map(({ body }) => body?.paused)).toEqual([undefined, 1])
  })

  test('waits at most 5 s for a network that does not answer, and tells of it', async () => {
    const { board, holder, clock, facts } = set()
    await board.start()
    holder.gate = closed().gate
    let ended = false
    const ending = board[Symbol.asyncDispose]().then(() => (ended = true))
    await settled()
    clock.advance(4_999)
    await settled()
    expect(ended).toBe(false)
    clock.advance(1)
    await ending
    expect(facts.failures.map(({ code }) => code)).toEqual(['CANCELLED'])
    expect(clock.pending).toBe(0)
  })

  test('says nothing where it never started', async () => {
    const { board, holder } = set()
    await board[Symbol.asyncDispose]()
    await board.start()
    expect(holder.kept).toEqual([])
  })
})
