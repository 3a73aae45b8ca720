/** The asking side: measures the way, asks for work, takes the time, and checks what it draws. */

import { equalBytes } from '../../kernel/bytes.ts'
import { drawUint32 } from '../../kernel/draw.ts'
import { isMeshError, MeshError } from '../../kernel/errors.ts'
import type { PeerId } from '../../kernel/ids.ts'
import type { Network } from '../../kernel/network.ts'
import type { Clock, Hasher, Random } from '../../kernel/ports.ts'
import { type Commitments, openingFault } from '../../rules/probing/check-opening.ts'
import type { ProbeTimings } from '../../rules/probing/judge-probe.ts'
import type { ProbeSize } from '../../rules/probing/probe-size.ts'
import { DIGEST_BYTES, factorOf, leavesOf, rowsPerLeaf, SEED_BYTES } from '../../rules/probing/probe-work.ts'
import { ECHO_BYTES, type ProbeRequest, type ProbeResponse, type Refused } from './probe-messages.ts'
import { ECHOES, probeProtocol } from './probe-protocol.ts'

/** Who did half of the work passes once in 65,536. */
const LEAVES_OPENED = 16
/** This process is looked at so often while it takes the time. */
const TICK_MS = 25

export interface ProbeNeeds {
  readonly network: Pick<Network, 'call'>
  readonly clock: Clock
  readonly random: Random
  readonly hasher: Pick<Hasher, 'sha256'>
}

export interface ProbePlan {
  readonly card: number
  /** Sequence of the profile that claims it, where that claims several. */
  readonly profile?: bigint
  readonly size: ProbeSize
  /** For the work, and again for the recall. */
  readonly patienceMs: number
}

export interface ProbeTranscript extends Commitments {
  readonly card: number
  readonly engine: string
  /** Paid jobs that it said were running. */
  readonly jobs: number
  readonly timings: ProbeTimings
  readonly opened: readonly number[]
  /** What convicts it, where anything does. */
  readonly fault?: string
}

export type ProbeReport =
  | Refused
  /** The plan did not want to ask, at such a distance. */
  | { readonly kind: 'far'; readonly rttMs: number }
  /** It said that it was ready, and nobody waited any longer. */
  | {
      readonly kind: 'late'
      readonly plan: ProbePlan
      readonly jobs: number
      readonly seed: Uint8Array
      readonly stalledMs: number
    }
  | { readonly kind: 'ended'; readonly transcript: ProbeTranscript }

/**
 * @param planFor what to ask at such a distance; `undefined` where it would tell nothing
 * @throws MeshError what Network.call throws; MALFORMED for an answer out of order; CANCELLED
 */
