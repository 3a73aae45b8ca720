/** Numbers as people read them, the same in every locale. What is not known is a dash, never 0. */

export const UNKNOWN = '—'

/** `1,234,567`. */
export function countText(count: number | bigint | undefined): string {
  if (count === undefined) return UNKNOWN
  const digits = (typeof count === 'bigint' ? count : Math.round(count)).toString()
  return digits.replace(/\B(?=(\d{3})+$)/g, ',')
}

/**
 * Three significant digits, as a measurement has hardly more: `0.00123`, `1.23`, `12.3`, `1,234`.
 * @param number finite
 */
export function numberText(number: number | undefined): string {
  if (number === undefined) return UNKNOWN
  if (Math.abs(number) >= 999.5) return countText(number)
  if (number === 0) return '0'
  const places = Math.min(20, 2 - Math.floor(Math.log10(Math.abs(number))))
  return String(Number(number.toFixed(places)))
}

/** `42 %` of 0.42; what is not nothing or not all never looks like it. */
export function shareText(share: number | undefined): string {
  if (share === undefined) return UNKNOWN
  const percent = Math.round(share * 100)
  if (percent === 0 && share > 0) return '<1 %'
  if (percent === 100 && share < 1) return '>99 %'
  return `${percent} %`
}

/** `3 peers`, `1 peer`; the plural is given where it is not the word and an s. */
export function amountOf(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`
}
