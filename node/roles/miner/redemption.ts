/**
 * Where a chain settles, the miner takes its vouchers there with its operator key, which needs some gas money and moves no funds. Each
 * contract set that holds some has a desk: a voucher is paid by the escrow that it names.
 */

import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, ZERO_ADDRESS } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import { contractSet } from '../../chain/contracts/contract-set.ts'
import type { SettlingChain } from '../../chain/open-chain.ts'
import { gasCeilingWei } from '../../chain/transactions/gas-ceiling.ts'
import type { TransactionDesk } from '../../chain/transactions/transaction-desk.ts'
import type { NetworkFile } from '../../config/network-file.ts'
import type { HeldVouchers } from '../../work/journal/held-vouchers.ts'
import type { MinerRecords } from '../../work/journal/miner-records.ts'
import { RedemptionDesk, type RedemptionTuning } from '../../work/redemption/redemption-desk.ts'
import type { NodeTransactions } from '../chain/transactions.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'

/** A voucher is looked at this often at most, and ten times within the age at which it is redeemed. */
const LOOK_MS_MAX = 30_000
const LOOKS_PER_AGE = 10
const LOOK_MS_MIN = 500

export interface SetRedemption {
  /** Name of the contract set in the network file. */
  readonly set: string
  readonly desk: RedemptionDesk
}

/** The current set first; none in a network without a chain. @throws MeshError DATA_FOLDER_*, DISK_FULL */
export async function startRedemptions(
  parts: Parts,
  base: Foundation,
  transactions: NodeTransactions,
  tuning: RedemptionTuning = redemptionTuning(base.settings),
): Promise<readonly SetRedemption[]> {
  const { settling, bus, journal, network } = base
  if (settling === undefined) return []
  const desk = await transactions.desk()
  const started: SetRedemption[] = []
  for (const { set, chain, vouchers } of setsWithVouchers(network, settling, journal.miner)) {
    const open = () => deskOf(base, desk, chain, vouchers, tuning)
    started.push({ set, desk: await parts.start(`redemption at ${set}`, open) })
  }
  for (const escrow of unnamedEscrows(network, journal.miner)) {
    const error = new MeshError('NOT_FOUND', { what: 'contract set with the escrow', id: escrow })
    bus.emit({ kind: 'trouble', during: 'redeeming vouchers of an older contract set', error })
  }
  return started
}

type Held = Pick<HeldVouchers, keyof HeldVouchers>
type MinerVouchers = Pick<MinerRecords, keyof HeldVouchers | 'retiredEscrows' | 'retired'>

/** The current set, and of the older ones those under which something is held. */
export function setsWithVouchers(
  { contractSets }: Pick<NetworkFile, 'contractSets'>,
  settling: SettlingChain,
  held: MinerVouchers,
): readonly { readonly set: string; readonly chain: SettlingChain; readonly vouchers: Held }[] {
  const old = new Set<string>(held.retiredEscrows())
  const current = contractSets.find(({ redeemOnly }) => !redeemOnly)
  return [
    { set: current?.name ?? '', chain: settling, vouchers: held },
    ...contractSets.flatMap((named) => {
      const contracts = contractSet(named)
      if (named === current || !old.has(contracts.escrow)) return []
      return [{ set: named.name, chain: { ...settling, contracts }, vouchers: held.retired(contracts.escrow) }]
    }),
  ]
}

/** Under these something is held that cannot be redeemed until the network file names their set. */
export function unnamedEscrows(
  { contractSets }: Pick<NetworkFile, 'contractSets'>,
  held: Pick<MinerVouchers, 'retiredEscrows'>,
): readonly Address[] {
  const named = new Set<string>(contractSets.map(({ escrow }) => escrow))
  return held.retiredEscrows().filter((escrow) => escrow !== ZERO_ADDRESS && !named.has(escrow))
}

export function redemptionTuning({
  redeemAfterSeconds,
  redeemAt,
  redeemMin,
  gasGweiMax,
}: Foundation['settings']): RedemptionTuning {
  const ageMsMax = redeemAfterSeconds * 1_000
  return {
    terms: { amountMin: redeemAt as Credits, ageMsMax, dust: redeemMin as Credits },
    lookMs: Math.max(LOOK_MS_MIN, Math.min(LOOK_MS_MAX, Math.floor(ageMsMax / LOOKS_PER_AGE))),
    feePerGasMax: gasCeilingWei({ gasGweiMax }),
  }
}

function deskOf(
  { clock, crypto, bus }: Foundation,
  desk: TransactionDesk,
  chain: SettlingChain,
  journal: Held,
  tuning: RedemptionTuning,
): RedemptionDesk {
  return new RedemptionDesk({
    clock,
    hasher: crypto,
    chain,
    desk,
    journal,
    tuning,
    onEvent: (event) => {
      switch (event.kind) {
        case 'sent':
          return bus.emit({ ...event, kind: 'redemption:sent' })
        case 'paid':
          return bus.emit({ ...event, kind: 'redemption:paid' })
        case 'forgotten':
          return bus.emit({ ...event, kind: 'redemption:forgotten' })
        case 'refused':
          return bus.emit({ ...event, kind: 'redemption:refused' })
      }
    },
    onFailure: bus.trouble('redeeming vouchers'),
  })
}
