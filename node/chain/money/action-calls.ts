/** Which calls of the contracts make up an action, in order. Pure. */
import { encodeCall } from '../../../contracts/binding/contract-codec.ts'
import type { Hex } from '../../../contracts/binding/values.ts'
import { escrow } from '../../../contracts/generated/escrow.ts'
import { identityRegistry } from '../../../contracts/generated/identity-registry.ts'
import { meshToken } from '../../../contracts/generated/mesh-token.ts'
import { stakeVault } from '../../../contracts/generated/stake-vault.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { ContractSet } from '../contracts/contract-set.ts'
import { type ChannelPart, type MoneyAction, type MoneyBooks, STRANGERS, type Thaw } from '../money-desk.ts'

export interface ActionCall {
  /** As people read it: `approve`, `stake`. */
  readonly what: string
  readonly to: Address
  readonly data: Hex
  /**
   * Gas to reckon with where the call cannot be estimated, for one before it must be mined first: somewhat above what the gas
   * table of contracts/README.md measures.
   */
  readonly gasUnseen?: bigint
}

const STAKE_GAS = 120_000n
const DEPOSIT_GAS = 110_000n

/** Which contract an action pays into: it must be allowed to take that much of the sender's tokens. */
export function payeeOf(action: MoneyAction, set: ContractSet): Address | undefined {
  if (action.kind === 'stake') return set.stakeVault
  return action.kind === 'deposit' ? set.escrow : undefined
}

/** @param allowance of the sender's tokens for {@link payeeOf}; 0 where there is no payee */
export function callsOf(
  action: MoneyAction,
  set: ContractSet,
  books: MoneyBooks,
  allowance: bigint,
): readonly ActionCall[] {
  const vault = (data: Hex, what: string): ActionCall => ({ what, to: set.stakeVault, data })
  const pay = (data: Hex, what: string): ActionCall => ({ what, to: set.escrow, data })
  switch (action.kind) {
    case 'stake':
      return paid(action.amount, allowance, set, {
        ...vault(encodeCall(stakeVault, 'stake', [action.amount]), 'stake'),
        gasUnseen: STAKE_GAS,
      })
    case 'deposit':
      return paid(action.amount, allowance, set, {
        ...pay(encodeCall(escrow, 'deposit', [action.amount]), 'deposit'),
        gasUnseen: DEPOSIT_GAS,
      })
    case 'unstake':
      return [vault(encodeCall(stakeVault, 'thaw', [action.amount]), 'start the thaw')]
    case 'withdraw-stake':
      return [vault(encodeCall(stakeVault, 'withdraw', []), 'withdraw stake')]
    case 'withdraw-earnings':
      return [vault(encodeCall(stakeVault, 'withdrawEarnings', []), 'withdraw earnings')]
    case 'register': {
      const { value, ownerSignature, operatorSignature } = action.certificate
      const args = [value, signature(ownerSignature), signature(operatorSignature)] as const
      const data = encodeCall(identityRegistry, 'authorise', args)
      return [{ what: 'bind the operator to its owner', to: set.identityRegistry, data }]
    }
    case 'fund':
      return [pay(encodeCall(escrow, 'fund', lists(action.parts)), 'set aside')]
    case 'thaw-balance':
      return [pay(encodeCall(escrow, 'thaw', [action.amount]), 'start the thaw')]
    case 'thaw-channels':
      return [pay(encodeCall(escrow, 'thawChannels', lists(action.parts)), 'start the thaw of channels')]
    case 'withdraw-escrow': {
      const thawed = thawedOf(books)
      return [
        ...(thawed.balance ? [pay(encodeCall(escrow, 'withdraw', []), 'withdraw the balance')] : []),
        ...(thawed.miners.length === 0
          ? []
          : [pay(encodeCall(escrow, 'withdrawChannels', [thawed.miners]), 'withdraw from channels')]),
      ]
    }
  }
}

function paid(amount: bigint, allowance: bigint, set: ContractSet, call: ActionCall): readonly ActionCall[] {
  if (allowance >= amount) {
    const { gasUnseen: _, ...seen } = call
    return [seen]
  }
  const data = encodeCall(meshToken, 'approve', [call.to, amount])
  return [{ what: 'approve', to: set.token, data }, call]
}

/** Whose thaw is over, by the clock of the chain. */
function thawedOf({ escrow: book, blockTimeS }: MoneyBooks): { balance: boolean; miners: readonly Address[] } {
  const isOver = ({ amount, endsAtS }: Thaw): boolean => amount > 0n && endsAtS <= blockTimeS
  if (book === undefined) return { balance: false, miners: [] }
  const miners = book.channels.filter(({ thaw }) => isOver(thaw)).map(({ miner }) => miner)
  return { balance: isOver(book.thaw), miners: isOver(book.reserve.thaw) ? [...miners, STRANGERS] : miners }
}

const lists = (parts: readonly ChannelPart[]): readonly [readonly Address[], readonly bigint[]] => [
  parts.map(({ miner }) => miner),
  parts.map(({ amount }) => amount),
]

/** ERC-2098, as the contracts take it. */
export const signature = (bytes: Uint8Array): { readonly r: Hex; readonly vs: Hex } => ({
  r: toHex(bytes.subarray(0, 32)) as Hex,
  vs: toHex(bytes.subarray(32)) as Hex,
})
