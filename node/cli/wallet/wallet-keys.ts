/** The keystore of the data folder, for the wallet's commands. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import type { KeyFacts, KeyKind, Keystore } from '../../keys/keystore.ts'
import { argument, type CommandContext, flag } from '../frame/command.ts'
import { oneOf } from '../frame/usage-error.ts'

export type WalletContext = Pick<CommandContext, 'config' | 'out' | 'signal' | 'mayAsk'>

/** Those that people make or bring: an operator's or a session's key is nothing but this node's. */
export const ownKinds = ['owner', 'payer'] as const
/** By their order in the list. */
export const allKinds = ['owner', 'operator', 'payer', 'session'] as const satisfies readonly KeyKind[]

export const ownKind = argument('owner, which has stake and earnings, or payer, which has the escrow', {
  parse: oneOf('kind of key', ...ownKinds),
  offers: () => ownKinds,
})
export const anyKind = oneOf('kind of key', ...allKinds)

export const sealOptions = {
  noPassphrase: flag('Not sealed: whoever reads the file has the key.'),
}

/** @throws MeshError CONFIG_* */
export async function walletKeys({ config }: Pick<CommandContext, 'config'>): Promise<Keystore> {
  const { join } = await import('node:path')
  const { Keystore } = await import('../../keys/keystore.ts')
  const { createCrypto } = await import('../../keys/node-crypto.ts')
  const { systemRandom } = await import('../../network-node/system-random.ts')
  const { systemClock } = await import('../../roles/system-clock.ts')
  const { folderFiles } = await import('../../storage/data-folder.ts')
  const { settings } = await config()
  const needs = { crypto: await createCrypto(), random: systemRandom, clock: systemClock }
  return new Keystore(join(settings.dataFolder, folderFiles.keys), needs)
}

/** What is signed is good in this network alone. @throws MeshError CONFIG_* */
export async function walletDomain(context: Pick<CommandContext, 'config' | 'signal'>): Promise<SigningDomain> {
  const { signingDomain } = await import('../../../protocols/statements/struct-hash.ts')
  const { createCrypto } = await import('../../keys/node-crypto.ts')
  const { networkInUse } = await import('../node/network-in-use.ts')
  const { networkId, chainId } = await networkInUse(context)
  return signingDomain({ networkId, chainId: BigInt(chainId) }, await createCrypto())
}

/** Of Unix seconds. */
export const isoOf = (seconds: bigint): string => new Date(Number(seconds) * 1_000).toISOString()

/** @throws MeshError NOT_FOUND, KEY_FILE */
export function existingKey(keys: Keystore, kind: KeyKind): KeyFacts {
  const found = keys.look(kind)
  if (found === undefined) throw new MeshError('NOT_FOUND', { what: 'key', id: kind })
  return found
}

/** Before a passphrase is asked for in vain. @throws MeshError KEY_FILE */
export function requireNone(keys: Keystore, kind: KeyKind): void {
  const found = keys.look(kind)
  if (found === undefined) return
  throw new MeshError('KEY_FILE', {
    path: found.path,
    why: `the ${kind} ${found.address} is there already, and a key is never replaced`,
    remedy: `Keep it, or move the file to a safe place: what ${found.address} holds can be moved with it alone.`,
  })
}

/** The passphrase that a key file is to be sealed under; `undefined` where its owner says so. @throws MeshError COMMAND_LINE, PASSPHRASE_FILE, CANCELLED */
export async function sealingPassphrase(
  { config, mayAsk, signal }: WalletContext,
  noPassphrase: boolean,
): Promise<string | undefined> {
  if (noPassphrase) return undefined
  const { newPassphrase } = await import('../prompts/passphrase.ts')
  const { passphraseFile } = (await config()).settings
  return newPassphrase({
    passphraseFile,
    mayAsk,
    signal,
    whose: 'private',
    prompt: 'Passphrase of the key',
    otherwise: 'Name its file with --passphrase-file, or say --no-passphrase.',
  })
}

/** Opens those of these keys that are sealed. @throws MeshError KEY_SEALED, KEY_PASSPHRASE, PASSPHRASE_FILE, CANCELLED */
export async function openKeys(context: WalletContext, keys: Keystore, kinds: readonly KeyKind[]): Promise<void> {
  const { openSealedKeys, passphraseOf } = await import('../../keys/open-sealed-keys.ts')
  const { askKeyPassphrase } = await import('../prompts/ask-key-passphrase.ts')
  const { passphraseFile } = (await context.config()).settings
  await openSealedKeys(keys, kinds, passphraseOf(passphraseFile, askKeyPassphrase(context)), context.signal)
}

export interface KeyJson {
  readonly kind: KeyKind
  readonly address: string
  readonly sealed: boolean
  readonly createdAt: string
  readonly path: string
}

export const keyJson = ({ isSealed, ...key }: KeyFacts): KeyJson => ({
  kind: key.kind,
  address: key.address,
  sealed: isSealed,
  createdAt: key.createdAt,
  path: key.path,
})

export const KEY_JSON = '{"kind", "address", "sealed", "createdAt", "path"}'
