/** Which request means what: the paths of the Open Inference Protocol, and those of monitoring. */
import { MeshError } from '../../protocols/kernel/errors.ts'

/** A model by name or id, and its version where the path names one. */
export interface NamedModel {
  readonly model: string
  readonly version: string | undefined
}

export type Route =
  | { readonly kind: 'server' | 'live' | 'ready' | 'health' | 'metrics' }
  | ({ readonly kind: 'model' | 'model-ready' | 'infer' } & NamedModel)

interface RouteRule {
  readonly method: 'GET' | 'POST'
  /** False for what says no more than that the node runs: whoever watches it need not hold a key that spends. */
  readonly needsKey: boolean
}

export const routeRules: Readonly<Record<Route['kind'], RouteRule>> = {
  server: { method: 'GET', needsKey: false },
  live: { method: 'GET', needsKey: false },
  ready: { method: 'GET', needsKey: false },
  health: { method: 'GET', needsKey: false },
  metrics: { method: 'GET', needsKey: true },
  model: { method: 'GET', needsKey: true },
  'model-ready': { method: 'GET', needsKey: true },
  infer: { method: 'POST', needsKey: true },
}

const plain: ReadonlyMap<
  string,
  Extract<Route, { kind: 'server' | 'live' | 'ready' | 'health' | 'metrics' }>
> = new Map([
  ['/v2', { kind: 'server' }],
  ['/v2/health/live', { kind: 'live' }],
  ['/v2/health/ready', { kind: 'ready' }],
  ['/health', { kind: 'health' }],
  ['/metrics', { kind: 'metrics' }],
])

const MODEL = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(ready|infer))?$/

/**
 * @param url as it stands in the request; a query is nothing to us
 * @throws MeshError NOT_FOUND, HTTP_METHOD, HTTP_REQUEST
 */
export function routeOf(method: string, url: string): Route {
  const path = url.replace(/\?.*$/s, '').replace(/(?<=.)\/$/, '')
  const route = plain.get(path) ?? modelRoute(path)
  if (route === undefined) throw new MeshError('NOT_FOUND', { what: 'route', id: path })
  const allowed = routeRules[route.kind].method
  if (method !== allowed) throw new MeshError('HTTP_METHOD', { method, path, allowed })
  return route
}

function modelRoute(path: string): Route | undefined {
  const match = MODEL.exec(path)
  if (match === null) return undefined
  const [, model, version, action] = match
  const kind = action === undefined ? 'model' : action === 'ready' ? 'model-ready' : 'infer'
  return { kind, model: decoded(model!), version: version === undefined ? undefined : decoded(version) }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (error) {
    throw new MeshError('HTTP_REQUEST', { why: `${part} is no part of a path` }, error)
  }
}
