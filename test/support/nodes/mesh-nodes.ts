/** Real libp2p nodes in one process, for tests: loopback, local preset, everything disposed together. */
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import type { Libp2pNetwork } from '../../../node/network/libp2p-network.ts'
import { createMeshNetwork, type MeshNetworkTuning } from '../../../node/network-node/create-mesh-network.ts'
import type { NodeKey } from '../../../node/network-node/node-key.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import { networkId, type PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'

export const hasher = await createCrypto()

export interface Reported {
  readonly error: MeshError
  readonly peer: PeerId | undefined
}

export interface MeshNode extends AsyncDisposable {
  readonly network: Libp2pNetwork
  /** What the node reported, in order. */
  readonly reports: readonly Reported[]
}

export interface NodeOptions extends MeshNetworkTuning {
  readonly key?: NodeKey
  readonly network?: string
  /** The machine's where absent. */
  readonly clock?: Clock
}

export const LOOPBACK = '/ip4/127.0.0.1/tcp/0'

/** Listens on loopback unless told otherwise. */
export async function meshNode({
  key = { kind: 'ephemeral' },
  network: name = 'test',
  clock = systemClock,
  ...tuning
}: NodeOptions = {}): Promise<MeshNode> {
  const reports: Reported[] = []
  const network = await createMeshNetwork(
    {
      networkId: networkId(name),
      key,
      clock,
      random: systemRandom,
      hasher,
      report: (error, peer) => reports.push({ error, peer }),
    },
    { listen: [LOOPBACK], ...tuning },
  )
  return { network, reports, [Symbol.asyncDispose]: () => network[Symbol.asyncDispose]() }
}

/** Connects every node to the first. */
export async function star(nodes: readonly MeshNode[]): Promise<void> {
  const [hub, ...rest] = nodes
  for (const { network } of rest) await network.connect(hub!.network.self, hub!.network.addresses())
}

/**
 * From now on it tells nobody what it has by a list of ids: who is not handed a message at once never gets it. Otherwise a message
 * that somebody held up comes a heartbeat or two later all the same, and only its time would show it.
 */
export function withoutAdverts({ network }: MeshNode): void {
  const { gossip } = network.libp2p.services as unknown as { gossip: { emitGossip: () => void } }
  if (typeof gossip.emitGossip !== 'function') throw new Error('gossipsub advertises in another way now')
  gossip.emitGossip = () => undefined
}
