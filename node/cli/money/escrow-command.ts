import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type EscrowBook, type MoneyBooks, type OpenMoneyDesk, STRANGERS, type Thaw } from '../../chain/money-desk.ts'
import {
  argument,
  type Command,
  defineCommand,
  defineSubcommand,
  optionalArgument,
  type Subcommand,
} from '../frame/command.ts'
import type { Output } from '../frame/output.ts'
import { usageError } from '../frame/usage-error.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { amountOf } from '../screen/numbers.ts'
import { pairs, table } from '../screen/table.ts'
import { parseSum, partOptions, partsOf } from './amount-words.ts'
import { type MoneyContext, moneySettings, openMoney, setOption } from './money-access.ts'
import { amountsText, coinText, thawEnds, thawText } from './money-text.ts'
import { ACTION_JSON, actionOptions, performAction } from './perform-action.ts'

const ABOUT = `What the payer has in the escrow: loose credits, which are assured to nobody; channels, each assured to one miner; and a part for strangers, of which each of the first 64 miners without a channel is assured a 64th. Whatever leaves thaws first, so that miners can redeem what they hold.

  With --json: {"payer", "balance", "thawing", "thawEnds", "owed", "strangers": {"deposit", "thawing", "thawEnds", "share", "drawers"}, "channels": [{"miner", "deposit", "thawing", "thawEnds"}], "tokens", "coinWei"}.`

export const escrowCommand = (open: OpenMoneyDesk): Command =>
  defineCommand({
    name: 'escrow',
    group: 'money',
    summary: 'show and change what stands behind the vouchers of the payer',
    about: ABOUT,
    examples: [
      { line: 'aitbc escrow', about: 'balance, channels, what thaws and what is owed' },
      { line: 'aitbc escrow deposit 20', about: 'bring tokens of the payer in' },
      { line: 'aitbc escrow fund --strangers 10', about: 'set a part aside for miners that are new' },
    ],
    commands: [depositCommand(open), fundCommand(open), thawCommand(open), withdrawCommand(open)],
    options: setOption,
    settings: moneySettings,
    run: ({ options, ...context }) => showEscrow(context, open, options.set),
  })

const depositCommand = (open: OpenMoneyDesk): Subcommand =>
  defineSubcommand({
    name: 'deposit',
    summary: 'bring tokens of the payer into the escrow',
    about: `They are loose there until aitbc escrow fund sets them aside. With --json: ${ACTION_JSON}.`,
    examples: [{ line: 'aitbc escrow deposit 20', about: '20 token units, after a question' }],
    arguments: { amount: argument('token units', { parse: parseSum }) },
    options: actionOptions,
    settings: moneySettings,
    run: ({ arguments: { amount }, options, ...context }) =>
      performAction(context, open, options, {
        action: { kind: 'deposit', amount },
        does: ({ wallets }) => `deposit ${unitsText(amount)} of the payer ${wallets.payer?.address}`,
        done: ({ escrow }) => `${unitsText(escrow?.balance)} are loose in the escrow of ${escrow?.payer}.`,
      }),
  })

const fundCommand = (open: OpenMoneyDesk): Subcommand =>
  defineSubcommand({
    name: 'fund',
    summary: 'set credits of the escrow aside for miners',
    about: `From the loose balance, all in one transaction. What is set aside comes back by aitbc escrow thaw. With --json: ${ACTION_JSON}.`,
    examples: [
      { line: 'aitbc escrow fund --strangers 10', about: 'for miners that are met for the first time' },
      { line: 'aitbc escrow fund --miner 0x52908400098527886e0f7030069857d2e4169ee7=2.5', about: 'for one miner' },
    ],
    options: { ...partOptions, ...actionOptions },
    settings: moneySettings,
    async run({ options, ...context }) {
      const parts = partsOf(options.miner, options.strangers)
      if (parts.length === 0) throw usageError('nobody is named to set it aside for', 'Name --miner or --strangers.')
      await performAction(context, open, options, {
        action: { kind: 'fund', parts },
        does: () => `set ${amountsText(parts.map(({ amount }) => amount))} aside for ${receivers(parts)}`,
        done: ({ escrow }) => `${unitsText(escrow?.balance)} are left loose in the escrow of ${escrow?.payer}.`,
      })
    },
  })

const thawCommand = (open: OpenMoneyDesk): Subcommand =>
  defineSubcommand({
    name: 'thaw',
    summary: 'start the thaw of credits in the escrow',
    about:
      'Of the loose balance, or of what is set aside for miners or strangers. What thaws is assured to nobody, but still pays what ' +
      `was promised. What thaws there already starts anew with it. Then: aitbc escrow withdraw. With --json: ${ACTION_JSON}.`,
    examples: [
      { line: 'aitbc escrow thaw 5', about: 'of the loose balance' },
      { line: 'aitbc escrow thaw --strangers 5', about: 'of the part for strangers' },
    ],
    arguments: { amount: optionalArgument('token units of the loose balance', { parse: parseSum }) },
    options: { ...partOptions, ...actionOptions, ...setOption },
    settings: moneySettings,
    async run({ arguments: { amount }, options, ...context }) {
      const parts = partsOf(options.miner, options.strangers)
      if ((amount === undefined) === (parts.length === 0))
        throw usageError('one thing at a time', 'Give an amount of the balance, or --miner and --strangers.')
      const what = amount === undefined ? amountsText(parts.map((part) => part.amount)) : unitsText(amount)
      await performAction(context, open, options, {
        action: amount === undefined ? { kind: 'thaw-channels', parts } : { kind: 'thaw-balance', amount },
        does: () =>
          `start the thaw of ${what} ${amount === undefined ? `set aside for ${receivers(parts)}` : 'of the loose balance'}`,
        done: ({ escrow }) => `It can be withdrawn from ${lastEnd(escrow)} on: aitbc escrow withdraw`,
      })
    },
  })

