import type { MoneyBooks, OpenMoneyDesk } from '../../chain/money-desk.ts'
import { type CommandContext, defineSubcommand, flag, type Subcommand } from '../frame/command.ts'
import type { Output } from '../frame/output.ts'
import { moneySettings, openMoney } from '../money/money-access.ts'
import { coinText } from '../money/money-text.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { UNKNOWN } from '../screen/numbers.ts'
import { type Column, table } from '../screen/table.ts'
import { certificateOf, certificateText } from './certificate-view.ts'
import { allKinds, KEY_JSON, type KeyJson, keyJson, walletKeys } from './wallet-keys.ts'

export const LIST_ABOUT = `The owner has stake and earnings and should lie cold; the operator is this miner's name and signs what it does; the payer has the escrow; the session signs vouchers for the payer. The last three are made when a node first needs them.

  With --json: {"dataFolder", "keys": [${KEY_JSON}], "coldOwner", "certificate": {"owner", "operator", "notBefore", "notAfter", "fault"}}; coldOwner is the address of an owner whose key is elsewhere, the certificate (aitbc wallet certify) is null where there is none, its fault where it holds. With --balances each key has "tokens" and "coinWei" too.`

export const listOptions = { balances: flag('Asks the chain what they hold.') }

const MEANING: Readonly<Record<KeyJson['kind'], string>> = {
  owner: 'stake and earnings',
  operator: "this miner's name",
  payer: 'escrow',
  session: 'vouchers of the payer',
}

type Context = Pick<CommandContext, 'config' | 'out' | 'signal' | 'mayAsk'> & {
  readonly options: { readonly balances: boolean }
}

export const listWith =
  (open: OpenMoneyDesk) =>
  async (context: Context): Promise<void> => {
    const { config, out, options } = context
    const { dataFolder, owner } = (await config()).settings
    const store = await walletKeys({ config })
    const keys = allKinds.flatMap((kind) => store.look(kind) ?? []).map(keyJson)
    const coldOwner = keys.some(({ address }) => address === owner) ? undefined : owner
    const certificate = await certificateOf(context, keys)
    const held = options.balances ? await walletsOf(context, open) : undefined
    const shown = keys.map((key) => (held === undefined ? key : { ...key, ...balanceJson(held.wallets, key) }))
    await out.print({ dataFolder, keys: shown, coldOwner, certificate }, () =>
      [
        keyTable(keys, held, out),
        ...(coldOwner === undefined ? [] : ['', `The owner is ${coldOwner}, and its key is not here.`]),
        ...(certificate === undefined ? [] : ['', certificateText(certificate)]),
      ].join('\n'),
    )
  }

interface Balances {
  readonly wallets: MoneyBooks['wallets']
  readonly coin: string
}

async function walletsOf(context: Context, open: OpenMoneyDesk): Promise<Balances> {
  await using money = await openMoney(context, open)
  const { wallets } = await money.desk.books(context.signal)
  return { wallets, coin: money.desk.coin }
}

/** The owner of the settings may be another than that whose key is here. */
function balanceJson(wallets: MoneyBooks['wallets'], { kind, address }: KeyJson) {
  const wallet = wallets[kind]?.address === address ? wallets[kind] : undefined
  return { tokens: wallet?.tokens, coinWei: wallet?.coinWei }
}

function keyTable(keys: readonly KeyJson[], held: Balances | undefined, { style, width }: Output): string {
  if (keys.length === 0) return 'No key yet: a node makes its own when it starts; aitbc wallet new owner makes yours.'
  return table(
    keys,
    [
      { title: 'KEY', cell: ({ kind }) => kind, style: style.bold },
      { title: 'ADDRESS', cell: ({ address }) => address },
      { title: 'HAS', cell: ({ kind }) => MEANING[kind] },
      { title: 'SEALED', cell: ({ sealed }) => (sealed ? 'yes' : 'no') },
      { title: 'MADE', cell: ({ createdAt }) => createdAt.slice(0, 10) },
      ...(held === undefined ? [] : balanceColumns(held)),
    ],
    { width, styleTitle: style.dim },
  )
}

const balanceColumns = ({ wallets, coin }: Balances): readonly Column<KeyJson>[] => [
  { title: 'TOKENS', cell: (key) => unitsText(balanceJson(wallets, key).tokens), align: 'right' },
  {
    title: 'GAS MONEY',
    cell: (key) => {
      const { coinWei } = balanceJson(wallets, key)
      return coinWei === undefined ? UNKNOWN : coinText(coinWei, coin)
    },
    align: 'right',
  },
]

export const walletListCommand = (open: OpenMoneyDesk): Subcommand =>
  defineSubcommand({
    name: 'list',
    summary: 'list the keys of this node',
    about: LIST_ABOUT,
    examples: [
      { line: 'aitbc wallet list', about: 'the same as aitbc wallet' },
      { line: 'aitbc wallet list --balances', about: 'and what they hold on the chain' },
    ],
    options: listOptions,
    settings: moneySettings,
    run: listWith(open),
  })
