/** `quote`: what a job would cost, for a model by its name or id. */
import { z } from 'zod'
import { credits } from '../../../protocols/kernel/money.ts'
import { routingPolicies } from '../../../protocols/rules/routing/routing-policy.ts'
import type { Quote } from '../../client/choosing/quote.ts'
import type { MeshClient } from '../../client/mesh-client.ts'
import { creditParam } from './credit-param.ts'
import { parseParams } from './parse-params.ts'

const schema = z.strictObject({
  model: z.string().min(1).max(64),
  priceMax: creditParam.optional(),
  latencyMsMax: z.number().positive().optional(),
  policy: z.enum(routingPolicies).optional(),
})

export interface NamedQuote extends Quote {
  readonly modelName: string
}

/** @throws MeshError USAGE, MODEL_UNKNOWN, and what {@link MeshClient.quote} throws */
export async function quoteFor(client: MeshClient, params: unknown, signal: AbortSignal): Promise<NamedQuote> {
  const { model, priceMax, latencyMsMax, policy } = parseParams(schema, params)
  const { id, name } = await client.findModel(model, signal)
  const quote = await client.quote({
    model: id,
    signal,
    ...(priceMax === undefined ? {} : { priceMax: credits(BigInt(priceMax)) }),
    ...(latencyMsMax === undefined ? {} : { latencyMsMax }),
    ...(policy === undefined ? {} : { policy }),
  })
  return { ...quote, modelName: name }
}
