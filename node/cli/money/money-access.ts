/** How a money command reaches the chain: its desk, and the keys of this node, each opened when it is needed. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import type { MoneyDesk, OpenMoneyDesk } from '../../chain/money-desk.ts'
import type { NamedContractSet, NetworkFile } from '../../config/network-file.ts'
import type { KeyKind, Keystore } from '../../keys/keystore.ts'
import { type CommandContext, option } from '../frame/command.ts'
import { unknownWord } from '../frame/usage-error.ts'
import { networkInUse } from '../node/network-in-use.ts'
import { openKeys, walletKeys } from '../wallet/wallet-keys.ts'

export type MoneyContext = Pick<CommandContext, 'config' | 'out' | 'signal' | 'mayAsk'>

/** Flags of every money command: whose money, and how its key is opened. */
export const moneySettings = ['owner', 'passphraseFile'] as const

export interface MoneyAccess extends AsyncDisposable {
  readonly desk: MoneyDesk
  /** Asks for a passphrase the first time, where it must. @throws MeshError KEY_MISSING, KEY_SEALED, KEY_PASSPHRASE, PASSPHRASE_FILE */
  signerOf(kind: KeyKind): Promise<Signer>
}

export const setOption = {
  set: option({ value: 'name', about: 'An older contract set of the network file; the current one unless given.' }),
}

function setNamed({ contractSets }: NetworkFile, name: string | undefined): NamedContractSet | undefined {
  if (name === undefined) return undefined
  const found = contractSets.find((set) => set.name === name)
  if (found !== undefined) return found
  const names = contractSets.map((set) => set.name)
  throw unknownWord('contract set', name, names, `The network file has ${names.join(', ') || 'none'}.`)
}

/**
 * @param set name of an older contract set
 * @throws MeshError CONFIG_*, COMMAND_LINE, KEY_FILE; what {@link OpenMoneyDesk} throws
 */
export async function openMoney(context: MoneyContext, open: OpenMoneyDesk, set?: string): Promise<MoneyAccess> {
  const { out, signal } = context
  const { settings } = await context.config()
  const network = await networkInUse(context)
  const older = setNamed(network, set)
  await using stack = new AsyncDisposableStack()
  const keys = stack.use(await walletKeys(context))
  const addressOf = (kind: KeyKind): Address | undefined =>
    (kind === 'owner' ? settings.owner : undefined) ?? keys.look(kind)?.address
  // Of its own: what is opened later goes with the rest, wherever that has moved to.
  const inUse = stack.use(new DisposableStack())
  const opened = new Map<KeyKind, Signer>()
  const signerOf = async (kind: KeyKind): Promise<Signer> => {
    const known = opened.get(kind)
    if (known !== undefined) return known
    requireKey(keys, kind, addressOf(kind))
    await openKeys(context, keys, [kind])
    const { signer } = inUse.use(keys.load(kind)!)
    opened.set(kind, signer)
    return signer
  }
  using progress = out.progress('asking the chain')
  void progress
  const { dataFolder, chainEndpoints: endpoints } = settings
  const desk = stack.use(await open({ network, dataFolder, endpoints, set: older, addressOf, signerOf, signal }))
  const owned = stack.move()
  return { desk, signerOf, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

function requireKey(keys: Keystore, kind: KeyKind, wanted: Address | undefined): void {
  const found = keys.look(kind)
  if (found !== undefined && found.address === wanted) return
  const isMade = kind === 'operator' || kind === 'session'
  const make = isMade ? 'A node makes it when it starts.' : `Make one, or bring it: aitbc help wallet.`
  if (wanted === undefined) throw new MeshError('KEY_MISSING', { kind, remedy: make })
  throw new MeshError('KEY_MISSING', {
    kind: `key of the ${kind} ${wanted}`,
    remedy: 'It is cold: use the wallet that has it, or bring the key with aitbc wallet import.',
  })
}
