/** A network whose client has a gateway, and a program that asks it. */
import { readFileSync } from 'node:fs'
import type { TestnetOptions } from '../../../bootstrap/localnet/create-testnet.ts'
import { apiKeyPath } from '../../../node/gateway/api-key.ts'
import { InferenceClient } from './inference-client.ts'
import { type JobNetwork, jobNetwork } from './job-network.ts'

export interface GatewayNetwork extends JobNetwork {
  readonly url: string
  readonly key: string
  /** With the key. */
  readonly program: InferenceClient
}

export async function gatewayNetwork(
  models: Readonly<Record<string, Uint8Array>>,
  options: TestnetOptions = {},
): Promise<GatewayNetwork> {
  const network = await jobNetwork(models, { ...options, client: { gateway: 0, ...options.client } })
  const { client } = network.net
  const { url } = client.gateway!
  const key = readFileSync(apiKeyPath(client.settings.dataFolder), 'utf8').trim()
  return { ...network, url, key, program: new InferenceClient(url, key) }
}
