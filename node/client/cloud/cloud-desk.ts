/**
 * One cloud for the jobs of this client: what a job may cost there and how long it may take, asked before anything is sent; its price set
 * aside from the budget of the day, and counted by what happened; and an endpoint that fails left alone for a while.
 */
import { asMeshError, isMeshError, MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { ModelId } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { CloudView } from '../../../protocols/rules/venue/choose-venue.ts'
import { type CloudTariff, cloudPrice } from '../../../protocols/rules/venue/cloud-price.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import type { CloudAdapter, CloudModelSpecs } from './cloud-adapter.ts'
import type { CloudBudget } from './cloud-budget.ts'
import { CALLS_MAX, PATIENCE_MS, PAUSE_MS, PAUSE_MS_MAX } from './cloud-limits.ts'
import { type CloudModel, cloudModelText } from './cloud-model.ts'
import { CloudPace } from './cloud-pace.ts'

export interface CloudDeskNeeds {
  readonly clock: Clock
  /** What people are shown: never an address with a secret in it. */
  readonly provider: string
  readonly adapter: CloudAdapter
  readonly budget: CloudBudget
  readonly tariff: CloudTariff
  /** What stands in for models of the mesh; others never go there. */
  readonly models: ReadonlyMap<ModelId, CloudModel>
  /** What models take and give, where the client knows that without asking. */
  readonly specs?: ReadonlyMap<ModelId, CloudDescription>
}

export interface CloudAnswer {
  readonly outputs: readonly Tensor[]
  /** What it cost, by the tariff and the usage that the endpoint tells. */
  readonly price: Credits
  readonly served: string
  readonly isCut: boolean
  readonly tookMs: number
}

export interface CloudDescription extends CloudModelSpecs {
  readonly name: string
}

export class CloudDesk implements Disposable {
  readonly #needs: CloudDeskNeeds
  readonly #pace = new CloudPace()
  readonly #stop = new AbortController()
  #running = 0
  #failures = 0
  #pausedUntilMs = Number.NEGATIVE_INFINITY

  constructor(needs: CloudDeskNeeds) {
    this.#needs = needs
  }

  get provider(): string {
    return this.#needs.provider
  }

  get models(): ReadonlyMap<ModelId, CloudModel> {
    return this.#needs.models
  }

  /** By its id, or by the name that the client knows it by. */
  idOf(idOrName: string): ModelId | undefined {
    const { models, specs } = this.#needs
    return [...models.keys()].find((id) => id === idOrName || specs?.get(id)?.name === idOrName)
  }

  /** As the client's owner calls it; undefined where only its id is known. */
  nameOf(model: ModelId): string | undefined {
    return this.#needs.specs?.get(model)?.name
  }

  /** For people. */
  targetOf(model: ModelId): string {
    const target = this.#needs.models.get(model)
    return target === undefined ? '' : cloudModelText(target)
  }

  /** As the rule of venues asks it: sends nothing. `undefined` where nothing stands in for the model. */
  view(model: ModelId, inputs: readonly Tensor[]): CloudView | undefined {
    const { models, clock, budget } = this.#needs
    const target = models.get(model)
    if (target === undefined) return undefined
    const estimatedMs = this.#pace.medianMs(model)
    const unmapped = { priceMax: credits(0), estimatedMs }
    let priceMax: Credits
    try {
      priceMax = this.#priceMax(target, inputs)
    } catch (error) {
      if (!isMeshError(error) || error.fault === 'bug') throw error
      return { ...unmapped, hindrance: error.message }
    }
    const pausedMs = this.#pausedUntilMs - clock.monotonicMs()
    const hindrance =
      pausedMs > 0
        ? `it failed, and is left alone for another ${Math.ceil(pausedMs / 1_000)} s`
        : this.#running >= CALLS_MAX
          ? `${CALLS_MAX} jobs run there already`
          : budget.against(priceMax)
    return { priceMax, estimatedMs, hindrance }
  }

  /**
   * Runs a job there. What it may cost is set aside before a byte is sent.
   * @throws MeshError CLOUD_*, LIMIT, PRICE_CEILING; the signal's reason
   */
  async run(model: ModelId, inputs: readonly Tensor[], priceMax: Credits, signal: AbortSignal): Promise<CloudAnswer> {
    const { models, clock, budget, provider, adapter, tariff } = this.#needs
    throwIfAborted(signal)
    const target = models.get(model)
    if (target === undefined)
      throw new MeshError('CLOUD_UNMAPPED', { provider, why: `cloudModels names none for ${model}` })
    const ceiling = this.#priceMax(target, inputs)
    if (ceiling > priceMax) throw new MeshError('PRICE_CEILING', { cheapest: ceiling, ceiling: priceMax })
    if (this.#running >= CALLS_MAX) throw new MeshError('LIMIT', { what: 'jobs in the cloud', max: CALLS_MAX })
    using reserved = budget.reserve(ceiling)
    const startedMs = clock.monotonicMs()
    this.#running++
    try {
      const both = AbortSignal.any([signal, this.#stop.signal])
      const { outputs, usage, served, isCut } = await adapter.run({ model, target, inputs, signal: both })
      checkOutputs(provider, outputs, this.#needs.specs?.get(model))
      const price = usage === undefined ? ceiling : cloudPrice(tariff, usage)
      reserved.settle(price)
      const tookMs = clock.monotonicMs() - startedMs
      this.#pace.took(model, tookMs)
      this.#failures = 0
      return { outputs, price, served, isCut, tookMs }
    } catch (error) {
      const failed = asMeshError(error)
      // Whatever else went wrong, the bill may say that it was run.
      if (FREE.has(failed.code)) reserved.settle(credits(0))
      // A caller in a hurry says nothing of the endpoint.
      if (!signal.aborted || clock.monotonicMs() - startedMs >= PATIENCE_MS) this.#afterFailure(failed)
      throw failed
    } finally {
      this.#running--
    }
  }

  /** What a failed job may have cost. */
  static isFree({ code }: MeshError): boolean {
    return FREE.has(code)
  }

  /**
   * What a model takes and gives, from what the client knows, or from the endpoint; only for a job that may go there.
   * @returns undefined where nothing stands in for it
   * @throws MeshError CLOUD_*; the signal's reason
   */
  async describe(model: ModelId, signal: AbortSignal): Promise<CloudDescription | undefined> {
    const { models, specs, adapter } = this.#needs
    const target = models.get(model)
    if (target === undefined) return undefined
    const known = specs?.get(model)
    if (known !== undefined) return known
    const both = AbortSignal.any([signal, this.#stop.signal])
    return { name: model, ...(await adapter.describe(target, both)) }
  }

  [Symbol.dispose](): void {
    this.#stop.abort(new MeshError('CANCELLED'))
  }

  #priceMax(target: CloudModel, inputs: readonly Tensor[]): Credits {
    const { adapter, tariff } = this.#needs
    return cloudPrice(tariff, adapter.usageMax(target, inputs))
  }

  #afterFailure({ code }: MeshError): void {
    if (!PAUSES.has(code)) return
    const pauseMs = Math.min(PAUSE_MS * 2 ** this.#failures, PAUSE_MS_MAX)
    this.#failures = Math.min(this.#failures + 1, 16)
    this.#pausedUntilMs = this.#needs.clock.monotonicMs() + pauseMs
  }
}

/** Where the client knows what the model gives. @throws MeshError CLOUD_GARBLED */
function checkOutputs(provider: string, outputs: readonly Tensor[], specs: CloudModelSpecs | undefined): void {
  if (specs === undefined) return
  const fits = specs.outputs.every(({ name, type, dims }) => {
    const output = outputs.find((each) => each.name === name)
    return (
      output?.type === type &&
      output.dims.length === dims.length &&
      dims.every((dim, i) => typeof dim === 'string' || dim === output.dims[i])
    )
  })
  if (!fits || outputs.length !== specs.outputs.length) {
    throw new MeshError('CLOUD_GARBLED', { provider, rule: 'its outputs are those of the model that it stands in for' })
  }
}

/** The endpoint says itself, or its protocol does, that nothing was run. */
const FREE: ReadonlySet<string> = new Set([
  'CLOUD_UNREACHABLE',
  'CLOUD_BUSY',
  'CLOUD_REFUSED',
  'CLOUD_CREDENTIAL',
  'CLOUD_UNMAPPED',
])

/** What the next job would most likely meet again. */
const PAUSES: ReadonlySet<string> = new Set([
  'CLOUD_UNREACHABLE',
  'CLOUD_FAILED',
  'CLOUD_BUSY',
  'CLOUD_CREDENTIAL',
  'CLOUD_GARBLED',
  'CLOUD_OTHER_MODEL',
  'TIMEOUT',
])
