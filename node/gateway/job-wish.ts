/** What a caller says of its job beside its inputs: the mesh's own parameters of a request. */
import { type Credits, parseCredits } from '../../protocols/kernel/money.ts'
import { isRoutingPolicy, type RoutingPolicy, routingPolicies } from '../../protocols/rules/routing/routing-policy.ts'
import { type CloudConsent, cloudConsents } from '../../protocols/rules/venue/choose-venue.ts'
import { DEADLINE_MS_MAX } from '../../protocols/wire/job/job-messages.ts'
import { flagOf, type JsonMap, misunderstood } from './json-fields.ts'

export interface JobWish {
  readonly priceMax?: Credits
  readonly latencyMsMax?: number
  readonly deadlineMs?: number
  readonly policy?: RoutingPolicy
  readonly hedge?: boolean
  readonly cloud?: CloudConsent
  /** Nobody but the miner that runs it may see the inputs. */
  readonly sensitive?: boolean
}

/**
 * `price_max` in token units, as a number or an exact text; `latency_ms_max`; `deadline_ms`; `policy`; `hedge`; `cloud`, whether a third
 * party may run it; `sensitive`, for a job that never leaves the edge. What others put beside them, as a client for many servers may, is
 * not ours to judge.
 * @throws MeshError HTTP_REQUEST
 */
export function jobWishOf(parameters: JsonMap): JobWish {
  const priceMax = priceOf(parameters)
  const latencyMsMax = millisecondsOf(parameters, 'latency_ms_max')
  const deadlineMs = millisecondsOf(parameters, 'deadline_ms')
  const hedge = flagOf(parameters, 'hedge')
  return {
    ...(priceMax === undefined ? {} : { priceMax }),
    ...(latencyMsMax === undefined ? {} : { latencyMsMax }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...policyOf(parameters),
    ...(hedge === undefined ? {} : { hedge }),
    ...cloudWish(parameters),
  }
}

/** What is not understood here is no consent. */
function cloudWish(parameters: JsonMap): Pick<JobWish, 'cloud' | 'sensitive'> {
  const cloud = cloudConsents.find((word) => word === parameters.get('cloud'))
  if (parameters.has('cloud') && cloud === undefined) {
    throw misunderstood(`"cloud" is none of ${cloudConsents.join(', ')}`)
  }
  const sensitive = flagOf(parameters, 'sensitive')
  return { ...(cloud === undefined ? {} : { cloud }), ...(sensitive === undefined ? {} : { sensitive }) }
}

function priceOf(parameters: JsonMap): Credits | undefined {
  const value = parameters.get('price_max')
  if (value === undefined) return undefined
  const price = typeof value === 'string' || typeof value === 'number' ? parseCredits(String(value)) : undefined
  if (price === undefined) throw misunderstood('"price_max" is no amount in token units with at most six decimals')
  return price
}

function policyOf(parameters: JsonMap): Pick<JobWish, 'policy'> {
  const policy = parameters.get('policy')
  if (policy === undefined) return {}
  if (typeof policy === 'string' && isRoutingPolicy(policy)) return { policy }
  throw misunderstood(`"policy" is none of ${routingPolicies.join(', ')}`)
}

function millisecondsOf(parameters: JsonMap, name: string): number | undefined {
  const value = parameters.get(name)
  if (value === undefined || (typeof value === 'number' && value >= 1 && value <= DEADLINE_MS_MAX)) return value
  throw misunderstood(`"${name}" is no number from 1 to ${DEADLINE_MS_MAX}`)
}
