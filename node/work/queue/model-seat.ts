/** A model on one seat: the session that runs it there, and how long that takes. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import type { Hasher } from '../../../protocols/kernel/ports.ts'
import { type MemoryNeed, memoryNeed } from '../../../protocols/rules/scheduling/memory-need.ts'
import type { EngineSession } from '../../engines/engine.ts'

/** Weight of the newest service time in the running mean: about the last ten jobs count. */
const SERVICE_WEIGHT = 0.2

const encoder = new TextEncoder()

export const runningMean = (known: number | undefined, next: number): number =>
  known === undefined ? next : known + SERVICE_WEIGHT * (next - known)

export class ModelSeat {
  /** `EngineSeat.card`. */
  readonly card: string
  readonly session: EngineSession
  /** As receipts of what runs here say it. */
  readonly kernelClass: Hash32
  /** Of a run with made-up inputs at its opening, where one was made: what is known before the first job. */
  trialMs: number | undefined
  #serviceMs: number | undefined

  constructor(hasher: Hasher, card: string, session: EngineSession) {
    this.card = card
    this.session = session
    this.kernelClass = toHex(hasher.keccak256(encoder.encode(session.kernelClass))) as Hash32
  }

  /** Running mean of the time inside the engine; `undefined` before the first job here. */
  get serviceMs(): number | undefined {
    return this.#serviceMs
  }

  /** What one run takes here, as far as anything is known of it: by jobs, else by the run at its opening. */
  get runMs(): number | undefined {
    return this.#serviceMs ?? this.trialMs
  }

  observe(computedUs: number): void {
    this.#serviceMs = runningMean(this.#serviceMs, computedUs / 1_000)
  }

  /** What a job with so much input would hold together with the model; `undefined` where the engine cannot say. */
  memoryNeed(inputBytes: number): MemoryNeed | undefined {
    const { readyBytes, perInputByte } = this.session.memory ?? {}
    if (readyBytes === undefined) return undefined
    const learned = perInputByte === undefined ? {} : { learnedPerInputByte: perInputByte }
    return memoryNeed({ readyBytes, inputBytes, ...learned })
  }

  /** False where it is known that the engine would be ended for it. */
  hasMemoryFor(inputBytes: number): boolean {
    const need = this.memoryNeed(inputBytes)
    return need === undefined || need.bytes <= this.session.memory!.bytesMax
  }
}
