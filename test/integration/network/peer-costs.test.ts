import { expect, test } from 'vitest'
import type { PeerFigures } from '../../../node/network/peers/peer-ledger.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { bytesInput, jobNetwork } from '../../support/nodes/job-network.ts'

const costOf = ({ mesh }: RunningNode, peer: PeerId): PeerFigures => mesh.figures(peer)!

test('each peer is charged for what it costs: bytes, calls, gossip, and signature checks with their time', async () => {
  await using lab = await jobNetwork({ identity: identityModel('uint8', ['n']) }, { miners: [{}, {}] })
  const { client, miners } = lab.net
  const { miner: chosen, receipt } = await client.client!.infer({ model: lab.id('identity'), inputs: [bytesInput(64)] })
  await receipt
  const served = miners.find(({ operator }) => operator === chosen)!
  const asked = costOf(served, client.peer)
  expect(asked).toMatchObject({ refused: 0, faults: 0 })
  expect(asked.bytesIn).toBeGreaterThan(64)
  expect(asked.bytesOut).toBeGreaterThan(64)
  expect(asked.calls).toBeGreaterThanOrEqual(1)
  // Its first voucher, and the grant behind it.
  expect(asked.checks).toBeGreaterThanOrEqual(2)
  expect(asked.checkMs).toBeGreaterThan(0)
  expect(asked.checkMs).toBeLessThan(1_000)
  // Offers come by gossip, from the other miner or by the bootstrap peer: who hands them on is charged for looking at them.
  const neighbours = () =>
    miners.flatMap((node) => node.mesh.connectedPeers().map((peer) => node.mesh.figures(peer))).filter(isNeighbour)
  await expect.poll(() => neighbours().length, { timeout: 30_000 }).toBeGreaterThan(0)
  for (const { checks, checkMs, bytesIn, messages } of neighbours()) {
    expect(checks).toBeGreaterThan(0)
    expect(checkMs).toBeGreaterThan(0)
    expect(bytesIn).toBeGreaterThan(100 * messages)
  }
})

const isNeighbour = (figures: PeerFigures | undefined): figures is PeerFigures => (figures?.messages ?? 0) > 0