export async function probeMiner(
  needs: ProbeNeeds,
  miner: PeerId,
  planFor: (rttMs: number) => ProbePlan | undefined,
  signal?: AbortSignal,
): Promise<ProbeReport> {
  const { network, clock, random, hasher } = needs
  const giveUp = new AbortController()
  const follow = (): void => giveUp.abort(signal?.reason)
  signal?.addEventListener('abort', follow, { once: true })
  if (signal?.aborted) follow()
  const requests = new RequestLine()
  const responses = network.call(miner, probeProtocol, requests, { signal: giveUp.signal })[Symbol.asyncIterator]()
  const ask = async <K extends ProbeResponse['kind']>(
    request: ProbeRequest | undefined,
    kind: K,
  ): Promise<Extract<ProbeResponse, { kind: K }> | Refused> => {
    if (request !== undefined) requests.send(request)
    const { value, done } = await responses.next()
    if (done === true || (value.kind !== kind && value.kind !== 'refused')) throw garbled(`${kind} comes next`)
    return value as Extract<ProbeResponse, { kind: K }> | Refused
  }
  /** What a request takes, if it is answered within the time. */
  const timed = async <K extends ProbeResponse['kind']>(request: ProbeRequest, kind: K, patienceMs: number) => {
    using ticks = new Ticks(clock)
    let isLate = false
    const timer = clock.after(patienceMs, () => {
      isLate = true
      giveUp.abort(new MeshError('CANCELLED'))
    })
    const sentMs = clock.monotonicMs()
    try {
      const answer = await ask(request, kind)
      return { answer, tookMs: clock.monotonicMs() - sentMs, stalledMs: ticks.longestMs }
    } catch (error) {
      if (isLate && !signal?.aborted && isMeshError(error, 'CANCELLED')) return { stalledMs: ticks.longestMs }
      throw error
    } finally {
      timer.cancel()
    }
  }
  try {
    let rttMs = Number.POSITIVE_INFINITY
    for (let i = 0; i < ECHOES; i++) {
      const nonce = random.bytes(ECHO_BYTES)
      const sentMs = clock.monotonicMs()
      const echo = await ask({ kind: 'echo', nonce }, 'echo')
      if (echo.kind === 'refused' || !equalBytes(echo.nonce, nonce)) throw garbled('an echo is what was said')
      rttMs = Math.min(rttMs, clock.monotonicMs() - sentMs)
    }
    const plan = planFor(rttMs)
    if (plan === undefined) return { kind: 'far', rttMs }
    const { size, card, profile, patienceMs } = plan
    const header = profile === undefined ? {} : { header: { profile } }
    const ready = await ask({ kind: 'ask', card, ...size, ...header }, 'ready')
    if (ready.kind === 'refused') return ready
    const { engine, jobs } = ready
    const seed = random.bytes(SEED_BYTES)
    const worked = await timed({ kind: 'start', seed }, 'worked', patienceMs)
    if (worked.answer === undefined) return { kind: 'late', plan, jobs, seed, stalledMs: worked.stalledMs }
    if (worked.answer.kind === 'refused') return worked.answer
    const roots = digestsOf(worked.answer.roots)
    if (roots.length !== size.rounds) throw garbled('a round has a root')
    const nonce = random.bytes(SEED_BYTES)
    const recalled = await timed({ kind: 'recall', nonce }, 'recalled', patienceMs)
    if (recalled.answer === undefined) return { kind: 'late', plan, jobs, seed, stalledMs: recalled.stalledMs }
    if (recalled.answer.kind === 'refused') return recalled.answer
    const commitments: Commitments = { size, seed, nonce, roots, recalled: recalled.answer.root }
    const opened = drawLeaves(random, leavesOf(size))
    const stalledMs = Math.max(worked.stalledMs, recalled.stalledMs)
    const timings = { rttMs, workedMs: worked.tookMs, recalledMs: recalled.tookMs, stalledMs }
    const transcript = { ...commitments, card, engine, jobs, timings, opened }
    const factor = factorOf(hasher, seed, size.side)
    requests.send({ kind: 'open', leaves: opened })
    for (const leaf of opened) {
      const answer = await ask(undefined, 'opened')
      if (answer.kind === 'refused') return answer
      if (answer.leaf !== leaf) throw garbled('leaves are opened in the order in which they were asked for')
      const row = drawBelow(random, rowsPerLeaf(size.side))
      const fault = openingFault(hasher, commitments, factor, answer, row)
      if (fault !== undefined) return { kind: 'ended', transcript: { ...transcript, fault } }
      // A row of the largest probe takes a quarter of a second: whoever else is served here has a turn in between.
      await new Promise<void>((resolve) => void clock.after(0, resolve))
    }
    return { kind: 'ended', transcript }
  } finally {
    signal?.removeEventListener('abort', follow)
    requests.end()
    giveUp.abort(new MeshError('CANCELLED'))
    // The call is over; that it says so is no news.
    await responses.return?.().catch(() => undefined)
  }
}

/** Requests as they are made, in order. */
class RequestLine implements AsyncIterable<ProbeRequest> {
  readonly #waiting: ProbeRequest[] = []
  #isOver = false
  #wake: (() => void) | undefined

  send(request: ProbeRequest): void {
    this.#waiting.push(request)
    this.#wake?.()
  }

  end(): void {
    this.#isOver = true
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ProbeRequest> {
    for (;;) {
      const request = this.#waiting.shift()
      if (request !== undefined) yield request
      else if (this.#isOver) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

/** How late this process is for itself: what it slept through it must not take for the miner's time. */
class Ticks implements Disposable {
  longestMs = 0
  #timer: { cancel(): void }
  #expectedMs: number
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
    this.#expectedMs = clock.monotonicMs() + TICK_MS
    this.#timer = clock.after(TICK_MS, () => this.#tick())
  }

  #tick(): void {
    this.longestMs = Math.max(this.longestMs, this.#clock.monotonicMs() - this.#expectedMs)
    this.#expectedMs = this.#clock.monotonicMs() + TICK_MS
    this.#timer = this.#clock.after(TICK_MS, () => this.#tick())
  }

  [Symbol.dispose](): void {
    this.#timer.cancel()
  }
}

/** Different ones, in order. */
function drawLeaves(random: Random, count: number): readonly number[] {
  const drawn = new Set<number>()
  while (drawn.size < Math.min(LEAVES_OPENED, count)) drawn.add(drawBelow(random, count))
  return [...drawn].sort((a, b) => a - b)
}

const drawBelow = (random: Random, below: number): number => drawUint32(random) % below

const digestsOf = (bytes: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: bytes.length / DIGEST_BYTES }, (_, i) => bytes.slice(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES))

const garbled = (why: string): MeshError => new MeshError('MALFORMED', { what: 'probe answer', why })
