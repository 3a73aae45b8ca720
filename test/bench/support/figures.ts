/**
 * What a benchmark found, said in one form: a line on the terminal, and a line of JSON in the file that `all.ts` reads to write
 * docs/benchmarks.md.
 */
import { appendFileSync } from 'node:fs'
import { machineLine } from './machine.ts'

/** Names the file that takes the figures as JSON lines; unset where a benchmark is run alone. No AITBC_ in front: `aitbc` takes such for a setting. */
export const FIGURES_FILE = 'BENCH_FIGURES'

/** A bound that a figure was to keep. */
export interface Wanted {
  /** What is held against the bound. */
  readonly value: number
  readonly atMost?: number
  readonly atLeast?: number
  /** Of value and bound, with a blank before it where it is a word: ` ms`. */
  readonly unit?: string
  /** What stands in the way, where the bound is not kept. */
  readonly unreached?: string
}

export interface Figure {
  /** What is measured, with its sizes: `jobs a second, model of 0.1 ms, 32 in flight`. */
  readonly asks: string
  /** What was found, with its unit. */
  readonly found: string
  /** What it is held against, measured in the same run, with its figure. */
  readonly baseline?: string
  /** What was found, by the baseline. */
  readonly ratio?: number
  readonly wanted?: Wanted
}

export type BenchLine =
  | { readonly kind: 'machine'; readonly text: string }
  | ({ readonly kind: 'figure' } & Figure)
  /** Where the time goes, or what else helps to read the figures. */
  | { readonly kind: 'detail'; readonly text: string }

/** Once, before the first measurement. @param more as in `machineLine` */
export function tellMachine(...more: readonly string[]): void {
  const text = machineLine(...more)
  console.log(text)
  keep({ kind: 'machine', text })
}

export function tell(figure: Figure): void {
  const { asks, found, baseline, ratio, wanted } = figure
  const parts = [
    `${asks}: ${found}`,
    ...(baseline === undefined ? [] : [`against ${baseline}`]),
    ...(ratio === undefined ? [] : [`ratio ${ratioText(ratio)}`]),
    ...(wanted === undefined ? [] : [`wanted ${boundText(wanted)}: ${isReached(wanted) ? 'reached' : 'NOT REACHED'}`]),
  ]
  console.log(parts.join('; '))
  keep({ kind: 'figure', ...figure })
}

export function tellDetail(text: string): void {
  console.log(`  ${text}`)
  keep({ kind: 'detail', text })
}

export const isReached = ({ value, atMost, atLeast }: Wanted): boolean =>
  (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast)

export function boundText({ atMost, atLeast, unit = '' }: Wanted): string {
  const bounds = [
    ...(atLeast === undefined ? [] : [`≥ ${atLeast}${unit}`]),
    ...(atMost === undefined ? [] : [`≤ ${atMost}${unit}`]),
  ]
  return bounds.join(' and ')
}

/** Three digits that count. @example ratioText(0.4162) // '0.416' */
export const ratioText = (ratio: number): string => Number(ratio.toPrecision(3)).toLocaleString('en')

/** @example countText(1234567.8) // '1,234,568' */
export const countText = (count: number): string => Math.round(count).toLocaleString('en')

/** @example msText(0.4213) // '0.42 ms' @example msText(1234) // '1.23 s' */
export function msText(ms: number): string {
  if (ms < 0.1) return `${(ms * 1_000).toPrecision(2)} µs`
  return ms < 1_000 ? `${Number(ms.toPrecision(3))} ms` : `${Number((ms / 1_000).toPrecision(3))} s`
}

function keep(line: BenchLine): void {
  const file = process.env[FIGURES_FILE]
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`)
}
