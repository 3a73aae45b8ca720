/**
 * smoldot is an independent implementation of libp2p in Rust. What it says of its own connection proves more than our own
 * stack talking to itself: it dials the bootstrap peer and goes through TCP, multistream, noise, yamux, identify and ping.
 */
import type { Libp2pEvents } from '@libp2p/interface'
import type { Ping } from '@libp2p/ping'
import { start } from 'smoldot'
import { expect, it } from 'vitest'
import { startBootstrapPeer } from '../../bootstrap/peer/start-bootstrap-peer.ts'
import { networkId } from '../../protocols/kernel/ids.ts'
import { inventedChain } from '../support/chain/invented-chain.ts'
import { hasher, LOOPBACK } from '../support/nodes/mesh-nodes.ts'

const NETWORK_LOG_LEVEL = 4

it('lets smoldot through noise, yamux, identify and ping', async () => {
  await using bootstrap = await startBootstrapPeer({ networkId: networkId('test'), hasher, listen: [LOOPBACK] })
  const { libp2p } = bootstrap.network
  const identified = new Promise<Libp2pEvents['peer:identify']['detail']>((resolve) =>
    libp2p.addEventListener('peer:identify', ({ detail }) => resolve(detail), { once: true }),
  )
  const handshake = Promise.withResolvers<string>()
  const asked = Promise.withResolvers<string>()
  await using foreign = smoldot((line) => {
    if (line.startsWith('handshake-finished')) handshake.resolve(line)
    if (line.startsWith('identify-request-received')) asked.resolve(line)
  })
  await foreign.client.addChain({ chainSpec: inventedChain(bootstrap.addresses), disableJsonRpc: true })

  expect(await handshake.promise).toContain(bootstrap.peer)
  expect(await asked.promise).toContain(bootstrap.peer)
  const { peerId, agentVersion } = await identified
  expect(agentVersion).toMatch(/^smoldot/)
  expect(await pingOf(libp2p.services).ping(peerId)).toBeLessThan(5_000)
  expect(bootstrap.network.figures(bootstrap.network.connectedPeers()[0]!)?.faults ?? 0).toBe(0)
  // Compiling it takes seconds of a core, which a busy machine may not have.
}, 60_000)

const pingOf = (services: object): Ping => (services as { readonly ping: Ping }).ping

function smoldot(onNetwork: (line: string) => void) {
  const client = start({
    maxLogLevel: NETWORK_LOG_LEVEL,
    logCallback: (_level, target, line) => {
      if (target === 'network') onNetwork(line)
    },
  })
  return { client, [Symbol.asyncDispose]: () => client.terminate() }
}
