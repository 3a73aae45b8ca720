/** The local gateway: the node's client for programs on this machine, over HTTP on both loopback addresses. */
import type { KeyBudget } from './day-budgets.ts'
import { type GatewayNeeds, GatewayRequests } from './gateway-requests.ts'
import { LoopbackServers, type LoopbackTuning } from './loopback-servers.ts'

export type GatewayTuning = Omit<LoopbackTuning, 'flag'>

export interface Gateway extends AsyncDisposable {
  /** `http://127.0.0.1:8011` */
  readonly url: string
  /** Connections that are open. */
  readonly connections: number
  /** What each key has spent today. */
  budgets(): readonly KeyBudget[]
}

/**
 * Answers until it is disposed; what runs then is cancelled.
 * @throws MeshError PORT_IN_USE, CANCELLED
 */
export async function startGateway(needs: GatewayNeeds, tuning: GatewayTuning, signal?: AbortSignal): Promise<Gateway> {
  const { keys, budgets } = needs
  const takerOf = (stop: AbortSignal): GatewayRequests => new GatewayRequests(needs, stop)
  const servers = await LoopbackServers.start(needs.clock, { ...tuning, flag: '--gateway' }, takerOf, signal)
  return {
    url: servers.url,
    get connections() {
      return servers.connections
    },
    budgets: () => keys.holders().map((holder) => budgets.of(holder)),
    [Symbol.asyncDispose]: () => servers[Symbol.asyncDispose](),
  }
}