const withdrawCommand = (open: OpenMoneyDesk): Subcommand =>
  defineSubcommand({
    name: 'withdraw',
    summary: 'pay out what has thawed in the escrow',
    about: `To the payer, less what was redeemed meanwhile. With --json: ${ACTION_JSON}.`,
    examples: [{ line: 'aitbc escrow withdraw', about: 'after the thaw that aitbc escrow thaw started' }],
    options: { ...actionOptions, ...setOption },
    settings: moneySettings,
    run: ({ options, ...context }) =>
      performAction(context, open, options, {
        action: { kind: 'withdraw-escrow' },
        does: (books) => `pay ${amountsText(ended(books))} of the escrow to the payer ${books.escrow?.payer}`,
        done: ({ escrow }) => `${unitsText(escrow?.balance)} are left loose in the escrow of ${escrow?.payer}.`,
      }),
  })

const receivers = (parts: readonly { readonly miner: string }[]): string => {
  const miners = parts.filter(({ miner }) => miner !== STRANGERS).length
  return [...(miners > 0 ? [amountOf(miners, 'miner')] : []), ...(miners < parts.length ? ['strangers'] : [])].join(
    ' and ',
  )
}

const thaws = ({ thaw, reserve, channels }: EscrowBook): readonly Thaw[] => [
  thaw,
  reserve.thaw,
  ...channels.map((channel) => channel.thaw),
]

const ended = ({ escrow, blockTimeS }: MoneyBooks): readonly Thaw['amount'][] =>
  escrow === undefined
    ? []
    : thaws(escrow)
        .filter(({ endsAtS }) => endsAtS <= blockTimeS)
        .map(({ amount }) => amount)

/** Of what was started just now: the latest of all. */
function lastEnd(escrow: EscrowBook | undefined): string {
  const running = escrow === undefined ? [] : thaws(escrow).filter(({ amount }) => amount > 0n)
  const last = running.toSorted((a, b) => b.endsAtS - a.endsAtS)[0]
  return (last === undefined ? undefined : thawEnds(last)) ?? ''
}

async function showEscrow(context: MoneyContext, open: OpenMoneyDesk, set: string | undefined): Promise<void> {
  const { out, signal } = context
  await using money = await openMoney(context, open, set)
  const books = await money.desk.books(signal)
  const { escrow, wallets } = books
  if (escrow === undefined) {
    const remedy = 'A client makes one when it starts; or make it yourself: aitbc wallet new payer.'
    throw new MeshError('KEY_MISSING', { kind: 'payer', remedy })
  }
  const { tokens, coinWei } = wallets.payer ?? {}
  await out.print({ ...escrowJson(escrow), tokens, coinWei }, () => escrowText(escrow, books, money.desk.coin, out))
}

const part = ({ deposit, thaw }: { readonly deposit: bigint; readonly thaw: Thaw }): object => ({
  deposit,
  thawing: thaw.amount,
  thawEnds: thawEnds(thaw),
})

const escrowJson = ({ payer, balance, thaw, owed, reserve, channels }: EscrowBook): object => ({
  payer,
  balance,
  thawing: thaw.amount,
  thawEnds: thawEnds(thaw),
  owed,
  strangers: { ...part(reserve), share: reserve.share, drawers: reserve.drawers },
  channels: channels.map((channel) => ({ miner: channel.miner, ...part(channel) })),
})

function escrowText(escrow: EscrowBook, books: MoneyBooks, coin: string, { style, width }: Output): string {
  const { payer, balance, thaw, owed, reserve, channels } = escrow
  const wallet = books.wallets.payer
  const now = books.blockTimeS
  const head = pairs([
    ['payer', payer],
    ['loose', unitsText(balance)],
    ['thawing', thawText(thaw, now)],
    ...(owed > 0n ? [['OWED', `${unitsText(owed)}: miners drop this payer until it has deposited that`] as const] : []),
    [
      'for strangers',
      `${unitsText(reserve.deposit)}, ${unitsText(reserve.share)} to each of 64; ${reserve.drawers} drew`,
    ],
    ...(reserve.thaw.amount > 0n ? [['of it thawing', thawText(reserve.thaw, now)] as const] : []),
    ...(wallet === undefined
      ? []
      : [['not deposited', `${unitsText(wallet.tokens)}, and ${coinText(wallet.coinWei, coin)} for gas`] as const]),
  ])
  if (channels.length === 0) return head
  const rows = table(
    channels,
    [
      { title: 'CHANNEL WITH', cell: ({ miner }) => miner },
      { title: 'SET ASIDE', cell: ({ deposit }) => unitsText(deposit), align: 'right' },
      { title: 'THAWING', cell: (channel) => thawText(channel.thaw, now), mayCut: true },
    ],
    { width, styleTitle: style.dim },
  )
  return `${head}\n\n${rows}`
}
