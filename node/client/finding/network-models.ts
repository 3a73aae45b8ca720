/** Models as the network's miners describe them: tables pulled once per hash, joined by model. */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { asMeshError, isMeshError, type MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Address, Hash32, ModelId, PeerId } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { Hasher } from '../../../protocols/kernel/ports.ts'
import type { TensorHeader, TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import { checkInputs } from '../../../protocols/wire/job/tensor-check.ts'
import { type Offer, offeredModel } from '../../../protocols/wire/offer/offer.ts'
import { askTable, type TableModel } from '../../../protocols/wire/offer/offer-table.ts'
import type { OfferBook } from './offer-book.ts'

/** Miners asked for their table at once. */
const ASKED_AT_ONCE = 8
/** Miners asked before an input is sent unchecked: they check it too. */
const ASKED_FOR_INPUTS_MAX = 3

export interface NetworkModel {
  readonly id: ModelId
  /** A claim of the miners, for people; the id decides. */
  readonly name: string
  readonly bytes: number
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** The cheapest first. */
  readonly miners: readonly { readonly miner: Address; readonly price: Credits; readonly kernelClass: string }[]
}

export class NetworkModels {
  readonly #network: Network
  readonly #hasher: Hasher
  readonly #book: OfferBook
  /** Names and inputs that a miner which answered a job had claimed. */
  readonly #proven = new Map<ModelId, TableModel>()
  /** Tables that are on their way, by miner and hash: as many as miners are asked at once. */
  readonly #asking = new Map<string, Promise<readonly TableModel[]>>()

  constructor(network: Network, hasher: Hasher, book: OfferBook) {
    this.#network = network
    this.#hasher = hasher
    this.#book = book
  }

  nameOf(model: ModelId): string {
    return this.#proven.get(model)?.name ?? this.#claim(model)?.name ?? model
  }

  /**
   * Holds inputs against what miners say of the model. One liar cannot turn a good input away: it is refused where it fits
   * nobody's word. Nobody waits for the slow ones once it fits one.
   * @throws MeshError INPUT_NAME, INPUT_MISSING, INPUT_TYPE, INPUT_SHAPE, INPUT_SIZE; the signal's reason
   */
  async check(model: ModelId, inputs: readonly TensorHeader[], signal?: AbortSignal): Promise<void> {
    const proven = this.#proven.get(model)
    if (proven !== undefined && faultOf(proven, inputs) === undefined) return
    const asked = this.#book.live(model).slice(0, ASKED_FOR_INPUTS_MAX)
    const faults: MeshError[] = []
    const fits = asked.map(async ({ offer }) => {
      const row = (await this.tableOf(offer, signal)).find(({ id }) => id === model)
      const fault = row === undefined ? undefined : faultOf(row, inputs)
      if (fault !== undefined) faults.push(fault)
      if (row === undefined || fault !== undefined) throw new Error('it fits not here')
    })
    try {
      await Promise.any(fits)
    } catch {
      throwIfAborted(signal)
      if (faults.length > 0) throw faults[0]
    }
  }

  /** A miner has run the model: what it says of the inputs is asked first from now on. */
  prove(model: ModelId, miner: Address): void {
    if (this.#proven.has(model)) return
    const row = this.#claim(model, miner)
    if (row === undefined) return
    if (this.#proven.size >= PROVEN_MAX) this.#proven.delete(this.#proven.keys().next().value!)
    this.#proven.set(model, row)
  }

  #claim(model: ModelId, miner?: Address): TableModel | undefined {
    for (const { offer } of this.#book.live(model)) {
      if (miner !== undefined && offer.miner !== miner) continue
      const row = this.#book.table(offer.body.table)?.find(({ id }) => id === model)
      if (row !== undefined) return row
    }
    return undefined
  }

  async all(signal?: AbortSignal): Promise<readonly NetworkModel[]> {
    const offers = this.#book.live().map(({ offer }) => offer)
    const models = new Map<ModelId, NetworkModel>()
    for (let at = 0; at < offers.length; at += ASKED_AT_ONCE) {
      const some = offers.slice(at, at + ASKED_AT_ONCE)
      const tables = await Promise.all(some.map((offer) => this.tableOf(offer, signal)))
      for (const [i, table] of tables.entries()) for (const row of onceEach(table)) merge(models, row, some[i]!)
    }
    return [...models.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1))
  }

  /** Empty where the miner does not answer: its offer alone names no model in full. */
  async tableOf(offer: Offer, signal: AbortSignal | undefined): Promise<readonly TableModel[]> {
    const known = this.#book.table(offer.body.table)
    if (known !== undefined) return known
    const key = `${offer.peer}/${offer.body.table}`
    const asking = this.#asking.get(key) ?? this.#ask(key, offer)
    return abortable(asking, signal)
  }

  /** Whoever wants it meanwhile waits for this answer: a miner refuses to be asked by each of a hundred jobs that begin at once. */
  #ask(key: string, { peer, body }: Offer): Promise<readonly TableModel[]> {
    const asked = this.#askOnce(peer, body.table).finally(() => this.#asking.delete(key))
    this.#asking.set(key, asked)
    return asked
  }

  async #askOnce(miner: PeerId, hash: Hash32): Promise<readonly TableModel[]> {
    try {
      const table = await askTable(this.#network, this.#hasher, miner, hash, {})
      this.#book.keepTable(hash, table)
      return table
    } catch (error) {
      // Whatever the miner says, CANCELLED for example, is the miner's word.
      const failed = asMeshError(error)
      if (failed.fault === 'bug') throw failed
      return []
    }
  }
}

/** About 1 KB each. */
const PROVEN_MAX = 4_096

function faultOf(row: TableModel, inputs: readonly TensorHeader[]): MeshError | undefined {
  try {
    checkInputs(row.inputs, inputs)
    return undefined
  } catch (error) {
    if (isMeshError(error)) return error
    throw error
  }
}

/** A table that names a model twice offers it once. */
const onceEach = (table: readonly TableModel[]): Iterable<TableModel> =>
  new Map(table.map((row) => [row.id, row])).values()

function merge(models: Map<ModelId, NetworkModel>, row: TableModel, { body, miner }: Offer): void {
  const { id, name, bytes, inputs, outputs, base, kernelClass } = row
  const price = offeredModel(body, id)?.base ?? base
  const miners = [...(models.get(id)?.miners ?? []), { miner, price, kernelClass }]
  miners.sort((a, b) => (a.price < b.price ? -1 : a.price > b.price ? 1 : 0))
  const first = models.get(id) ?? { id, name, bytes, inputs, outputs }
  models.set(id, { ...first, miners })
}
