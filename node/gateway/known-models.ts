/** Models by name or id, remembered: to ask the network for its models with every request would cost more than most jobs. */
import { isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { abortable } from '../client/abortable.ts'
import type { MeshClient } from '../client/mesh-client.ts'
import type { NetworkModel } from '../client/network-models.ts'
import { MODELS_KNOWN_MAX } from './gateway-limits.ts'
import type { NamedModel } from './route.ts'

/** As long as the client believes in offers without a new search. */
const FRESH_MS = 30_000
/** What was found before this is not used while it is renewed. */
const USABLE_MS = 600_000

interface Known {
  readonly model: NetworkModel
  readonly foundAtMs: number
}

export class KnownModels {
  readonly #client: Pick<MeshClient, 'findModel'>
  readonly #clock: Clock
  readonly #stop: AbortSignal
  readonly #known = new Map<string, Known>()
  /** As many as requests at once. */
  readonly #finding = new Map<string, Promise<NetworkModel>>()

  constructor(client: Pick<MeshClient, 'findModel'>, clock: Clock, stop: AbortSignal) {
    this.#client = client
    this.#clock = clock
    this.#stop = stop
  }

  /**
   * A version of a model is its id, for that is the hash of its file.
   * @throws MeshError MODEL_UNKNOWN, NO_PEERS; the signal's reason
   */
  async find({ model, version }: NamedModel, signal: AbortSignal): Promise<NetworkModel> {
    const found = await this.#named(version ?? model, signal)
    if (found.id === model || found.name === model) return found
    throw new MeshError('MODEL_UNKNOWN', { model: `${model} with the version ${version}`, next: NEXT })
  }

  /** It is looked for again at the next request: a miner may serve another model under the same name now. */
  forget({ model, version }: NamedModel): void {
    this.#known.delete(version ?? model)
  }

  async #named(name: string, signal: AbortSignal): Promise<NetworkModel> {
    const known = this.#known.get(name)
    const ageMs = known === undefined ? Number.POSITIVE_INFINITY : this.#clock.monotonicMs() - known.foundAtMs
    if (known !== undefined && ageMs < FRESH_MS) return known.model
    const finding = this.#finding.get(name) ?? this.#look(name)
    if (known === undefined || ageMs > USABLE_MS) return await abortable(finding, signal)
    finding.catch(() => undefined)
    return known.model
  }

  /** Whoever asks meanwhile waits for the same answer, and one that gives up does not end it for the others. */
  #look(name: string): Promise<NetworkModel> {
    const finding = this.#ask(name).finally(() => this.#finding.delete(name))
    this.#finding.set(name, finding)
    return finding
  }

  async #ask(name: string): Promise<NetworkModel> {
    try {
      const model = await this.#client.findModel(name, this.#stop)
      if (this.#known.size >= MODELS_KNOWN_MAX) this.#known.delete(this.#known.keys().next().value!)
      this.#known.set(name, { model, foundAtMs: this.#clock.monotonicMs() })
      return model
    } catch (error) {
      if (!isMeshError(error, 'MODEL_UNKNOWN')) throw error
      this.#known.delete(name)
      throw new MeshError('MODEL_UNKNOWN', { model: name, next: NEXT }, error)
    }
  }
}

const NEXT = 'See aitbc models for the models that are served; where two have one name, give the id.'
