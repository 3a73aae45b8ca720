/** Amounts of the coin that pays for gas, as people read them: 18 decimals, without the zeros at the end. */

const WEI_PER_COIN = 10n ** 18n

/** @example coins(1_500_000_000_000_000n) === '0.0015' */
export function coins(wei: bigint): string {
  const fraction = (wei % WEI_PER_COIN).toString().padStart(18, '0').replace(/0+$/, '')
  return `${wei / WEI_PER_COIN}${fraction === '' ? '' : `.${fraction}`}`
}
