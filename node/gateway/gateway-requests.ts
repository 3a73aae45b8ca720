/** What the gateway answers, request by request. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { asMeshError, type ErrorCode, MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { MeshClient } from '../client/mesh-client.ts'
import { METRICS_TYPE } from '../metrics/exposition.ts'
import { programVersion } from '../version.ts'
import { admitCaller, admitKey } from './admit-request.ts'
import { answerError, answerJson, answerText } from './http-answer.ts'
import { type InferNeeds, InferRoute } from './infer-route.ts'
import type { KeyRing } from './key-ring.ts'
import { KnownModels } from './known-models.ts'
import type { RequestTaker } from './loopback-servers.ts'
import { metadataOf } from './model-metadata.ts'
import { type HealthNeeds, NodeHealth } from './node-health.ts'
import { type NamedModel, type Route, routeOf, routeRules } from './route.ts'

export interface GatewayNeeds extends HealthNeeds, InferNeeds {
  readonly client: MeshClient
  /** Of the whole node, as Prometheus reads them. */
  readonly metrics: () => string
  readonly keys: KeyRing
  /** Hears of every error that a program is answered by. */
  readonly onFailed: (reason: ErrorCode) => void
  /** Hears of faults of ours; nothing that a caller sent is in them. */
  readonly onBug: (error: MeshError) => void
}

/** The protocol leaves 4xx for "no". */
const NOT_READY = 400

export class GatewayRequests implements RequestTaker {
  readonly #needs: GatewayNeeds
  readonly #models: KnownModels
  readonly #health: NodeHealth
  readonly #infer: InferRoute
  readonly #stop: AbortSignal

  constructor(needs: GatewayNeeds, stop: AbortSignal) {
    this.#needs = needs
    this.#stop = stop
    this.#models = new KnownModels(needs.client, needs.clock, stop)
    this.#health = new NodeHealth(needs, stop)
    this.#infer = new InferRoute(needs, this.#models)
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController()
    // After a whole answer it ends nothing: all work is done.
    response.once('close', () => gone.abort(new MeshError('CANCELLED')))
    const signal = AbortSignal.any([gone.signal, this.#stop])
    try {
      throwIfAborted(signal)
      await this.#route(request, response, signal)
    } catch (thrown) {
      const error = asMeshError(thrown)
      this.#needs.onFailed(error.code)
      if (error.fault === 'bug') this.#needs.onBug(error)
      answerError(response, error, this.#needs.clock)
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const { method = '', url = '', headers } = request
    admitCaller(headers)
    const route = routeOf(method, url)
    const { keys } = this.#needs
    if (route.kind === 'infer') {
      return this.#infer.answer(admitKey(headers, keys), route, request, response, signal)
    }
    if (routeRules[route.kind].needsKey) admitKey(headers, keys)
    return this.#tell(route, response, signal)
  }

  async #tell(route: Exclude<Route, { kind: 'infer' }>, response: ServerResponse, signal: AbortSignal): Promise<void> {
    switch (route.kind) {
      case 'server':
        return answerJson(response, 200, {
          name: 'aitbc-mesh',
          version: programVersion(),
          extensions: ['binary_tensor_data'],
        })
      case 'live':
        return answerJson(response, 200, { live: true })
      case 'ready': {
        const { ok } = await this.#health.look(signal)
        return answerJson(response, ok ? 200 : NOT_READY, { ready: ok })
      }
      case 'health': {
        const report = await this.#health.look(signal)
        return answerJson(response, report.ok ? 200 : 503, report)
      }
      case 'metrics':
        return answerText(response, 200, METRICS_TYPE, this.#needs.metrics())
      case 'model':
        return answerJson(response, 200, metadataOf(await this.#models.find(route, signal)))
      case 'model-ready':
        return this.#tellReady(route, response, signal)
    }
  }

  async #tellReady(named: NamedModel, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const { id, name } = await this.#models.find(named, signal)
    const ready = this.#needs.client.book.live(id).length > 0
    answerJson(response, ready ? 200 : NOT_READY, { name, ready })
  }
}
