/**
 * What a new connection costs: TCP, noise and yamux between two hosts in this process that have a miner's key, by the
 * cryptography of a node, by the library's own for Node.js, and by its pure JavaScript, in turns. Of the processor's time, which other
 * programs lengthen less, each kind's best round counts.
 *
 *   node test/bench/handshake.ts [--dials 200] [--rounds 3]
 */
import { parseArgs } from 'node:util'
import { type ICryptoInterface, noise } from '@chainsafe/libp2p-noise'
import { defaultCrypto, pureJsCrypto } from '@chainsafe/libp2p-noise/crypto'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { createSecret } from '../../node/keys/secp256k1-signer.ts'
import { noiseCrypto } from '../../node/network-node/noise-crypto.ts'
import { OperatorKey } from '../../node/network-node/operator-key.ts'
import { systemRandom } from '../../node/network-node/system-random.ts'
import { percentile } from './support/distribution.ts'
import { msText, tell, tellMachine } from './support/figures.ts'

const { values } = parseArgs({
  options: { dials: { type: 'string', default: '200' }, rounds: { type: 'string', default: '3' } },
})
const [dials, rounds] = [Number(values.dials), Number(values.rounds)]

interface Kind {
  readonly crypto: ICryptoInterface
  readonly keyOf: (secret: Uint8Array) => PrivateKey
}

const pure: Kind = { crypto: pureJsCrypto, keyOf: privateKeyFromRaw }
const kinds: Readonly<Record<string, Kind>> = {
  node: { crypto: noiseCrypto, keyOf: (secret) => new OperatorKey(secret) },
  library: { crypto: defaultCrypto, keyOf: privateKeyFromRaw },
  'pure JavaScript': pure,
}

const host = ({ crypto, keyOf }: Kind, listen: readonly string[]) =>
  createLibp2p({
    privateKey: keyOf(createSecret(systemRandom)),
    addresses: { listen: [...listen] },
    transports: [tcp()],
    connectionEncrypters: [noise({ crypto })],
    streamMuxers: [yamux()],
    // Nobody is refused for dialling too often.
    connectionManager: { inboundConnectionThreshold: 1_000_000 },
  })

interface Measured {
  /** Milliseconds of each dial. */
  readonly took: readonly number[]
  /** Milliseconds of the processor a dial, of both sides. */
  readonly processorMs: number
}

async function measure(kind: Kind): Promise<Measured> {
  const [server, client] = [await host(kind, ['/ip4/127.0.0.1/tcp/0']), await host(kind, [])]
  const took: number[] = []
  const before = process.cpuUsage()
  for (let i = 0; i < dials; i++) {
    const startedMs = performance.now()
    const connection = await client.dial(server.getMultiaddrs())
    took.push(performance.now() - startedMs)
    await connection.close()
  }
  const { user, system } = process.cpuUsage(before)
  await Promise.all([server.stop(), client.stop()])
  return { took, processorMs: (user + system) / 1_000 / dials }
}

const all = new Map(Object.keys(kinds).map((name) => [name, { took: [] as number[], processorMs: Number.MAX_VALUE }]))
// Whoever is first would pay for compiling the rest of a dial.
await measure(pure)
for (let round = 0; round < rounds; round++) {
  for (const [name, kind] of Object.entries(kinds)) {
    const { took, processorMs } = await measure(kind)
    const figures = all.get(name)!
    figures.took.push(...took)
    figures.processorMs = Math.min(figures.processorMs, processorMs)
  }
}

tellMachine(`${dials} dials, ${rounds} rounds`)
for (const { took } of all.values()) took.sort((a, b) => a - b)
const at = (name: string, share: number): number => percentile(all.get(name)!.took, share)
const processorMs = (name: string): number => all.get(name)!.processorMs
for (const [name, what] of [
  ['node', 'by what a node uses'],
  ['library', "by the library's own for Node.js"],
] as const)
  tell({
    asks: `a new connection, TCP, noise and yamux, both ends in one process, ${what}`,
    found: `${msText(processorMs(name))} of the processor, ${msText(at(name, 0.5))} at p50, ${msText(at(name, 0.99))} at p99`,
    baseline: `${msText(processorMs('pure JavaScript'))} of the processor, ${msText(at('pure JavaScript', 0.5))} at p50 by the library's pure JavaScript`,
    ratio: processorMs(name) / processorMs('pure JavaScript'),
  })
