/**
 * What a new connection costs: TCP, noise and yamux between two hosts in this process, with a key of the kind that a node has, by the
 * cryptography of a node, by the library's own for Node.js, and by its pure JavaScript, in turns.
 *
 *   node test/bench/handshake.ts [--dials 200] [--rounds 3]
 */
import { parseArgs } from 'node:util'
import { type ICryptoInterface, noise } from '@chainsafe/libp2p-noise'
import { defaultCrypto, pureJsCrypto } from '@chainsafe/libp2p-noise/crypto'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { noiseCrypto } from '../../node/network-node/noise-crypto.ts'
import { percentile } from './support/distribution.ts'
import { msText, tell, tellMachine } from './support/figures.ts'

const { values } = parseArgs({
  options: { dials: { type: 'string', default: '200' }, rounds: { type: 'string', default: '3' } },
})
const [dials, rounds] = [Number(values.dials), Number(values.rounds)]

const host = async (crypto: ICryptoInterface, listen: readonly string[]) =>
  createLibp2p({
    privateKey: await generateKeyPair('secp256k1'),
    addresses: { listen: [...listen] },
    transports: [tcp()],
    connectionEncrypters: [noise({ crypto })],
    streamMuxers: [yamux()],
    // Nobody is refused for dialling too often.
    connectionManager: { inboundConnectionThreshold: 1_000_000 },
  })

/** Milliseconds of each dial. */
async function measure(crypto: ICryptoInterface): Promise<readonly number[]> {
  const [server, client] = [await host(crypto, ['/ip4/127.0.0.1/tcp/0']), await host(crypto, [])]
  const took: number[] = []
  for (let i = 0; i < dials; i++) {
    const startedMs = performance.now()
    const connection = await client.dial(server.getMultiaddrs())
    took.push(performance.now() - startedMs)
    await connection.close()
  }
  await Promise.all([server.stop(), client.stop()])
  return took
}

const kinds = { node: noiseCrypto, library: defaultCrypto, 'pure JavaScript': pureJsCrypto }
const all = new Map<string, number[]>(Object.keys(kinds).map((name) => [name, []]))
// Whoever is first would pay for compiling the rest of a dial.
await measure(pureJsCrypto)
for (let round = 0; round < rounds; round++)
  for (const [name, crypto] of Object.entries(kinds)) all.get(name)!.push(...(await measure(crypto)))

tellMachine(`${dials} dials, ${rounds} rounds`)
for (const took of all.values()) took.sort((a, b) => a - b)
const at = (name: string, share: number): number => percentile(all.get(name)!, share)
for (const [name, what] of [
  ['node', 'by what a node uses'],
  ['library', "by the library's own for Node.js"],
] as const)
  tell({
    asks: `a new connection, TCP, noise and yamux, both ends in one process, ${what}`,
    found: `${msText(at(name, 0.5))} at p50, ${msText(at(name, 0.99))} at p99`,
    baseline: `${msText(at('pure JavaScript', 0.5))} at p50 by the library's pure JavaScript`,
    ratio: at(name, 0.5) / at('pure JavaScript', 0.5),
  })
