/** What every command does that moves money: look, price, ask, sign, wait, and say what is different. */
import { isMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import {
  actorOf,
  type MoneyAction,
  type MoneyBooks,
  type OpenMoneyDesk,
  type Quote,
  type SentTransaction,
} from '../../chain/money-desk.ts'
import { type Change, changesBetween, shortfall } from '../../chain/money-rules.ts'
import { coins } from '../../chain/transactions/coins.ts'
import { flag } from '../frame/command.ts'
import { networkInUse } from '../node/network-in-use.ts'
import { confirm, yesOption } from '../prompts/confirm.ts'
import { countText } from '../screen/numbers.ts'
import { printable } from '../screen/printable.ts'
import { pairs } from '../screen/table.ts'
import { type MoneyContext, openMoney } from './money-access.ts'
import { changeRow, coinText } from './money-text.ts'

export const actionOptions = {
  ...yesOption,
  dryRun: flag('Shows what it would cost, and sends nothing.'),
}

export const ACTION_JSON =
  '{"action", "sender", "transactions": [{"what", "hash", "blockNumber", "gasUsed", "feeWei"}], "changes": [{"figure", "before", ' +
  '"after"}]}; with --dry-run {"action", "sender", "dryRun": true, "transactions": [{"what", "gas"}], "feeWei", "feeWeiMax", "coinWei"}. ' +
  'Amounts are decimal text, in credits or wei'

interface ActionOptions {
  readonly yes: boolean
  readonly dryRun: boolean
  /** Of an older contract set. */
  readonly set?: string | undefined
}

interface Wanted {
  readonly action: MoneyAction
  /** What it does, for people: `stake 5 more`. */
  readonly does: (books: MoneyBooks) => string
  /** What to know before a yes. */
  readonly warns?: (books: MoneyBooks) => string | undefined
  /** Said when it is done. */
  readonly done: (books: MoneyBooks) => string
}

/** @throws MeshError what stands in the way: see node/chain/money-desk.ts; CANCELLED */
export async function performAction(
  context: MoneyContext,
  open: OpenMoneyDesk,
  { yes, dryRun, set }: ActionOptions,
  { action, does, warns, done }: Wanted,
): Promise<void> {
  const { out, signal } = context
  await using money = await openMoney(context, open, set)
  const { desk } = money
  const { before, quote } = await priced(context, money.desk, action)
  const { sender } = quote
  const short = await gasShort(context, action, quote)
  const warning = warns?.(before)
  if (warning !== undefined) out.warn(warning)
  if (dryRun) {
    if (short !== undefined) out.warn(`${short.message}. ${short.hint}`)
    const { transactions, feeWei, feeWeiMax, coinWei } = quote
    const shown = { action: action.kind, sender, dryRun: true, transactions, feeWei, feeWeiMax, coinWei }
    return out.print(shown, () => quoteText(does(before), quote, desk.coin))
  }
  // Of several transactions none is sent where there is not enough for all.
  if (short !== undefined) throw short
  const fee = `${coinText(quote.feeWei, desk.coin)}, at most ${coinText(quote.feeWeiMax, desk.coin)}`
  await confirm(context, `${capital(does(before))}? The fee is about ${fee}.`, yes)
  // Before anything is drawn on the terminal: it may ask for a passphrase.
  await money.signerOf(actorOf[action.kind])
  const transactions = await sent(context, money.desk, action, quote)
  const last = transactions.at(-1)?.blockNumber
  const after = await desk.books(signal, last)
  const changes = changesBetween(before, after)
  await out.print({ action: action.kind, sender, transactions, changes }, () =>
    sentText(done(after), { sender, transactions, changes }, desk.coin),
  )
}

type Desk = Awaited<ReturnType<OpenMoneyDesk>>

async function priced(
  { out, signal }: MoneyContext,
  desk: Desk,
  action: MoneyAction,
): Promise<{ readonly before: MoneyBooks; readonly quote: Quote }> {
  using progress = out.progress('asking the chain what it costs')
  void progress
  const before = await desk.books(signal)
  const missing = shortfall(action, before)
  if (missing !== undefined) throw missing
  return { before, quote: await desk.quote(action, signal) }
}

async function gasShort(
  context: MoneyContext,
  action: MoneyAction,
  { sender, coinWei, feeWei }: Quote,
): Promise<MeshError | undefined> {
  if (coinWei >= feeWei) return undefined
  const { chainId } = await networkInUse(context)
  const facts = { address: sender, have: coins(coinWei), need: coins(feeWei), purpose: action.kind, chainId }
  return new MeshError('GAS_SHORT', facts)
}

async function sent(
  { out, signal }: MoneyContext,
  desk: Desk,
  action: MoneyAction,
  { feeWeiMax }: Quote,
): Promise<readonly SentTransaction[]> {
  let isSent = false
  using progress = out.progress('signing')
  try {
    return await desk.perform(action, {
      feeWeiMax,
      signal,
      onStep: (what) => {
        isSent = true
        progress.relabel(printable(what))
      },
    })
  } catch (error) {
    // These come before anything is sent, or after it was mined.
    const isKnown = isMeshError(error, 'TRANSACTION_REVERTS', 'TRANSACTION_FAILED', 'GAS_SHORT', 'ALLOWANCE_SHORT')
    if (isSent && !isKnown) out.warn('What was sent cannot be taken back: it may still be mined.')
    throw error
  }
}

function quoteText(does: string, { sender, transactions, feeWei, feeWeiMax, coinWei }: Quote, coin: string): string {
  const rows = transactions.map(({ what, gas }) => [what, `${countText(gas)} gas`] as const)
  return [
    `To ${does} would take:`,
    pairs([
      ...rows,
      ['fee', `about ${coinText(feeWei, coin)}, at most ${coinText(feeWeiMax, coin)}`],
      ['paid by', `${sender}, which has ${coinText(coinWei, coin)}`],
    ]),
    'Nothing was sent.',
  ].join('\n')
}

interface Done {
  readonly sender: Address
  readonly transactions: readonly SentTransaction[]
  readonly changes: readonly Change[]
}

function sentText(said: string, { transactions, changes }: Done, coin: string): string {
  const hashes = transactions.map(
    ({ what, hash, blockNumber, gasUsed, feeWei }) =>
      [what, `${hash} in block ${blockNumber}, ${countText(gasUsed)} gas, ${coinText(feeWei, coin)}`] as const,
  )
  return [said, pairs([...changes.map(changeRow), ...hashes])].join('\n')
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
