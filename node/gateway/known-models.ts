/**
 * Models by name or id, from one list for all of them: to ask the network for its models with every request would cost more
 * than most jobs, and directories answer a peer only a few times a second.
 */

import { abortable } from '../../protocols/kernel/abortable.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { NetworkModel } from '../client/finding/network-models.ts'
import type { MeshClient } from '../client/mesh-client.ts'
import type { NamedModel } from './route.ts'

/** As long as the client believes in offers without a new search. */
const FRESH_MS = 30_000
/** A list that is older is not used while it is renewed. */
const USABLE_MS = 600_000
/** A name that is not in the list is looked for again at most this often. */
const AGAIN_MS = 1_000

type Models = readonly NetworkModel[]

export class KnownModels {
  readonly #client: Pick<MeshClient, 'models' | 'lateModels'>
  readonly #clock: Clock
  readonly #stop: AbortSignal
  #list: Models = []
  #listedAtMs = Number.NEGATIVE_INFINITY
  #renewing: Promise<Models> | undefined

  constructor(client: Pick<MeshClient, 'models' | 'lateModels'>, clock: Clock, stop: AbortSignal) {
    this.#client = client
    this.#clock = clock
    this.#stop = stop
  }

  /**
   * A version of a model is its id, for that is the hash of its file.
   * @throws MeshError MODEL_UNKNOWN, NO_PEERS; the signal's reason
   */
  async find({ model, version }: NamedModel, signal: AbortSignal): Promise<NetworkModel> {
    const among = (models: Models): NetworkModel | undefined => {
      const found = models.filter(({ id, name }) => (id === model || name === model) && id === (version ?? id))
      // An id names one model alone, also where another one took it for its name.
      return found.length === 1 ? found[0] : found.find(({ id }) => id === model)
    }
    const found =
      among(await this.#known(signal)) ??
      (this.#ageMs() < AGAIN_MS ? undefined : among(await abortable(this.#renew(), signal))) ??
      // Only a directory that is slow may know it.
      among(await this.#client.lateModels(signal))
    if (found !== undefined) return found
    throw new MeshError('MODEL_UNKNOWN', {
      model: version === undefined ? model : `${model} with the version ${version}`,
      next: 'See aitbc models for those that are served; where two have one name, give the id.',
    })
  }

  /** The list is renewed before the next request: a miner may serve another model under the same name now. */
  doubt(): void {
    this.#listedAtMs = Math.min(this.#listedAtMs, this.#clock.monotonicMs() - USABLE_MS)
  }

  async #known(signal: AbortSignal): Promise<Models> {
    const ageMs = this.#ageMs()
    if (ageMs < FRESH_MS) return this.#list
    const renewing = this.#renew()
    return ageMs < USABLE_MS ? this.#list : await abortable(renewing, signal)
  }

  #ageMs(): number {
    return this.#clock.monotonicMs() - this.#listedAtMs
  }

  /** Whoever asks meanwhile waits for the same answer, and one that gives up does not end it for the others. */
  #renew(): Promise<Models> {
    this.#renewing ??= this.#ask().finally(() => {
      this.#renewing = undefined
    })
    this.#renewing.catch(() => undefined)
    return this.#renewing
  }

  async #ask(): Promise<Models> {
    const models = await this.#client.models(this.#stop)
    this.#list = models
    this.#listedAtMs = this.#clock.monotonicMs()
    return models
  }
}
