/** Money of a chain on the screen. */
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { Thaw } from '../../chain/money-desk.ts'
import type { Change } from '../../chain/money-rules.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { shortHex } from '../screen/short-hex.ts'

const WEI_PER_COIN = 10n ** 18n
/** A fee is an estimate, or not worth more digits; JSON has all of them. */
const DIGITS = 4

/** `0.0001234 ETH`: rounded up, so that whoever has that much has enough. */
export function coinText(wei: bigint, coin: string): string {
  const digits = (wei < 0n ? -wei : wei).toString().length
  const step = 10n ** BigInt(Math.max(0, digits - DIGITS))
  const rounded = ((wei + step - 1n) / step) * step
  const fraction = (rounded % WEI_PER_COIN).toString().padStart(18, '0').replace(/0+$/, '')
  return `${rounded / WEI_PER_COIN}${fraction === '' ? '' : `.${fraction}`} ${coin}`
}

/** ISO 8601 of Unix seconds; undefined where nothing thaws. */
export const thawEnds = ({ amount, endsAtS }: Thaw): string | undefined =>
  amount === 0n ? undefined : new Date(endsAtS * 1_000).toISOString()

/** `2 thaw until 2027-01-02T00:00:00.000Z`, `2 can be withdrawn`, or `nothing`. */
export function thawText(thaw: Thaw, nowS: number): string {
  if (thaw.amount === 0n) return 'nothing'
  const amount = unitsText(thaw.amount)
  return thaw.endsAtS <= nowS ? `${amount} can be withdrawn` : `${amount} until ${thawEnds(thaw)}`
}

/** `stake`, `tokens of the owner`, `channel with 0x1234…abcd, thawing`. */
export function figureText(figure: string): string {
  const [head, kind, ...more] = figure.split('.') as [string, ...string[]]
  const isThawing = figure.endsWith('.thawing')
  const end = isThawing ? ', thawing' : ''
  if (head === 'tokens') return `tokens of the ${kind}`
  if (head === 'stake') return `stake${end}`
  if (head === 'earnings') return `earnings, ${kind}`
  if (kind === 'channel') return `channel with ${shortHex(more[0]!)}${end}`
  if (kind === 'strangers') return `escrow for strangers${end}`
  return `escrow${end}`
}

export const changeRow = ({ figure, before, after }: Change): readonly [string, string] => [
  figureText(figure),
  `${unitsText(before)} → ${unitsText(after)}`,
]

export const amountsText = (amounts: readonly Credits[]): string =>
  unitsText(amounts.reduce((all, amount) => all + amount, 0n))
