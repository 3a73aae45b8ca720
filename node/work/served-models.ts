/** The models that this miner serves: what clients are told, and the session that runs them. */

import { toHex } from '../../protocols/kernel/bytes.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Hash32, ModelId } from '../../protocols/kernel/ids.ts'
import { modelDigest } from '../../protocols/kernel/model-id.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Hasher } from '../../protocols/kernel/ports.ts'
import { type MemoryNeed, memoryNeed } from '../../protocols/rules/scheduling/memory-need.ts'
import type { TableModel } from '../../protocols/wire/offer/offer-table.ts'
import type { EngineSession } from '../engines/engine.ts'

/** Weight of the newest service time in the running mean: about the last ten jobs count. */
const SERVICE_WEIGHT = 0.2

const encoder = new TextEncoder()

export class ServedModel {
  readonly table: TableModel
  readonly session: EngineSession
  /** As the receipt says it: the digest of the file. */
  readonly weights: Hash32
  readonly kernelClass: Hash32
  /** Jobs of several clients may share a run: its graph allows it, and it was tried. */
  readonly sharesRuns: boolean
  #serviceMs: number | undefined

  constructor(hasher: Hasher, table: TableModel, session: EngineSession, sharesRuns = false) {
    const digest = modelDigest(table.id)
    if (digest === undefined) throw new MeshError('MODEL_UNKNOWN', { model: table.id })
    this.table = table
    this.session = session
    this.sharesRuns = sharesRuns
    this.weights = toHex(digest) as Hash32
    this.kernelClass = toHex(hasher.keccak256(encoder.encode(session.kernelClass))) as Hash32
  }

  /** Running mean of the time inside the engine; `undefined` before the first job. */
  get serviceMs(): number | undefined {
    return this.#serviceMs
  }

  /** What a job with so much input would hold together with the model; `undefined` where the engine cannot say. */
  memoryNeed(inputBytes: number): MemoryNeed | undefined {
    const { readyBytes, perInputByte } = this.session.memory ?? {}
    if (readyBytes === undefined) return undefined
    const learned = perInputByte === undefined ? {} : { learnedPerInputByte: perInputByte }
    return memoryNeed({ readyBytes, inputBytes, ...learned })
  }

  observe(computedUs: number): void {
    const ms = computedUs / 1_000
    this.#serviceMs = this.#serviceMs === undefined ? ms : this.#serviceMs + SERVICE_WEIGHT * (ms - this.#serviceMs)
  }
}

export class ServedModels {
  readonly #models = new Map<ModelId, ServedModel>()

  add(model: ServedModel): void {
    this.#models.set(model.table.id, model)
  }

  remove(id: ModelId): void {
    this.#models.delete(id)
  }

  get(id: ModelId): ServedModel | undefined {
    return this.#models.get(id)
  }

  /** In order of id, so that equal sets have equal tables. */
  table(): readonly TableModel[] {
    return [...this.#models.values()].map((model) => model.table).sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** Price of one inference in the standard class, by model. */
  prices(): ReadonlyMap<ModelId, Credits> {
    return new Map(this.table().map((model) => [model.id, model.base]))
  }
}
