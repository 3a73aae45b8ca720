/** What the contracts will say to an action, as far as the books tell; and what became different by it. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import { actorOf, type ChannelPart, type MoneyAction, type MoneyBooks, STRANGERS, type Thaw } from './money-desk.ts'

const NONE = credits(0)
const less = (a: bigint, b: bigint): Credits => credits(a > b ? a - b : 0n)

/** Why this action cannot be done now; `undefined` where nothing speaks against it. */
export function shortfall(action: MoneyAction, books: MoneyBooks): MeshError | undefined {
  const { stake, escrow, earnings } = books
  switch (action.kind) {
    case 'stake':
    case 'deposit':
      return tokensShort(action, books, action.amount)
    case 'unstake':
      return above(action.amount, less(stake?.total ?? 0n, stake?.thaw.amount ?? 0n), 'STAKE_SHORT')
    case 'withdraw-stake':
      return notThawed('stake', [stake?.thaw], books, 'aitbc unstake <amount>') ?? heldByDisputes(books)
    case 'withdraw-earnings':
      return (earnings?.withdrawable ?? 0n) > 0n ? undefined : earningsWait(books)
    case 'fund':
      return above(sum(action.parts), escrow?.balance ?? NONE, 'ESCROW_LOOSE')
    case 'thaw-balance':
      return above(action.amount, less(escrow?.balance ?? 0n, escrow?.thaw.amount ?? 0n), 'ESCROW_LOOSE')
    case 'thaw-channels':
      return channelsShort(action.parts, books)
    case 'withdraw-escrow':
      return notThawed('escrow', thawsOf(books), books, 'aitbc escrow thaw <amount>')
    case 'register':
      return undefined
  }
}

/** Every thaw of a payer: of its balance, its reserve and its channels. */
const thawsOf = ({ escrow }: MoneyBooks): readonly Thaw[] =>
  escrow === undefined ? [] : [escrow.thaw, escrow.reserve.thaw, ...escrow.channels.map(({ thaw }) => thaw)]

const sum = (parts: readonly ChannelPart[]): Credits => credits(parts.reduce((all, { amount }) => all + amount, 0n))

function tokensShort(action: MoneyAction, { wallets }: MoneyBooks, needed: Credits): MeshError | undefined {
  const wallet = wallets[actorOf[action.kind]]
  const held = wallet?.tokens ?? NONE
  if (held >= needed) return undefined
  return new MeshError('TOKENS_SHORT', { address: wallet?.address ?? 'nobody', held, needed })
}

function above(asked: Credits, there: Credits, code: 'STAKE_SHORT' | 'ESCROW_LOOSE'): MeshError | undefined {
  return asked <= there ? undefined : new MeshError(code, { asked, there })
}

function channelsShort(parts: readonly ChannelPart[], { escrow }: MoneyBooks): MeshError | undefined {
  for (const { miner, amount } of parts) {
    const part = miner === STRANGERS ? escrow?.reserve : escrow?.channels.find((channel) => channel.miner === miner)
    const short = above(amount, less(part?.deposit ?? 0n, part?.thaw.amount ?? 0n), 'ESCROW_LOOSE')
    if (short !== undefined) return short
  }
  return undefined
}

/** Enough where one of them has ended: the others stay. */
function notThawed(
  what: string,
  thaws: readonly (Thaw | undefined)[],
  { blockTimeS }: MoneyBooks,
  start: string,
): MeshError | undefined {
  const running = thaws.filter((thaw): thaw is Thaw => thaw !== undefined && thaw.amount > 0n)
  if (running.some(({ endsAtS }) => endsAtS <= blockTimeS)) return undefined
  if (running.length === 0)
    return new MeshError('NOT_THAWED', { what, why: 'nothing thaws', next: `Start with ${start}.` })
  const ends = Math.min(...running.map(({ endsAtS }) => endsAtS))
  return waitsUntil(what, 'it thaws', ends)
}

function heldByDisputes({ stake }: MoneyBooks): MeshError | undefined {
  if (stake === undefined || stake.total > stake.locked) return undefined
  return new MeshError('NOT_THAWED', {
    what: 'stake',
    why: 'open disputes hold it',
    next: 'Wait until they are decided.',
  })
}

function earningsWait({ earnings }: MoneyBooks): MeshError {
  const first = earnings?.locked[0]
  if (first !== undefined) return waitsUntil('earnings', 'evidence is still taken against them', first.untilS)
  const next = 'Vouchers are redeemed by the node that holds them: see aitbc earnings.'
  return new MeshError('NOT_THAWED', { what: 'earnings', why: 'none has been redeemed', next })
}

function waitsUntil(what: string, why: string, untilS: number): MeshError {
  const until = new Date(untilS * 1_000).toISOString()
  return new MeshError('NOT_THAWED', { what, why, next: `Come back after ${until}.` })
}

/** One figure of the books. */
export interface Change {
  /** `stake`, `stake.thawing`, `escrow.channel.0x…`: of {@link figuresOf}. */
  readonly figure: string
  readonly before: Credits
  readonly after: Credits
}

/** Every amount of the books under its name. The coin is none of them: what gas cost says the transaction. */
export function figuresOf({ wallets, stake, earnings, escrow }: MoneyBooks): ReadonlyMap<string, Credits> {
  const figures = new Map<string, Credits>()
  for (const [kind, { tokens }] of Object.entries(wallets)) figures.set(`tokens.${kind}`, tokens)
  if (stake !== undefined) {
    figures.set('stake', stake.total)
    figures.set('stake.thawing', stake.thaw.amount)
  }
  if (earnings !== undefined) {
    figures.set('earnings.withdrawable', earnings.withdrawable)
    figures.set('earnings.locked', credits(earnings.locked.reduce((all, { amount }) => all + amount, 0n)))
  }
  if (escrow === undefined) return figures
  figures.set('escrow.balance', escrow.balance)
  figures.set('escrow.thawing', escrow.thaw.amount)
  figures.set('escrow.strangers', escrow.reserve.deposit)
  figures.set('escrow.strangers.thawing', escrow.reserve.thaw.amount)
  for (const { miner, deposit, thaw } of escrow.channels) {
    figures.set(`escrow.channel.${miner}`, deposit)
    figures.set(`escrow.channel.${miner}.thawing`, thaw.amount)
  }
  return figures
}

/** In the order of the books; what is the same in both is left out. */
export function changesBetween(before: MoneyBooks, after: MoneyBooks): readonly Change[] {
  const [old, now] = [figuresOf(before), figuresOf(after)]
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((figure) => ({ figure, before: old.get(figure) ?? NONE, after: now.get(figure) ?? NONE }))
    .filter((change) => change.before !== change.after)
}
