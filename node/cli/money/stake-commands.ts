import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { MoneyBooks, OlderBook, OpenMoneyDesk, StakeBook } from '../../chain/money-desk.ts'
import { argument, type Command, defineCommand, optionalArgument } from '../frame/command.ts'
import { usageError } from '../frame/usage-error.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { pairs } from '../screen/table.ts'
import { parseSum } from './amount-words.ts'
import { type MoneyContext, moneySettings, openMoney, setOption } from './money-access.ts'
import { coinText, thawEnds, thawText } from './money-text.ts'
import { ACTION_JSON, actionOptions, performAction } from './perform-action.ts'

export const stakeCommand = (open: OpenMoneyDesk): Command =>
  defineCommand({
    name: 'stake',
    group: 'money',
    summary: "put tokens of the owner behind its miners' word, or show what stands there",
    about:
      'Without an amount it shows the stake. Stake leaves only after a thaw (aitbc unstake); a court of the contracts takes a share of it ' +
      'for a proven contradiction. What has to be approved first is sent with it. ' +
      `With --json: {"owner", "total", "thawing", "thawEnds", "locked", "tombstoned", "tokens", "coinWei", "older": [{"set", "total", "thawing", "thawEnds", "locked", "tombstoned"}]}; with an amount ${ACTION_JSON}.`,
    examples: [
      { line: 'aitbc stake', about: 'what stands there' },
      { line: 'aitbc stake 100', about: 'add 100 token units, after a question' },
      { line: 'aitbc stake 100 --dry-run', about: 'only what it would cost' },
    ],
    arguments: { amount: optionalArgument('token units to add', { parse: parseSum }) },
    options: { ...actionOptions, ...setOption },
    settings: moneySettings,
    async run({ arguments: { amount }, options, ...context }) {
      if (amount === undefined) return showStake(context, open, options.set)
      if (options.set !== undefined)
        throw usageError('nothing new goes to an older contract set', 'Leave --set away, or leave the amount away.')
      await performAction(context, open, options, {
        action: { kind: 'stake', amount },
        does: ({ wallets }) => `stake ${unitsText(amount)} of the owner ${wallets.owner?.address}`,
        done: ({ stake }) => `The stake of ${stake?.owner} is ${unitsText(stake?.total)}.`,
      })
    },
  })

export const unstakeCommand = (open: OpenMoneyDesk): Command =>
  defineCommand({
    name: 'unstake',
    group: 'money',
    summary: 'start the thaw of stake',
    about:
      'Until it ends the stake answers for what was signed, and no longer counts for new offers. There is one thaw at a time: what ' +
      `thaws already starts anew with it. Then: aitbc withdraw. With --json: ${ACTION_JSON}.`,
    examples: [{ line: 'aitbc unstake 100', about: 'says from when on it can be withdrawn' }],
    arguments: { amount: argument('token units', { parse: parseSum }) },
    options: { ...actionOptions, ...setOption },
    settings: moneySettings,
    run: ({ arguments: { amount }, options, ...context }) =>
      performAction(context, open, options, {
        action: { kind: 'unstake', amount },
        does: ({ stake }) => `start the thaw of ${unitsText(amount)} of the stake of ${stake?.owner}`,
        warns: ({ stake }) => anew(stake),
        done: ({ stake }) =>
          `${unitsText(stake?.thaw.amount)} of the stake can be withdrawn from ${endOf(stake)} on: aitbc withdraw`,
      }),
  })

export const withdrawCommand = (open: OpenMoneyDesk): Command =>
  defineCommand({
    name: 'withdraw',
    group: 'money',
    summary: 'pay out stake that has thawed',
    about: `To the owner, less what open disputes hold. With --json: ${ACTION_JSON}.`,
    examples: [{ line: 'aitbc withdraw', about: 'after the thaw that aitbc unstake started' }],
    options: { ...actionOptions, ...setOption },
    settings: moneySettings,
    run: ({ options, ...context }) =>
      performAction(context, open, options, {
        action: { kind: 'withdraw-stake' },
        does: ({ stake }) => `pay ${unitsText(stake?.thaw.amount)} of thawed stake to its owner ${stake?.owner}`,
        done: ({ stake }) => `The stake of ${stake?.owner} is ${unitsText(stake?.total)} now.`,
      }),
  })

const endOf = (stake: StakeBook | undefined): string => (stake === undefined ? '' : (thawEnds(stake.thaw) ?? ''))

function anew(stake: StakeBook | undefined): string | undefined {
  if (stake === undefined || stake.thaw.amount === 0n) return undefined
  return `The ${unitsText(stake.thaw.amount)} that thaw until ${endOf(stake)} start anew with it.`
}

async function showStake(context: MoneyContext, open: OpenMoneyDesk, set: string | undefined): Promise<void> {
  const { out, signal } = context
  await using money = await openMoney(context, open, set)
  const books = await money.desk.books(signal)
  const older = await money.desk.olderBooks(signal)
  const { stake, wallets } = books
  if (stake === undefined) throw noOwner()
  const { owner, total, thaw, locked, isTombstoned } = stake
  const { tokens, coinWei } = wallets.owner ?? {}
  const shown = { owner, total, thawing: thaw.amount, thawEnds: thawEnds(thaw), locked, tombstoned: isTombstoned }
  const olderJson = older.map((book) => ({
    set: book.set,
    total: book.stake.total,
    thawing: book.stake.thaw.amount,
    thawEnds: thawEnds(book.stake.thaw),
    locked: book.stake.locked,
    tombstoned: book.stake.isTombstoned,
  }))
  await out.print({ ...shown, tokens, coinWei, older: olderJson }, () =>
    [stakeText(stake, books, money.desk.coin), ...olderLines(older, books.blockTimeS)].join('\n'),
  )
}

function stakeText({ owner, total, thaw, locked, isTombstoned }: StakeBook, books: MoneyBooks, coin: string): string {
  const wallet = books.wallets.owner
  return pairs([
    ['owner', owner],
    ['stake', `${unitsText(total)}${isTombstoned ? '; TOMBSTONED: no miner of this owner is used any more' : ''}`],
    ['thawing', thawText(thaw, books.blockTimeS)],
    ...(locked > 0n ? [['held by disputes', unitsText(locked)] as const] : []),
    ...(wallet === undefined
      ? []
      : [['not staked', `${unitsText(wallet.tokens)}, and ${coinText(wallet.coinWei, coin)} for gas`] as const]),
  ])
}

/** A line for each older set with stake in it. */
const olderLines = (older: readonly OlderBook[], nowS: number): readonly string[] =>
  older
    .filter(({ stake }) => stake.total > 0n)
    .map(({ set, stake }) => {
      const thaws = stake.thaw.amount > 0n ? `, of it thawing ${thawText(stake.thaw, nowS)}` : ''
      return `older set ${set}: ${unitsText(stake.total)}${thaws}: aitbc unstake or withdraw --set ${set}`
    })

export const noOwner = (): MeshError =>
  new MeshError('KEY_MISSING', {
    kind: 'owner',
    remedy: 'Name it with --owner, or make one: aitbc wallet new owner.',
  })
