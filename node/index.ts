/** The library: `connect` for those who use the mesh, `startNode` for those who run a node in their own program. */

import { MeshError } from '../protocols/kernel/errors.ts'
import type { MeshClient } from './client/mesh-client.ts'
import { type Config, loadConfig } from './config/load-config.ts'
import { networksFolder } from './config/networks-folder.ts'
import { searchesLan } from './config/searches-lan.ts'
import { hasWayIn } from './known-peers/has-way-in.ts'
import { type NodeOptions, type RunningNode, startNode } from './roles/start-node.ts'

export { type ErrorCode, isMeshError, MeshError } from '../protocols/kernel/errors.ts'
export type { ModelId } from '../protocols/kernel/ids.ts'
export { type Credits, credits, formatCredits, parseCredits } from '../protocols/kernel/money.ts'
export type { Tensor, TensorHeader, TensorSpec, TensorType } from '../protocols/wire/job/tensor.ts'
export type { NetworkModel } from './client/finding/network-models.ts'
export type { MeshClient } from './client/mesh-client.ts'
export type { Answer, EdgeOptions, InferOptions } from './client/running/infer-options.ts'
export type { JobEvent } from './client/running/job-runner.ts'
export type { CloudAnswer } from './client/running/venues.ts'
export type { JobStory } from './client/telling/job-story.ts'
export { type Config, loadConfig } from './config/load-config.ts'
export { networksFolder } from './config/networks-folder.ts'
export { type NodeOptions, type RunningNode, startNode }

export interface ConnectOptions {
  /** Name of a shipped network or path of a network file; the configured one where absent. */
  readonly network?: string
  /** Keys and journal; the configured one where absent. One process at a time. */
  readonly dataFolder?: string
  /** Multiaddrs of bootstrap peers, instead of the network file's. */
  readonly bootstrap?: readonly string[]
  /** Multiaddrs of any further peers to enter by, beside the bootstrap peers. */
  readonly entryPeers?: readonly string[]
  /** Asked where the keys in the data folder are sealed and the setting passphraseFile names no file. */
  readonly passphrase?: NodeOptions['passphrase']
  readonly signal?: AbortSignal
}

export interface Mesh extends AsyncDisposable, Pick<MeshClient, 'infer' | 'models' | 'findModel' | 'settle'> {
  readonly node: RunningNode
}

/**
 * Joins as a light peer: no listening, no mining. Disposing pays what is owed and leaves.
 * @throws MeshError CONFIG_*, DATA_FOLDER_*, KEY_FILE, KEY_SEALED, KEY_PASSPHRASE, NO_BOOTSTRAP, NO_PEERS where neither a bootstrap peer nor one of an earlier run answers
 * @example
 * await using mesh = await connect({ network: './my-network.json' })
 * const model = await mesh.findModel('characters')
 * const answer = await mesh.infer({ model: model.id, inputs, latencyMsMax: 500 })
 */
export async function connect(options: ConnectOptions = {}): Promise<Mesh> {
  const { network, dataFolder, bootstrap, entryPeers, passphrase, signal } = options
  const config = loadConfig({ networksFolder: networksFolder(), flags: { network, dataFolder, bootstrap, entryPeers } })
  const { networkId } = config.network
  const nobody = new MeshError(hasWayIn(config.settings) ? 'NO_PEERS' : 'NO_BOOTSTRAP', { network: networkId })
  if (nobody.code === 'NO_BOOTSTRAP' && !searchesLan(config.settings, config.network)) throw nobody
  const node = await startNode({
    ...lightOptions(config),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(signal === undefined ? {} : { signal }),
  })
  const { client, mesh } = node
  if (client === undefined || mesh.connectedPeers().length === 0) {
    await node[Symbol.asyncDispose]()
    throw nobody
  }
  return {
    node,
    infer: client.infer.bind(client) as MeshClient['infer'],
    models: (stop) => client.models(stop),
    findModel: (name, stop) => client.findModel(name, stop),
    settle: (deadlineMs, stop) => client.settle(deadlineMs, stop),
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  }
}

/** The configured node with the client role alone, connecting out only; a gateway and metrics are for a node that stays. */
export const lightOptions = ({ settings, network }: Config): NodeOptions => ({
  settings: { ...settings, roles: ['client'], listen: [], gateway: undefined, metricsPort: undefined },
  network,
})
