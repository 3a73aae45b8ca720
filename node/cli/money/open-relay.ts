/** A chain and a desk of transactions for somebody who relays vouchers, beside a running node. */

import { join } from 'node:path'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import { contractErrorName } from '../../chain/contracts/contract-errors.ts'
import { openChain } from '../../chain/open-chain.ts'
import { openWalletFolder, WALLET_FOLDER } from '../../chain/open-money-desk.ts'
import { gasCeilingWei } from '../../chain/transactions/gas-ceiling.ts'
import { TransactionDesk } from '../../chain/transactions/transaction-desk.ts'
import { TransactionJournal } from '../../chain/transactions/transaction-journal.ts'
import { tuningOf } from '../../chain/transactions/tuning.ts'
import type { NetworkFile } from '../../config/network-file.ts'
import { createCrypto } from '../../keys/node-crypto.ts'
import { systemClock } from '../../roles/system-clock.ts'
import {
  type AtEscrow,
  gasOfRelay,
  previewRelay,
  type RelayedTransaction,
  type RelayPreview,
  relayVouchers,
} from '../../work/redemption/relay-vouchers.ts'
import type { CommandContext } from '../frame/command.ts'

export interface Relay extends AsyncDisposable {
  preview(sets: readonly AtEscrow[]): Promise<{
    readonly previews: readonly RelayPreview[]
    readonly quote: { readonly gas: bigint; readonly feeWei: bigint }
  }>
  send(
    sets: readonly AtEscrow[],
    signer: Signer,
    onMined: (vouchers: number) => void,
  ): Promise<readonly RelayedTransaction[]>
}

/** @throws MeshError CHAIN_*, CONTRACTS_MISSING, CONTRACT_CODE */
export async function openRelay(
  { config, signal }: Pick<CommandContext, 'config' | 'signal'>,
  network: NetworkFile,
  from: Address,
): Promise<Relay> {
  const { settings } = await config()
  await using stack = new AsyncDisposableStack()
  const hasher = await createCrypto()
  const needs = { clock: systemClock, hasher, endpoints: settings.chainEndpoints }
  const settling = stack.use(await openChain(network, needs, signal)).settling!
  const { rpc } = settling
  const owned = stack.move()
  return {
    async preview(sets) {
      const previews = await previewRelay(rpc, sets, from, signal)
      const gas = await gasOfRelay(rpc, sets, from, signal)
      const { baseFees, tips } = await rpc.feeHistory(signal)
      return { previews, quote: { gas, feeWei: gas * (baseFees.at(-1)! + (tips.at(-1) ?? 0n)) } }
    },
    async send(sets, signer, onMined) {
      await using opened = new AsyncDisposableStack()
      const folder = opened.use(openWalletFolder(join(settings.dataFolder, WALLET_FOLDER)))
      const chainId = BigInt(network.chainId)
      const journal = opened.use(await TransactionJournal.open(folder, { clock: systemClock, chainId }))
      const desk = opened.use(
        new TransactionDesk({
          ...{ journal, chain: rpc, signer, clock: systemClock },
          tuning: tuningOf(settling),
          errorNames: contractErrorName,
        }),
      )
      const feePerGasMax = gasCeilingWei(settings)
      return await relayVouchers(sets, { ...{ rpc, desk, hasher, feePerGasMax, signal }, onMined })
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
