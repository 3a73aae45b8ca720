/** What every node stands on, whatever its roles: folder, journal, keys, cryptography, the chain's view, and events. */
import { basename, join } from 'node:path'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { ChainView, Clock, Crypto, Random } from '../../protocols/kernel/ports.ts'
import type { LeafHasher } from '../../protocols/statements/growing-content.ts'
import { leafHasherHere } from '../../protocols/statements/leaf-hasher-here.ts'
import { type SigningDomain, signingDomain } from '../../protocols/statements/struct-hash.ts'
import { HeadWatch } from '../chain/head-watch.ts'
import { openChain, type SettlingChain } from '../chain/open-chain.ts'
import { escrowAddress, type NetworkFile } from '../config/network-file.ts'
import type { Settings } from '../config/settings.ts'
import type { EventBus } from '../events/event-bus.ts'
import { HashThreads } from '../hashing/hash-threads.ts'
import { type KeyKind, Keystore } from '../keys/keystore.ts'
import { createCrypto } from '../keys/node-crypto.ts'
import { type AskPassphrase, openSealedKeys } from '../keys/open-sealed-keys.ts'
import { CheckMeter } from '../network-node/check-meter.ts'
import { systemRandom } from '../network-node/system-random.ts'
import { DataFolder, folderFiles } from '../storage/data-folder.ts'
import { SigningJournal } from '../work/journal/signing-journal.ts'
import type { Parts } from './parts.ts'
import { systemClock } from './system-clock.ts'

export interface Foundation {
  readonly settings: Settings
  readonly network: NetworkFile
  readonly bus: EventBus
  readonly clock: Clock
  readonly random: Random
  /** Its signature checks are charged to the peers that they are made for. */
  readonly crypto: Crypto
  readonly meter: CheckMeter
  readonly domain: SigningDomain
  readonly leaves: LeafHasher
  readonly folder: DataFolder
  readonly journal: SigningJournal
  readonly keys: Keystore
  readonly chain: ChainView
  /** The chain itself; `undefined` where a table stands in for one. */
  readonly settling: SettlingChain | undefined
  readonly head: HeadWatch
  /** The escrow that vouchers name; zero in a network without a chain. */
  readonly escrow: Address
}

export interface FoundationOptions {
  readonly settings: Settings
  readonly network: NetworkFile
  readonly bus: EventBus
  /** The node has started. */
  readonly isUp: () => boolean
  /** The owner's word that no other copy of this node runs. */
  readonly confirmRestored?: boolean
  /** Keys that the roles of this node need. */
  readonly keyKinds: readonly KeyKind[]
  /** Asked where one of them is sealed, before anything else is started. */
  readonly passphrase?: AskPassphrase | undefined
  /** The folder is this node's alone from here on. */
  readonly onFolder?: (folder: DataFolder) => void
}

/** @throws MeshError DATA_FOLDER_*, DISK_FULL, KEY_FILE, KEY_SEALED, KEY_PASSPHRASE, PASSPHRASE_FILE, CHAIN_UNREACHABLE, TIMEOUT */
export async function layFoundation(parts: Parts, options: FoundationOptions): Promise<Foundation> {
  const { settings, network, bus } = options
  const clock = systemClock
  const random = systemRandom
  const meter = new CheckMeter(clock)
  const crypto = meter.metered(await createCrypto())
  const domain = signingDomain({ networkId: network.networkId, chainId: BigInt(network.chainId) }, crypto)
  const folder = await parts.start('data folder', () =>
    DataFolder.open(settings.dataFolder, { clock, onChange: (space) => bus.emit({ kind: 'space:changed', space }) }),
  )
  options.onFolder?.(folder)
  const keys = await parts.start('keys', async (signal) => {
    const store = new Keystore(join(folder.path, folderFiles.keys), { crypto, random, clock })
    await openSealedKeys(store, options.keyKinds, options.passphrase, signal)
    return store
  })
  const leaves = await parts.start(
    'hash threads',
    () =>
      new HashThreads({ clock, here: leafHasherHere(crypto, clock), onFailure: bus.trouble('hashing in a thread') }),
  )
  const journal = await parts.start('journal', () =>
    SigningJournal.open(folder, {
      clock,
      escrow: escrowAddress(network),
      onFailure: bus.trouble('keeping the journal'),
      onMigrated: ({ path, from, to, copy }) =>
        bus.emit({ kind: 'store:migrated', file: basename(path), from, to, copy: basename(copy) }),
      // A start that fails for it says so itself, and one that succeeds says so when it has.
      onStopped: (error) => {
        if (options.isUp()) bus.emit({ kind: 'signing:stopped', error })
      },
    }),
  )
  if (options.confirmRestored === true) await journal.confirmRestored()
  const { view: chain, settling } = await parts.start('chain', (signal) =>
    openChain(
      network,
      {
        clock,
        hasher: crypto,
        endpoints: settings.chainEndpoints,
        onEndpoint: (health) => bus.emit({ kind: 'chain:endpoint', ...health }),
      },
      signal,
    ),
  )
  const head = await parts.start('chain head', (signal) =>
    HeadWatch.start(chain, clock, bus.trouble('asking for the chain head'), signal),
  )
  return {
    settings,
    network,
    bus,
    clock,
    random,
    crypto,
    meter,
    domain,
    leaves,
    folder,
    journal,
    keys,
    chain,
    settling,
    head,
    escrow: escrowAddress(network),
  }
}
