import { isMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { EarningsBook, OlderBook, OpenMoneyDesk } from '../../chain/money-desk.ts'
import { REDEEM_MS_MAX } from '../../work/redemption/redeem-limits.ts'
import {
  argument,
  type Command,
  type CommandContext,
  defineCommand,
  defineSubcommand,
  flag,
  option,
  type Subcommand,
} from '../frame/command.ts'
import { oneOf, usageError } from '../frame/usage-error.ts'
import { UNSETTLED } from '../jobs/unsettled.ts'
import type { StatusJson } from '../node/status-command.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { parseDuration } from '../screen/durations.ts'
import { amountOf } from '../screen/numbers.ts'
import { pairs } from '../screen/table.ts'
import { moneySettings, openMoney, setOption } from './money-access.ts'
import { ACTION_JSON, actionOptions, performAction } from './perform-action.ts'
import { noOwner } from './stake-commands.ts'

export const earningsCommand = (open: OpenMoneyDesk): Command =>
  defineCommand({
    name: 'earnings',
    group: 'money',
    summary: 'show what the miners of the owner have earned',
    about:
      'What was redeemed stands as stake for the evidence window, then it can be withdrawn. Vouchers that this node holds and has not ' +
      'redeemed yet are shown apart. In a network without a chain it shows what the running node counts since its start, UNSETTLED. ' +
      'With --json: {"settles": true, "owner", "withdrawable", "locked": [{"amount", "until"}], "unredeemed": {"vouchers", "amount"}, "older": [{"set", "withdrawable", "locked", "unredeemed"}]}; ' +
      'without a chain {"settles": false, "due", "promised"}.',
    examples: [
      { line: 'aitbc earnings', about: 'what is settled, what is locked until when, what is still on vouchers' },
      { line: 'aitbc earnings withdraw', about: 'pay out what is free' },
    ],
    commands: [withdrawCommand(open), redeemCommand, exportCommand, relayCommand],
    options: setOption,
    settings: moneySettings,
    run: ({ options, ...context }) => showEarnings(context, open, options.set),
  })

const withdrawCommand = (open: OpenMoneyDesk): Subcommand =>
  defineSubcommand({
    name: 'withdraw',
    summary: 'pay out earnings that are free',
    about: `To the owner, or to the beneficiary that it has named on the chain. With --json: ${ACTION_JSON}.`,
    examples: [{ line: 'aitbc earnings withdraw', about: 'all that is older than the evidence window' }],
    options: { ...actionOptions, ...setOption },
    settings: moneySettings,
    run: ({ options, ...context }) =>
      performAction(context, open, options, {
        action: { kind: 'withdraw-earnings' },
        does: ({ earnings }) => `pay out ${unitsText(earnings?.withdrawable)} of earnings of ${earnings?.owner}`,
        done: ({ wallets }) =>
          `The owner ${wallets.owner?.address} has ${unitsText(wallets.owner?.tokens)} that are not staked.`,
      }),
  })

const redeemCommand = defineSubcommand({
  name: 'redeem',
  summary: 'take the vouchers of this node to the chain now',
  about:
    'A miner does it by itself by amount and age; this does it for all that is held, be it worth its gas or not. The running node does it, or ' +
    'this command where none runs, with the key of the operator, which pays the gas. It waits until enough blocks lie on it.\n' +
    'With --json: {"dryRun", "settled", "vouchers": [{"set", "payer", "session", "promised", "before", "paid", "state", "why"}]}; "state" ' +
    'is paid, payable (with --dry-run), refused or waits. Exit code 6 where something is still on its way.',
  examples: [
    { line: 'aitbc earnings redeem --dry-run', about: 'what would be paid, and what refused and why' },
    { line: 'aitbc earnings redeem', about: 'before a payer leaves, or this machine does' },
  ],
  options: {
    dryRun: flag('Asks the escrow what it would pay, and sends nothing.'),
    wait: option({
      value: 'duration',
      about: 'For blocks on top of it; ten minutes unless given, an hour at most.',
      parse: parseWait,
    }),
  },
  settings: ['passphraseFile'],
  async run(context) {
    const { redeemByHand } = await import('./earnings-redeem.ts')
    return redeemByHand(context)
  },
})

const exportCommand = defineSubcommand({
  name: 'export',
  summary: 'write the vouchers that this node holds to a file that somebody else can relay',
  about:
    'With the grants that they stand on. There is nothing secret in it: the contract pays the owner of this miner, whoever shows them. Works ' +
    'beside a running node, and needs no chain. With --json: {"output", "vouchers", "amount"}.',
  examples: [{ line: 'aitbc earnings export --output vouchers.json', about: 'for somebody who has gas money' }],
  options: { output: option({ value: 'file', about: 'Where to; none is replaced.', offers: 'files' }) },
  async run(context) {
    const { exportVouchers } = await import('./earnings-relay.ts')
    await exportVouchers(context)
  },
})

const relayCommand = defineSubcommand({
  name: 'relay',
  summary: "show somebody's vouchers to the chain, and pay the gas",
  about:
    'Of a file that aitbc earnings export wrote, here or elsewhere. Everything in it is checked first; what the escrow would not pay is ' +
    'left out. With --json: {"file", "relayer", "dryRun", "vouchers": [{"set", "payer", "miner", "promised", "before", "paid", "why"}], "paid", ' +
    '"gas", "feeWei", "transactions": [{"set", "vouchers", "hash", "blockNumber", "gasUsed", "feeWei"}]}.',
  examples: [
    { line: 'aitbc earnings relay vouchers.json --dry-run', about: 'what it would bring its miner, and cost' },
  ],
  arguments: { file: argument('the file with the vouchers', { offers: 'files' }) },
  options: {
    as: option({
      value: 'key',
      about: 'Whose gas money: owner, payer or operator; the first of them that is there unless given.',
      parse: oneOf('key', 'owner', 'payer', 'operator'),
      offers: () => ['owner', 'payer', 'operator'],
    }),
    ...actionOptions,
  },
  settings: ['passphraseFile'],
  async run(context) {
    const { relayFile } = await import('./earnings-relay.ts')
    await relayFile(context)
  },
})

function parseWait(text: string): number {
  const ms = parseDuration(text)
  if (ms <= REDEEM_MS_MAX) return ms
  throw usageError(`${text} is longer than anybody should wait`, 'Give an hour at most.')
}

type Context = Pick<CommandContext, 'config' | 'out' | 'signal' | 'mayAsk'>

async function showEarnings(context: Context, open: OpenMoneyDesk, set: string | undefined): Promise<void> {
  const { out, signal } = context
  try {
    await using money = await openMoney(context, open, set)
    const { earnings, blockTimeS } = await money.desk.books(signal)
    if (earnings === undefined) throw noOwner()
    const older = await money.desk.olderBooks(signal)
    const olderJson = older.map((book) => ({ set: book.set, ...earningsParts(book.earnings) }))
    await out.print({ settles: true, owner: earnings.owner, ...earningsParts(earnings), older: olderJson }, () =>
      [earningsText(earnings, blockTimeS), ...olderLines(older)].join('\n'),
    )
  } catch (error) {
    if (!isMeshError(error, 'NOTHING_SETTLES')) throw error
    await showUnsettled(context, error)
  }
}

/** @throws `otherwise` where no node runs that could count */
async function showUnsettled(context: Context, otherwise: MeshError): Promise<void> {
  const { reachNode } = await import('../node/node-access.ts')
  await using node = await reachNode(context).catch((error: unknown) => {
    throw isMeshError(error, 'NODE_NOT_RUNNING') ? otherwise : error
  })
  const { due, promised } = (await node.call<StatusJson>('status')).earned
  await context.out.print({ settles: false, due, promised }, () =>
    pairs([
      ['owed by clients', `${unitsText(BigInt(due))} ${UNSETTLED}`],
      ['of it promised', `${unitsText(BigInt(promised))} ${UNSETTLED}`],
    ]),
  )
}

const isoOf = (seconds: number): string => new Date(seconds * 1_000).toISOString()

const earningsParts = ({ withdrawable, locked, unredeemed }: EarningsBook): object => ({
  withdrawable,
  locked: locked.map(({ amount, untilS }) => ({ amount, until: isoOf(untilS) })),
  unredeemed,
})

function earningsText({ owner, withdrawable, locked, unredeemed }: EarningsBook, nowS: number): string {
  const sum = locked.reduce((all, { amount }) => all + amount, 0n)
  const free = withdrawable > 0n ? ': aitbc earnings withdraw' : ''
  return pairs([
    ['owner', owner],
    ['can be withdrawn', `${unitsText(withdrawable)}${free}`],
    ['locked as stake', unitsText(sum)],
    ...locked
      .filter(({ untilS }) => untilS > nowS)
      .map(({ amount, untilS }) => ['', `${unitsText(amount)} until ${isoOf(untilS)}`] as const),
    ['not redeemed', `${unitsText(unredeemed.amount)} on ${amountOf(unredeemed.vouchers, 'voucher')} here`],
  ])
}

/** A line for each older set with something in it. */
const olderLines = (older: readonly OlderBook[]): readonly string[] =>
  older.flatMap(({ set, earnings: { withdrawable, locked, unredeemed } }) => {
    const held = locked.reduce((all, { amount }) => all + amount, 0n)
    if (withdrawable + held + unredeemed.amount === 0n) return []
    const free = `${unitsText(withdrawable)} can be withdrawn (aitbc earnings withdraw --set ${set})`
    return [`older set ${set}: ${free}, ${unitsText(held)} locked, ${unitsText(unredeemed.amount)} not redeemed`]
  })
