/** The models that this miner serves: what clients are told, and the seats that run them. */

import { toHex } from '../../protocols/kernel/bytes.ts'
import { assert, MeshError } from '../../protocols/kernel/errors.ts'
import type { Hash32, ModelId } from '../../protocols/kernel/ids.ts'
import { modelDigest } from '../../protocols/kernel/model-id.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { AskedPrice } from '../../protocols/rules/pricing/price-strategy.ts'
import type { TableModel } from '../../protocols/wire/offer/offer-table.ts'
import { priceTerms } from '../pricing/price-terms.ts'
import { type ModelSeat, runningMean } from './queue/model-seat.ts'

export class ServedModel {
  readonly table: TableModel
  /** At least one. */
  readonly seats: readonly ModelSeat[]
  /** As the receipt says it: the digest of the file. */
  readonly weights: Hash32
  /** Jobs of several clients may share a run: its graph allows it, and it was tried. */
  readonly sharesRuns: boolean
  /** Of one inference in the standard class, and how it came about; the table's base where nothing moves it. */
  asked: AskedPrice | undefined
  #serviceMs: number | undefined
  #computedUs = 0

  /** @throws MeshError MODEL_UNKNOWN where the table's id is none */
  constructor(table: TableModel, seats: readonly ModelSeat[], sharesRuns = false) {
    const digest = modelDigest(table.id)
    if (digest === undefined) throw new MeshError('MODEL_UNKNOWN', { model: table.id })
    assert(seats.length > 0, 'a model is served by a seat')
    this.table = table
    this.seats = seats
    this.sharesRuns = sharesRuns
    this.weights = toHex(digest) as Hash32
  }

  /** Running mean of the time inside the engine, wherever jobs ran; `undefined` before the first. */
  get serviceMs(): number | undefined {
    return this.#serviceMs
  }

  get base(): Credits {
    return this.asked?.base ?? this.table.base
  }

  /** Time inside the engine of all its jobs. */
  get computedUs(): number {
    return this.#computedUs
  }

  /** @param seat where it ran */
  observe(computedUs: number, seat: ModelSeat = this.seats[0]!): void {
    this.#computedUs += computedUs
    this.#serviceMs = runningMean(this.#serviceMs, computedUs / 1_000)
    seat.observe(computedUs)
  }
}

export class ServedModels {
  readonly #models = new Map<ModelId, ServedModel>()

  add(model: ServedModel): void {
    this.#models.set(model.table.id, model)
  }

  get(id: ModelId): ServedModel | undefined {
    return this.#models.get(id)
  }

  all(): Iterable<ServedModel> {
    return this.#models.values()
  }

  /** In order of id, so that equal sets have equal tables. */
  table(): readonly TableModel[] {
    return [...this.#models.values()].map((model) => model.table).sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** The table with what its prices are made of now, for who asks. */
  explained(): readonly TableModel[] {
    return this.table().map((row) => {
      const asked = this.#models.get(row.id)?.asked
      return asked === undefined ? row : { ...row, price: priceTerms(asked) }
    })
  }

  /** Price of one inference in the standard class now, by model, in the order of the table. */
  prices(): ReadonlyMap<ModelId, Credits> {
    return new Map(this.table().map(({ id }) => [id, this.#models.get(id)!.base]))
  }
}
