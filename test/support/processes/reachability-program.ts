/**
 * Run alone on a machine whose loopback bears public addresses: does a node of the internet serve the DHT before and after others
 * have dialled it? Prints one JSON line.
 */
import { networkPresets } from '../../../node/network/network-preset.ts'
import type { MeshNode } from '../nodes/mesh-nodes.ts'
import { meshNode } from '../nodes/mesh-nodes.ts'

const WAIT_MS = 15_000
const preset = { ...networkPresets.wan, colocationWeight: 0 }
const at = (ip: string) => ({ preset, listen: [`/ip4/${ip}/tcp/0`] })

async function serves({ network }: MeshNode, withinMs: number): Promise<boolean> {
  const untilMs = performance.now() + withinMs
  while (!network.servesDht && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 50))
  return network.servesDht
}

await using door = await meshNode({ preset, listen: ['/ip4/12.0.0.1/tcp/4011'], announce: ['/ip4/12.0.0.1/tcp/4011'] })
await using subject = await meshNode(at('11.0.0.1'))
// Reachable as far as the kernel goes, but not at the address that it listens on: what a home behind a router looks like.
await using home = await meshNode({ preset, listen: ['/ip4/10.0.0.1/tcp/0'] })
const before = subject.network.servesDht
const addressesBefore = subject.network.addresses().length
for (const { network } of [subject, home]) await network.connect(door.network.self, door.network.addresses())
const after = await serves(subject, WAIT_MS)
console.log(
  JSON.stringify({
    before,
    addressesBefore,
    after,
    addressesAfter: subject.network.addresses().length,
    home: await serves(home, 3_000),
  }),
)
