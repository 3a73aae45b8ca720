/**
 * A connection between two virtual nodes: two ordered lines, and the streams that share them. While the path is cut, what is
 * said waits as it does in a kernel's buffers; it arrives when the path mends, or the connection dies of it.
 */
import type { PeerId } from '../../protocols/kernel/ids.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import type { SeededRandom } from '../clock/seeded-random.ts'
import { DEAD_LINE_MS, Line, type LinkLaw } from './link.ts'
import type { TrafficKind, WireEvent } from './traffic.ts'
import type { VirtualStream } from './virtual-stream.ts'

/** Ethernet, IP and TCP heads, and the frame of encryption and multiplexing, of a small message. */
const HEAD_BYTES = 90

/** Which side of a connection: who dialled, and who was dialled. */
export type Side = 0 | 1

export interface ConnectionNeeds {
  readonly clock: Clock
  readonly random: SeededRandom
  readonly law: () => LinkLaw
  readonly passes: () => boolean
  readonly peers: readonly [PeerId, PeerId]
  /** A node that has crashed neither speaks nor hears. */
  readonly isAlive: (side: Side) => boolean
  readonly onSent: (event: WireEvent) => void
  /** Once for each side, when that side knows. */
  readonly onOver: (side: Side) => void
}

interface Waiting {
  readonly bytes: number
  readonly arrive: () => void
}

export class VirtualConnection {
  readonly #needs: ConnectionNeeds
  readonly #lines: readonly [Line, Line]
  readonly #waiting: readonly [Waiting[], Waiting[]] = [[], []]
  readonly #over: [boolean, boolean] = [false, false]
  /** Streams of either side, in order of opening. */
  readonly streams: readonly [Set<VirtualStream>, Set<VirtualStream>] = [new Set(), new Set()]
  lastUsedMs: number
  #dying: Timer | undefined

  constructor(needs: ConnectionNeeds) {
    this.#needs = needs
    this.#lines = [new Line(needs.random), new Line(needs.random)]
    this.lastUsedMs = needs.clock.monotonicMs()
  }

  peerOf(side: Side): PeerId {
    return this.#needs.peers[side === 0 ? 1 : 0]
  }

  isOver(side: Side): boolean {
    return this.#over[side]
  }

  get rttMs(): number {
    return 2 * this.#needs.law().latencyMs
  }

  /** Says something to the other side; `arrive` runs there, unless the connection dies before. */
  transmit(side: Side, kind: TrafficKind, what: string, payloadBytes: number, arrive: () => void): void {
    const { clock, isAlive, onSent, passes, peers } = this.#needs
    if (this.#over[side] || !isAlive(side)) return
    const now = clock.monotonicMs()
    const bytes = payloadBytes + HEAD_BYTES
    this.lastUsedMs = now
    onSent({ atMs: now, kind, what, from: peers[side], to: this.peerOf(side), bytes })
    const waiting = { bytes, arrive }
    if (passes()) this.#send(side, waiting)
    else this.#waiting[side].push(waiting)
  }

  /** The path between the two was cut or mended. */
  pathChanged(): void {
    const { clock, passes } = this.#needs
    if (!passes()) {
      // Both kernels keep sending into the void, for multiplexers ask for signs of life; then they give up.
      this.#dying ??= clock.after(DEAD_LINE_MS, () => this.#die())
      return
    }
    this.#dying?.cancel()
    this.#dying = undefined
    for (const side of [0, 1] as const) for (const waiting of this.#waiting[side].splice(0)) this.#send(side, waiting)
  }

  /** One side ends it; the other side hears of it on its way, behind what was said before. */
  close(side: Side): void {
    if (this.#over[side]) return
    this.#sayGoodbye(side)
    this.#end(side)
  }

  /** The process of one side died: its kernel says so to the other one, and nothing runs here any more. */
  orphan(side: Side): void {
    if (this.#over[side]) return
    this.#sayGoodbye(side)
    this.#over[side] = true
    this.#needs.onOver(side)
  }

  /** Both sides lose it now. */
  sever(): void {
    this.#end(0)
    this.#end(1)
  }

  #sayGoodbye(side: Side): void {
    const other: Side = side === 0 ? 1 : 0
    if (this.#over[other]) return
    const goodbye: Waiting = { bytes: HEAD_BYTES, arrive: () => this.#end(other) }
    if (this.#needs.passes()) this.#send(side, goodbye)
    else this.#waiting[side].push(goodbye)
  }

  #die(): void {
    this.#dying = undefined
    this.sever()
  }

  #send(side: Side, { bytes, arrive }: Waiting): void {
    const { clock, law, isAlive } = this.#needs
    const other: Side = side === 0 ? 1 : 0
    const now = clock.monotonicMs()
    const arrivalMs = this.#lines[side].arrivalMs(now, bytes, law())
    if (arrivalMs === undefined) {
      clock.after(DEAD_LINE_MS, () => this.sever())
      return
    }
    clock.after(arrivalMs - now, () => {
      if (!this.#over[other] && isAlive(other)) arrive()
    })
  }

  #end(side: Side): void {
    if (this.#over[side]) return
    this.#over[side] = true
    if (this.#over[0] && this.#over[1]) {
      this.#dying?.cancel()
      for (const waiting of this.#waiting) waiting.length = 0
    }
    if (this.#needs.isAlive(side)) for (const stream of [...this.streams[side]]) stream.lost()
    this.#needs.onOver(side)
  }
}
