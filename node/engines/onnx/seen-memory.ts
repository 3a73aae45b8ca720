/** What a session's process was seen to hold: what its runs need is foretold by it. */
import { learnNeed } from '../../../protocols/rules/scheduling/memory-need.ts'
import type { SessionMemory } from '../engine.ts'

/** Below, what a process holds has more to do with its allocator than with its input. */
const INPUT_BYTES_MIN = 65_536
/** A process keeps what it once took: only what rises clearly above everything before was taken by the run that is seen. */
const RISE_SHARE_MIN = 0.25
const RISE_BYTES_MIN = 16 * 1_048_576

export class SeenMemory implements SessionMemory {
  readonly bytesMax: number
  #readyBytes: number | undefined
  #perInputByte: number | undefined
  #highBytes = 0
  #runBytes = 0

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  get readyBytes(): number | undefined {
    return this.#readyBytes
  }

  get perInputByte(): number | undefined {
    return this.#perInputByte
  }

  /** A process is there that has run nothing yet. */
  ready(bytes: number | undefined): void {
    this.#readyBytes = bytes
    this.#highBytes = bytes ?? 0
    this.#runBytes = 0
  }

  /** Of the process, while it computes. */
  saw(bytes: number | undefined): void {
    this.#runBytes = Math.max(this.#runBytes, bytes ?? 0)
  }

  /** The run is over. */
  ran(inputBytes: number): void {
    const peak = this.#runBytes
    this.#runBytes = 0
    const rise = peak - this.#highBytes
    if (this.#readyBytes === undefined || rise < RISE_BYTES_MIN) return
    this.#highBytes = peak
    const aboveReadyBytes = peak - this.#readyBytes
    if (inputBytes < INPUT_BYTES_MIN || rise < RISE_SHARE_MIN * aboveReadyBytes) return
    this.#perInputByte = learnNeed(this.#perInputByte, { aboveReadyBytes, inputBytes })
  }
}
