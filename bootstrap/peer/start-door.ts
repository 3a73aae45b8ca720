/** A bootstrap peer of a network file: carries its offers, keeps its profiles, and bears the same name after a restart. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NetworkFile } from '../../node/config/network-file.ts'
import { createCrypto } from '../../node/keys/node-crypto.ts'
import type { Report } from '../../node/network/libp2p-network.ts'
import { networkPresets } from '../../node/network/network-preset.ts'
import { systemRandom } from '../../node/network-node/system-random.ts'
import { createFile } from '../../node/storage/durable-file.ts'
import { storageError } from '../../node/storage/sqlite.ts'
import { fromHex, toHex } from '../../protocols/kernel/bytes.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { HighestSeen } from '../../protocols/statements/sequence.ts'
import { signingDomain } from '../../protocols/statements/struct-hash.ts'
import { offerTopic } from '../../protocols/wire/offer/offer-topic.ts'
import { profileSpace } from '../../protocols/wire/profile/profile.ts'
import { type BootstrapPeer, startBootstrapPeer } from './start-bootstrap-peer.ts'

export interface DoorOptions {
  readonly network: NetworkFile
  /** Keeps the seed of its name; a name for this run where absent. */
  readonly folder?: string
  readonly listen: readonly string[]
  readonly announce?: readonly string[]
  readonly report?: Report
}

/** @throws MeshError PORT_IN_USE, KEY_FILE, DATA_FOLDER_READ_ONLY, DISK_FULL */
export async function startDoor({ network, folder, ...options }: DoorOptions): Promise<BootstrapPeer> {
  const hasher = await createCrypto()
  const domain = signingDomain({ networkId: network.networkId, chainId: BigInt(network.chainId) }, hasher)
  return startBootstrapPeer({
    ...options,
    networkId: network.networkId,
    hasher,
    preset: networkPresets[network.preset],
    topics: [offerTopic(domain, new HighestSeen()) as never],
    records: [profileSpace(domain) as never],
    ...(folder === undefined ? {} : { seed: seedIn(folder) }),
  })
}

const SEED = /^0x[0-9a-f]{64}$/

function seedIn(folder: string): Uint8Array {
  const path = join(folder, 'bootstrap-seed')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (!existsSync(path)) createFile(path, `${toHex(systemRandom.bytes(32))}\n`, 0o600)
    const text = readFileSync(path, 'utf8').trim()
    if (!SEED.test(text)) throw new MeshError('KEY_FILE', { path, why: 'it is damaged: it is no 32 bytes as 0x text' })
    return fromHex(text)!
  } catch (error) {
    if (error instanceof MeshError) throw error
    throw storageError(error, path)
  }
}
