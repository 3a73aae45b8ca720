/** A client of the mesh over a libp2p node of its own, with everything that it heard: for tests that look into its books. */
import type { Testnet } from '../../../bootstrap/localnet/create-testnet.ts'
import { FixedChainView } from '../../../node/chain/fixed-chain-view.ts'
import type { ClientEvent } from '../../../node/client/client-needs.ts'
import { MeshClient } from '../../../node/client/mesh-client.ts'
import { type ClientJournal, memoryJournal } from '../../../node/client/paying/client-journal.ts'
import type { LineEvent } from '../../../node/client/paying/line-event.ts'
import { type Purse, purse } from '../../../node/client/paying/purse.ts'
import { type ChainTable, escrowAddress, type NetworkFile } from '../../../node/config/network-file.ts'
import { createSecret, Secp256k1Signer } from '../../../node/keys/secp256k1-signer.ts'
import type { Libp2pNetwork } from '../../../node/network/libp2p-network.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { ChainHead } from '../../../protocols/kernel/ports.ts'
import { leafHasherHere } from '../../../protocols/statements/leaf-hasher-here.ts'
import { type SigningDomain, signingDomain } from '../../../protocols/statements/struct-hash.ts'
import { ShiftingClock } from '../../compliance/network/shifting-clock.ts'
import { hasher, meshNode } from './mesh-nodes.ts'

export const domainOf = ({ network }: Testnet): SigningDomain =>
  signingDomain({ networkId: network.networkId, chainId: BigInt(network.chainId) }, hasher)

export const newSigner = (): Secp256k1Signer => new Secp256k1Signer(createSecret(systemRandom), hasher)

/** The head that every node of the network reads from its table by the clock. */
export const headOf = (net: Testnet, clock = new ShiftingClock()): Promise<ChainHead> =>
  new FixedChainView({ networkId: net.network.networkId, clock, hasher }, tableOf(net.network)).head()

/** @throws Error where the network is on a chain */
function tableOf({ chain }: NetworkFile): ChainTable {
  if (chain.kind === 'table') return chain
  throw new Error('this network is on a chain')
}

export interface TestClient extends AsyncDisposable {
  readonly mesh: Libp2pNetwork
  readonly client: MeshClient
  /** Of the client and of its network; moves on alone. */
  readonly clock: ShiftingClock
  readonly purse: Purse
  readonly events: readonly ClientEvent[]
  /** What the payment line to that miner said. */
  lineEvents(miner: Address): readonly LineEvent[]
}

export interface TestClientOptions {
  readonly journal?: ClientJournal
  readonly purse?: Purse
  /** Blocks that the client names, seconds apart from the network's. */
  readonly blockApart?: bigint
  /** Miners of one model that it stays connected with; none where absent. */
  readonly standbyMiners?: number
}

/** Only dials, and knows nobody but the door. The session key is the payer. */
export async function testClient(net: Testnet, options: TestClientOptions = {}): Promise<TestClient> {
  const clock = new ShiftingClock()
  const domain = domainOf(net)
  const node = await meshNode({ network: net.network.networkId, clock, listen: [] })
  const mesh = node.network
  await mesh.connect(net.door.peer, net.door.addresses)
  const own = options.purse ?? purse(domain, escrowAddress(net.network), newSigner())
  const events: ClientEvent[] = []
  const { blockTime, ...head } = await headOf(net)
  const client = new MeshClient({
    network: mesh,
    domain,
    clock,
    random: systemRandom,
    leaves: leafHasherHere(domain.crypto, clock),
    journal: options.journal ?? memoryJournal(),
    purse: own,
    region: net.client.settings.region,
    draw: () => 0,
    head: () => ({ ...head, blockTime: blockTime + (options.blockApart ?? 0n) }),
    priceMax: credits(10_000_000),
    onEvent: (event) => void events.push(event),
    ...(options.standbyMiners === undefined
      ? {}
      : {
          standby: {
            miners: options.standbyMiners,
            mayKeep: async () => true,
            release: (peer) => mesh.release(peer),
            onFailure: (error) => {
              throw error
            },
          },
        }),
  })
  return {
    mesh,
    client,
    clock,
    purse: own,
    events,
    lineEvents: (miner) => events.flatMap((told) => (told.kind === 'line' && told.miner === miner ? [told.event] : [])),
    async [Symbol.asyncDispose]() {
      const closing = client[Symbol.asyncDispose]()
      // What a liar leaves open is not waited for.
      clock.shift(3_000)
      await closing
      await node[Symbol.asyncDispose]()
    },
  }
}
