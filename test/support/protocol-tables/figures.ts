/** Figures as the READMEs of protocols write them, each with its unit. */

export const count = (n: number | bigint): string => n.toLocaleString('en-US')

const MIB = 2 ** 20
const GIB = 2 ** 30

export const bytes = (n: number): string => {
  if (n % GIB === 0) return `${count(n / GIB)} GiB`
  return n % MIB === 0 ? `${count(n / MIB)} MiB` : `${count(n)} bytes`
}

const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const

/** In the largest unit that it is a whole number of, and 1 or more. */
export const duration = (ms: number): string => {
  const [length, unit] = units.find(([whole]) => ms >= whole && ms % whole === 0) ?? [1, 'ms']
  return `${count(ms / length)} ${unit}`
}

export const seconds = (s: bigint): string => duration(Number(s) * 1_000)
