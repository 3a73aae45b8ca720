import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { networkPresets } from '../../../node/network/network-preset.ts'
import { LOOPBACK, meshNode, type NodeOptions } from '../../support/mesh-nodes.ts'

const { local, lan, wan } = networkPresets
const program = fileURLToPath(new URL('../../support/reachability-program.ts', import.meta.url))
/** A network of its own whose loopback bears addresses that count as public. */
const ADDRESSES = ['11.0.0.1', '12.0.0.1', '10.0.0.1']
const INET = ['ip link set lo up', ...ADDRESSES.map((ip) => `ip addr add ${ip}/32 dev lo`)].join(' && ')
const hasNamespaces = spawnSync('unshare', ['--net', 'sh', '-c', INET]).status === 0

describe('a node serves the DHT', () => {
  it.each<readonly [string, NodeOptions, boolean]>([
    ['at once on one machine', { preset: local }, true],
    ['at once in a LAN', { preset: lan }, true],
    ['not on the internet, where it listens on private addresses', { preset: wan }, false],
    ['on the internet by its owner’s word', { preset: wan, announce: ['/dns4/miner.example/tcp/1'] }, true],
    ['not where it only dials', { preset: local, listen: [] }, false],
    ['where it is told to', { preset: wan, dhtServer: true }, true],
    ['not where it is told not to', { preset: local, dhtServer: false }, false],
  ])('%s', async (_, tuning, serves) => {
    await using node = await meshNode({ listen: [LOOPBACK], ...tuning })
    expect(node.network.servesDht).toBe(serves)
    // It says the same of itself once its addresses are up.
    await new Promise<void>((resolve) => {
      node.network.libp2p.addEventListener('self:peer:update', () => resolve(), { once: true })
      if (tuning.listen?.length === 0) resolve()
    })
    expect(node.network.servesDht).toBe(serves)
  })

  it.skipIf(!hasNamespaces)(
    'on the internet from when another peer has dialled its public address, and a home behind a router does not',
    async () => {
      const words = ['--net', 'sh', '-c', `${INET} && exec "$0" "$1"`, process.execPath, program]
      const { stdout } = await promisify(execFile)('unshare', words)
      expect(JSON.parse(stdout)).toEqual({
        before: false,
        addressesBefore: 0,
        after: true,
        addressesAfter: 1,
        home: false,
      })
    },
  )
})
