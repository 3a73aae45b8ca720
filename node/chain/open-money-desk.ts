/**
 * The money desk of a network's chain, for a command. It keeps its transactions in a folder of its own inside the data folder, so that
 * it works beside a running node, and takes up what an earlier command left.
 */

import { join } from 'node:path'
import { isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { createCrypto } from '../keys/node-crypto.ts'
import { systemRandom } from '../network-node/system-random.ts'
import { systemClock } from '../roles/system-clock.ts'
import { DataFolder, folderFiles } from '../storage/data-folder.ts'
import { type HeldElsewhere, readHeldVouchers } from '../work/journal/read-held-vouchers.ts'
import { contractSet } from './contracts/contract-set.ts'
import { ContractMoneyDesk } from './money/contract-money-desk.ts'
import type { EarningsBook, MoneyDesk, OpenMoneyDesk } from './money-desk.ts'
import { openChain } from './open-chain.ts'
import { TransactionJournal } from './transactions/transaction-journal.ts'

/** Inside the data folder. */
export const WALLET_FOLDER = 'wallet'

export const openMoneyDesk: OpenMoneyDesk = async (needs): Promise<MoneyDesk> => {
  const { network, dataFolder, addressOf, signerOf, signal } = needs
  const current = needs.set ?? network.contractSets.find(({ redeemOnly }) => !redeemOnly)
  if (network.chain.kind === 'table') throw new MeshError('NOTHING_SETTLES', { network: network.networkId })
  if (current === undefined) throw new MeshError('CONTRACTS_MISSING', { network: network.networkId })
  await using stack = new AsyncDisposableStack()
  const hasher = await createCrypto()
  const { endpoints = [] } = needs
  const contracts = contractSet(current)
  const { settling } = stack.use(await openChain(network, { clock: systemClock, hasher, endpoints, contracts }, signal))
  const folder = stack.use(openWalletFolder(join(dataFolder, WALLET_FOLDER)))
  const chainId = BigInt(network.chainId)
  const journal = stack.use(await TransactionJournal.open(folder, { clock: systemClock, chainId }))
  return new ContractMoneyDesk({
    chain: settling!,
    clock: systemClock,
    random: systemRandom,
    journal,
    coin: network.chain.coin,
    fromBlock: BigInt(current.block),
    olderSets: network.contractSets.flatMap((set) =>
      set === current || needs.set !== undefined ? [] : [{ name: set.name, set: contractSet(set) }],
    ),
    addressOf,
    signerOf,
    unredeemed: unredeemedAt(dataFolder),
    owned: stack.move(),
  })
}

/** A few transactions: they need no more than this kept free. */
const RESERVE_BYTES = 1_048_576

/** @throws MeshError WALLET_BUSY where another command moves money now; DATA_FOLDER_*, DISK_FULL */
export function openWalletFolder(path: string): DataFolder {
  try {
    return DataFolder.open(path, { clock: systemClock, bytes: RESERVE_BYTES })
  } catch (error) {
    if (isMeshError(error, 'DATA_FOLDER_IN_USE'))
      throw new MeshError('WALLET_BUSY', { pid: error.facts.pid ?? 0 }, error)
    throw error
  }
}

/** What this node holds that an escrow pays; nothing where there is no node, or its journal cannot be read. */
const unredeemedAt =
  (dataFolder: string) =>
  (escrow: Address): EarningsBook['unredeemed'] => {
    const held = heldIn(dataFolder).filter((each) => each.escrow === escrow)
    const amount = held.reduce((sum, { cumulative, redeemed }) => sum + cumulative - redeemed, 0n)
    return { vouchers: held.length, amount: credits(amount) }
  }

function heldIn(dataFolder: string): readonly HeldElsewhere[] {
  try {
    return readHeldVouchers(join(dataFolder, folderFiles.journal))
  } catch {
    return []
  }
}
