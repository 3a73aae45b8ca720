/** Whose key deploys: the owner of the data folder, or one in the file of another wallet. */

import { foreignSecret, unreadableKey } from '../../node/cli/wallet/foreign-secret.ts'
import { openKeys, walletKeys } from '../../node/cli/wallet/wallet-keys.ts'
import { createCrypto } from '../../node/keys/node-crypto.ts'
import { Secp256k1Signer } from '../../node/keys/secp256k1-signer.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Signer } from '../../protocols/kernel/ports.ts'
import type { DeployContext } from './deploy-for-network.ts'

export interface DeployerKey extends AsyncDisposable {
  readonly address: Address
  /** Asks for a passphrase where it must. @throws MeshError KEY_SEALED, KEY_PASSPHRASE, PASSPHRASE_FILE, CANCELLED */
  signer(): Promise<Signer>
}

/** @throws MeshError KEY_MISSING, KEY_FILE; of a file also what its passphrase may lack */
export async function openDeployer(context: DeployContext): Promise<DeployerKey> {
  const { key: path, keyPassphraseFile: passphraseFile } = context.options
  await using stack = new AsyncDisposableStack()
  if (path !== undefined) {
    const signer = stack.use(await signerOf(context, path, passphraseFile))
    const opened = stack.move()
    const { address } = signer
    return { address, signer: async () => signer, [Symbol.asyncDispose]: () => opened.disposeAsync() }
  }
  const keys = stack.use(await walletKeys(context))
  const found = keys.look('owner')
  if (found === undefined)
    throw new MeshError('KEY_MISSING', {
      kind: 'owner',
      remedy: 'Make one with aitbc wallet new owner, or name a keystore file with --key.',
    })
  const opened = stack.move()
  return {
    address: found.address,
    async signer() {
      await openKeys(context, keys, ['owner'])
      return opened.use(keys.load('owner')!).signer
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function signerOf(
  context: DeployContext,
  path: string,
  passphraseFile: string | undefined,
): Promise<Secp256k1Signer> {
  const secret = await foreignSecret(context, path, { passphraseFile, flag: '--key-passphrase-file' })
  try {
    return new Secp256k1Signer(secret, await createCrypto())
  } catch (error) {
    if (error instanceof RangeError) throw unreadableKey(path, 'it holds no key of the curve')
    throw error
  } finally {
    secret.fill(0)
  }
}
