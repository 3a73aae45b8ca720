/** `find-gpus`: GPUs for a model, by its name or id, within a latency budget. */
import { z } from 'zod'
import { credits } from '../../../protocols/kernel/money.ts'
import { parsePlace } from '../../../protocols/rules/geography/place.ts'
import { routingPolicies } from '../../../protocols/rules/routing/routing-policy.ts'
import type { FoundGpu } from '../../client/finding/found-gpus.ts'
import type { MeshClient } from '../../client/mesh-client.ts'
import { creditParam } from './credit-param.ts'
import { parseParams } from './parse-params.ts'

const schema = z.strictObject({
  model: z.string().min(1).max(64),
  latencyMsMax: z.number().positive().optional(),
  priceMax: creditParam.optional(),
  policy: z.enum(routingPolicies).optional(),
  region: z.string().min(1).max(24).optional(),
  from: z.string().min(1).max(64).optional(),
})

export interface GpusFound {
  readonly modelName: string
  readonly gpus: readonly FoundGpu[]
}

/** @throws MeshError USAGE, PLACE_UNKNOWN, MODEL_UNKNOWN, and what {@link MeshClient.findGpus} throws */
export async function findGpusFor(client: MeshClient, params: unknown, signal: AbortSignal): Promise<GpusFound> {
  const { model, latencyMsMax, priceMax, policy, region, from } = parseParams(schema, params)
  const place = from === undefined ? undefined : parsePlace(from)
  const { id, name } = await client.findModel(model, signal)
  const gpus = await client.findGpus({
    ...{ model: id, signal },
    ...(latencyMsMax === undefined ? {} : { latencyMsMax }),
    ...(priceMax === undefined ? {} : { priceMax: credits(BigInt(priceMax)) }),
    ...(policy === undefined ? {} : { policy }),
    ...(region === undefined ? {} : { region }),
    ...(place === undefined ? {} : { from: place }),
  })
  return { modelName: name, gpus }
}
