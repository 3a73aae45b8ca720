/** Money on the screen: exact, never rounded, with its unit. */
import { formatCredits } from '../../../protocols/kernel/money.ts'
import { countText, UNKNOWN } from './numbers.ts'

/** `1,000 credits`: the integer that receipts and vouchers carry. */
export function creditsText(amount: bigint | undefined): string {
  if (amount === undefined) return UNKNOWN
  return `${countText(amount)} ${amount === 1n || amount === -1n ? 'credit' : 'credits'}`
}

/** `0.001` of 1,000 credits: in the token's unit, as settings and `--price-max` take it. */
export function unitsText(amount: bigint | undefined): string {
  if (amount === undefined) return UNKNOWN
  const [whole, fraction] = formatCredits(amount).split('.')
  const sign = whole!.startsWith('-') ? '-' : ''
  const grouped = countText(BigInt(whole!.replace('-', '')))
  return `${sign}${grouped}${fraction === undefined ? '' : `.${fraction}`}`
}
