/** `POST …/infer`: one job through this node's client. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import { INPUT_BYTES_MAX } from '../../protocols/kernel/limits.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { NetworkModel } from '../client/finding/network-models.ts'
import type { MeshClient } from '../client/mesh-client.ts'
import type { Answer } from '../client/running/infer-options.ts'
import { JobCharge } from '../client/running/job-charge.ts'
import type { CloudAnswer } from '../client/running/venues.ts'
import { ByteBudget } from '../network/calls/byte-budget.ts'
import { checkedCount } from '../tensors/read-output.ts'
import { admitContent } from './admit-request.ts'
import type { DayBudgets, KeyHolder } from './day-budgets.ts'
import { JOBS_MAX, JSON_BYTES_MAX } from './gateway-limits.ts'
import { JSON_LENGTH_HEADER } from './http-answer.ts'
import { checkRequestedOutputs, planOutputs } from './inference-answer.ts'
import { type InferenceRequest, readInferenceRequest } from './inference-request.ts'
import type { JobWish } from './job-wish.ts'
import { misunderstood } from './json-fields.ts'
import type { KnownModels } from './known-models.ts'
import { readBody } from './read-body.ts'
import type { NamedModel } from './route.ts'
import { sendInference } from './send-answer.ts'

export interface InferNeeds {
  readonly client: Pick<MeshClient, 'infer' | 'cloudModel'>
  readonly clock: Clock
  /** What the bodies of all requests together may take. */
  readonly bodyBytesMax: number
  readonly budgets: DayBudgets
  /** Of a job whose request names no ceiling. */
  readonly priceMax: Credits
}

export class InferRoute {
  readonly #needs: InferNeeds
  readonly #models: KnownModels
  readonly #budget: ByteBudget
  #running = 0

  constructor(needs: InferNeeds, models: KnownModels) {
    this.#needs = needs
    this.#models = models
    this.#budget = new ByteBudget(needs.bodyBytesMax)
  }

  /** @throws MeshError HTTP_MEDIA_TYPE, HTTP_REQUEST, LIMIT, KEY_BUDGET, INPUT_*, and what the model's search and the job throw */
  async answer(
    holder: KeyHolder,
    named: NamedModel,
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    admitContent(request.headers)
    if (this.#running >= JOBS_MAX) throw new MeshError('LIMIT', { what: 'jobs by the gateway', max: JOBS_MAX })
    this.#running++
    try {
      await this.#run(holder, named, request, response, signal)
    } finally {
      this.#running--
    }
  }

  async #run(
    holder: KeyHolder,
    named: NamedModel,
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock } = this.#needs
    const jsonLength = jsonLengthOf(request)
    const bytesMax = jsonLength === undefined ? JSON_BYTES_MAX : INPUT_BYTES_MAX + JSON_BYTES_MAX
    const onRoom = (): void => {
      if (request.headers.expect !== undefined) response.writeContinue()
    }
    const budget = this.#budget
    const needs = { clock, budget, bytesMax: Math.min(bytesMax, budget.max), onRoom }
    using body = await readBody(request, needs, signal)
    if (jsonLength !== undefined && jsonLength > body.bytes.length) {
      throw misunderstood(`it has ${body.bytes.length} bytes, and its JSON alone would have ${jsonLength}`)
    }
    const wanted = readInferenceRequest(body.bytes, jsonLength)
    const model = await this.#find(named, wanted.wish, signal)
    checkRequestedOutputs(
      wanted,
      model.outputs.map(({ name }) => name),
    )
    const answer = await this.#infer(holder, model, wanted, { signal, ...traceOf(request) })
    // A receipt that does not come is told of as an event, and nothing is paid then; a cloud signs none.
    if (answer.venue === 'edge') answer.receipt.catch(() => undefined)
    const outputs = planOutputs(wanted, answer.outputs, checkedCount)
    const head = { model: model.name, version: model.id, id: wanted.id }
    await sendInference(response, clock, answer, head, outputs, signal)
  }

  /** What no miner serves a cloud may, where the job allows it: nobody asks that for any other job. */
  async #find(named: NamedModel, { cloud = 'never', sensitive }: JobWish, signal: AbortSignal) {
    try {
      return await this.#models.find(named, signal)
    } catch (error) {
      if (cloud === 'never' || sensitive || !isMeshError(error, 'MODEL_UNKNOWN', 'NO_PEERS')) throw error
      const found = await this.#needs.client.cloudModel(named.version ?? named.model, signal)
      if (found === undefined) throw error
      return found
    }
  }

  async #infer(
    holder: KeyHolder,
    model: NetworkModel,
    { inputs, wish }: InferenceRequest,
    more: { readonly signal: AbortSignal; readonly traceparent?: string },
  ): Promise<Answer | CloudAnswer> {
    const { client, budgets, priceMax } = this.#needs
    const ceilingWish = { ceiling: wish.priceMax ?? priceMax, isNamed: wish.priceMax !== undefined }
    using reserved = budgets.reserve(holder, ceilingWish)
    const { ceiling } = reserved
    const charge = new JobCharge()
    try {
      return await client.infer({ ...wish, ...more, model: model.id, inputs, priceMax: ceiling, onEvent: charge.take })
    } catch (error) {
      // Only then: a caller whose input is wrong says nothing of the model.
      if (isMeshError(error, 'NO_MINER', 'NO_VENUE')) this.#models.doubt()
      const { cheapest } = isMeshError(error, 'PRICE_CEILING') ? error.facts : {}
      throw (typeof cheapest === 'bigint' && reserved.tooLow(credits(cheapest))) || error
    } finally {
      reserved.settle(charge.total(ceiling))
    }
  }
}

/** `tracestate` beside it is other vendors' data about the caller, and ends here. */
function traceOf({ headers: { traceparent } }: IncomingMessage): { readonly traceparent?: string } {
  return typeof traceparent === 'string' ? { traceparent } : {}
}

function jsonLengthOf({ headers }: IncomingMessage): number | undefined {
  const given = headers[JSON_LENGTH_HEADER]
  if (given === undefined) return undefined
  if (typeof given !== 'string' || !/^\d{1,9}$/.test(given)) throw misunderstood(`${JSON_LENGTH_HEADER} is no number`)
  const length = Number(given)
  if (length > JSON_BYTES_MAX) throw new MeshError('INPUT_TOO_LARGE', { given: length, max: JSON_BYTES_MAX })
  return length
}
