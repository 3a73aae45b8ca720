/** What the suite needs of an adapter: nodes of it, and time that passes for all of them. */
import type { Libp2pNetwork } from '../../../node/network/libp2p-network.ts'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Network } from '../../../protocols/kernel/network.ts'

/** The port, and what both adapters offer beside it. */
export type LabNetwork = Network & Pick<Libp2pNetwork, 'figures' | 'relayTopics'>

export interface Reported {
  readonly error: MeshError
  readonly peer: PeerId | undefined
}

export interface LabNode extends AsyncDisposable {
  readonly network: LabNetwork
  /** What the node reported, in order. */
  readonly reports: readonly Reported[]
  /** Neighbours that have joined a topic, as far as this node has heard. */
  subscribers(topicId: string): number
  /** Those of them that it passes every message on to. */
  meshed(topicId: string): number
  /** Nodes that it would ask for a record. */
  serversKnown(): number
}

export interface LabNodeOptions {
  /** False for a node that only dials. */
  readonly listens?: boolean
  /** Nodes of different networks know each other's addresses and nothing else. */
  readonly networkId?: string
}

/** Disposes what it made. */
export interface NetworkLab extends AsyncDisposable {
  node(options?: LabNodeOptions): Promise<LabNode>
  /** Lets time pass until the promise is settled, and gives its outcome. */
  when<T>(promise: Promise<T>): Promise<T>
  /** Lets time pass until the condition holds; fails after some seconds. */
  until(condition: () => boolean): Promise<void>
  /** That much later, for every node at once, and whatever is due has happened. */
  pass(ms: number): Promise<void>
  /** The nodes' wall clock. */
  nowMs(): number
}

export const text = (value: string): Uint8Array => new TextEncoder().encode(value)
export const told = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

/** Nodes, all but the first connected to it. */
export async function star(lab: NetworkLab, ...options: readonly LabNodeOptions[]): Promise<LabNode[]> {
  const [hub, ...rest] = await lab.when(Promise.all(options.map((each) => lab.node(each))))
  for (const { network } of rest) await lab.when(network.connect(hub!.network.self, hub!.network.addresses()))
  await lab.until(() => hub!.network.connectedPeers().length === rest.length)
  return [hub!, ...rest]
}

/** One request, then the caller says nothing and does not end. */
export async function* openEnded(first = 'go'): AsyncGenerator<Uint8Array> {
  yield text(first)
  await new Promise(() => undefined)
}
