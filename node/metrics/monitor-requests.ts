/** `/metrics` and `/health` for who watches this node, and nothing that spends or changes anything. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { asMeshError, MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { admitCaller } from '../gateway/admit-request.ts'
import { answerError, answerJson, answerText } from '../gateway/http-answer.ts'
import type { RequestTaker } from '../gateway/loopback-servers.ts'
import type { HealthLook } from '../gateway/node-health.ts'
import { METRICS_TYPE } from './exposition.ts'

export interface MonitorNeeds {
  readonly clock: Clock
  readonly metrics: () => string
  readonly health: HealthLook
  readonly onBug: (error: MeshError) => void
}

export class MonitorRequests implements RequestTaker {
  readonly #needs: MonitorNeeds
  readonly #stop: AbortSignal

  constructor(needs: MonitorNeeds, stop: AbortSignal) {
    this.#needs = needs
    this.#stop = stop
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      throwIfAborted(this.#stop)
      const { method = '', url = '', headers } = request
      admitCaller(headers)
      const path = url.replace(/\?.*$/s, '')
      if (path !== '/metrics' && path !== '/health') throw new MeshError('NOT_FOUND', { what: 'route', id: path })
      if (method !== 'GET') throw new MeshError('HTTP_METHOD', { method, path, allowed: 'GET' })
      if (path === '/metrics') return answerText(response, 200, METRICS_TYPE, this.#needs.metrics())
      const report = await this.#needs.health.look(this.#stop)
      answerJson(response, report.ok ? 200 : 503, report)
    } catch (thrown) {
      const error = asMeshError(thrown)
      if (error.fault === 'bug') this.#needs.onBug(error)
      answerError(response, error, this.#needs.clock)
    }
  }
}
