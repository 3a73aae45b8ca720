/**
 * The money desk of a network's chain, for a command. It keeps its transactions in a folder of its own inside the data folder, so that
 * it works beside a running node, and takes up what an earlier command left.
 */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { currentContracts } from '../config/network-file.ts'
import { createCrypto } from '../keys/node-crypto.ts'
import { systemRandom } from '../network-node/system-random.ts'
import { systemClock } from '../roles/system-clock.ts'
import { DataFolder, folderFiles } from '../storage/data-folder.ts'
import { ContractMoneyDesk } from './money/contract-money-desk.ts'
import type { EarningsBook, MoneyDesk, OpenMoneyDesk } from './money-desk.ts'
import { openChain } from './open-chain.ts'
import { TransactionJournal } from './transactions/transaction-journal.ts'

/** Inside the data folder. */
export const WALLET_FOLDER = 'wallet'

export const openMoneyDesk: OpenMoneyDesk = async (needs): Promise<MoneyDesk> => {
  const { network, dataFolder, addressOf, signerOf, signal } = needs
  const contracts = currentContracts(network)
  if (network.chain.kind === 'table') throw new MeshError('NOTHING_SETTLES', { network: network.networkId })
  if (contracts === undefined) throw new MeshError('CONTRACTS_MISSING', { network: network.networkId })
  await using stack = new AsyncDisposableStack()
  const hasher = await createCrypto()
  const { endpoints = [] } = needs
  const { settling } = stack.use(await openChain(network, { clock: systemClock, hasher, endpoints }, signal))
  const folder = stack.use(openWalletFolder(join(dataFolder, WALLET_FOLDER)))
  const chainId = BigInt(network.chainId)
  const journal = stack.use(await TransactionJournal.open(folder, { clock: systemClock, chainId }))
  const current = network.contractSets.find(({ redeemOnly }) => !redeemOnly)
  return new ContractMoneyDesk({
    chain: settling!,
    clock: systemClock,
    random: systemRandom,
    journal,
    coin: network.chain.coin,
    fromBlock: BigInt(current?.block ?? 0),
    addressOf,
    signerOf,
    unredeemed: () => unredeemedIn(join(dataFolder, folderFiles.journal)),
    owned: stack.move(),
  })
}

/** A few transactions: they need no more than this kept free. */
const RESERVE_BYTES = 1_048_576

/** @throws MeshError WALLET_BUSY where another command moves money now; DATA_FOLDER_*, DISK_FULL */
function openWalletFolder(path: string): DataFolder {
  try {
    return DataFolder.open(path, { clock: systemClock, bytes: RESERVE_BYTES })
  } catch (error) {
    if (isMeshError(error, 'DATA_FOLDER_IN_USE'))
      throw new MeshError('WALLET_BUSY', { pid: error.facts.pid ?? 0 }, error)
    throw error
  }
}

/** Read beside the node that writes it; nothing where there is no node. */
function unredeemedIn(path: string): EarningsBook['unredeemed'] {
  const none = { vouchers: 0, amount: credits(0) }
  try {
    using database = new DatabaseSync(path, { readOnly: true })
    const rows = database
      .prepare('SELECT cumulative, redeemed FROM miner_counter WHERE voucher IS NOT NULL AND cumulative > redeemed')
      .all() as { cumulative: Uint8Array; redeemed: Uint8Array }[]
    const amount = rows.reduce((sum, row) => sum + uint64Of(row.cumulative) - uint64Of(row.redeemed), 0n)
    return { vouchers: rows.length, amount: credits(amount) }
  } catch {
    return none
  }
}

const uint64Of = (bytes: Uint8Array): bigint => new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)
