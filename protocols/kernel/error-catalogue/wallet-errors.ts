/** What an account has on the chain, and what is moved. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const walletErrors = {
  WALLET_BUSY: entry(
    97,
    'local',
    true,
    'another command (process {pid}) moves money of this node now',
    'Wait until it has ended, and run this one again.',
  ),
  NOTHING_SETTLES: entry(
    38,
    'caller',
    false,
    'the network {network} has no chain: nothing settles in it, and no money can be moved',
    'Name a network with a chain: --network <file>.',
  ),
  TOKENS_SHORT: entry(
    33,
    'caller',
    false,
    'the account {address} holds {held|units} of the token, and {needed|units} are needed',
    'Send it the rest, or name a smaller amount.',
  ),
  ALLOWANCE_SHORT: entry(
    36,
    'caller',
    false,
    'the contract {contract} may take {allowed|units} of the tokens of {address}, and {needed|units} are needed',
    'Try again: the approval is sent with it. Another program of this account may have lowered it.',
  ),
  STAKE_SHORT: entry(
    34,
    'caller',
    false,
    'of the stake {there|units} can start to thaw, and {asked|units} are asked',
    'Name a smaller amount: see aitbc stake.',
  ),
  ESCROW_LOOSE: entry(
    35,
    'caller',
    false,
    'of this part of the escrow {there|units} can be moved, and {asked|units} are asked',
    'Name a smaller amount, or deposit first: see aitbc escrow.',
  ),
  NOT_THAWED: entry(37, 'caller', true, 'nothing of the {what} can be withdrawn: {why}', '{next}'),
  GAS_SHORT: entry(
    75,
    'caller',
    true,
    'the account {address} holds {have} of the coin that pays for gas, and {purpose} may cost {need}',
    'Send it that much of the coin of the chain {chainId}.',
  ),
} as const satisfies Record<string, ErrorEntry>
