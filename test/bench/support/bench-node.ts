/** A node of the benchmarks' network, on loopback. */
import type { Libp2pNetwork } from '../../../node/network/libp2p-network.ts'
import { createMeshNetwork } from '../../../node/network-node/create-mesh-network.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { networkId } from '../../../protocols/kernel/ids.ts'
import { BENCH_NETWORK, benchCrypto } from './bench-offers.ts'

/** @param kind a light node only dials */
export const benchNode = (kind: 'full' | 'light'): Promise<Libp2pNetwork> =>
  createMeshNetwork(
    {
      networkId: networkId(BENCH_NETWORK),
      key: { kind: 'ephemeral' },
      clock: systemClock,
      random: systemRandom,
      hasher: benchCrypto,
    },
    { listen: kind === 'full' ? ['/ip4/127.0.0.1/tcp/0'] : [] },
  )
