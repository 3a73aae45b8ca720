/** Who has what in a network on this machine, as the chain says: before its jobs and after. */
import { escrow } from '../../contracts/generated/escrow.ts'
import { meshToken } from '../../contracts/generated/mesh-token.ts'
import { stakeVault } from '../../contracts/generated/stake-vault.ts'
import { ContractReader } from '../../node/chain/contracts/contract-reader.ts'
import { contractSet } from '../../node/chain/contracts/contract-set.ts'
import { unitsText } from '../../node/cli/screen/credit-amounts.ts'
import { table } from '../../node/cli/screen/table.ts'
import { readCertificate } from '../../node/keys/certificate-file.ts'
import type { RunningNode } from '../../node/roles/start-node.ts'
import { type Address, ZERO_ADDRESS } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import type { Testnet } from './create-testnet.ts'
import type { LocalSettlement } from './local-settlement.ts'

/** One line of the books: whose, what it is, how much. */
export interface BookLine {
  readonly who: string
  readonly what: string
  readonly amount: Credits
}

/** All credits that ever were are in one of these lines. */
export async function networkBooks(net: Testnet, settlement: LocalSettlement): Promise<readonly BookLine[]> {
  const { rpc } = settlement
  const set = contractSet(settlement.contracts)
  const pay = new ContractReader(rpc, escrow, set.escrow)
  const vault = new ContractReader(rpc, stakeVault, set.stakeVault)
  const token = new ContractReader(rpc, meshToken, set.token)
  const { blockNumber } = await rpc.head()
  const at = [undefined, blockNumber] as const
  const lines: BookLine[] = []
  const payer = net.client.client!.purse.payer
  const [account, reserve, loose] = await Promise.all([
    pay.read('accountOf', [payer], ...at),
    pay.read('channelOf', [payer, ZERO_ADDRESS], ...at),
    token.read('balanceOf', [payer], ...at),
  ])
  const channels = await Promise.all(
    net.miners.map(({ operator }) => pay.read('channelOf', [payer, operator ?? ZERO_ADDRESS], ...at)),
  )
  const inEscrow = channels.reduce((sum, { deposit }) => sum + deposit, account.balance + reserve.deposit)
  lines.push({ who: 'client', what: 'in escrow', amount: credits(inEscrow) })
  let known = inEscrow + loose
  let inVault = 0n
  for (const miner of net.miners) {
    const owner = ownerOf(miner)
    const [stake, earnings, tokens] = await Promise.all([
      vault.read('accountOf', [owner], ...at),
      vault.read('earningsOf', [owner], ...at),
      token.read('balanceOf', [owner], ...at),
    ])
    const earned = earnings.withdrawable + earnings.locked
    lines.push({ who: miner.settings.name, what: 'staked', amount: credits(stake.total) })
    lines.push({ who: miner.settings.name, what: 'earned', amount: credits(earned) })
    inVault += stake.total + earned
    known += tokens
  }
  const [held, fees, slashed, supply] = await Promise.all([
    token.read('balanceOf', [vault.address], ...at),
    pay.read('unburned', [], ...at),
    vault.read('unburned', [], ...at),
    token.read('totalSupply', [], ...at),
  ])
  lines.push({ who: 'nobody', what: 'fees to be burned', amount: credits(fees + slashed) })
  // What the vault holds beside stakes, earnings and what it burns waits for reporters and victims.
  lines.push({ who: 'reporters', what: 'rewards that wait', amount: credits(held - inVault - slashed) })
  lines.push({ who: 'everybody else', what: 'tokens', amount: credits(supply - known - held - fees) })
  return lines
}

const ownerOf = ({ settings }: RunningNode): Address => readCertificate(settings.dataFolder)!.value.owner

/** Amounts in credits. */
export const booksJson = (before: readonly BookLine[], after: readonly BookLine[]): readonly object[] =>
  before.map(({ who, what, amount }, i) => ({ who, what, before: amount, after: after[i]!.amount }))

/** Only what is different. */
export function booksText(before: readonly BookLine[], after: readonly BookLine[]): string {
  const rows = before.map((line, i) => ({ ...line, after: after[i]!.amount }))
  const changed = rows.filter(({ amount, after: now }) => amount !== now)
  return table(changed, [
    { title: 'ON THE CHAIN', cell: ({ who, what }) => `${who}, ${what}` },
    { title: 'BEFORE', cell: ({ amount }) => unitsText(amount), align: 'right' },
    { title: 'AFTER', cell: ({ after: now }) => unitsText(now), align: 'right' },
    { title: 'CHANGE', cell: ({ amount, after: now }) => signed(now - amount), align: 'right' },
  ])
}

const signed = (change: bigint): string => (change < 0n ? `-${unitsText(-change)}` : `+${unitsText(change)}`)
