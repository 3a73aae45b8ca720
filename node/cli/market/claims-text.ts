/** Claims of miners that probes of this node found to be false, for people. */
import { durationText } from '../screen/durations.ts'
import { printable } from '../screen/printable.ts'

export interface ClaimJson {
  readonly miner: string
  readonly standing: string
  /** The last that went wrong. */
  readonly found: string
  readonly atMs: number
  readonly evidence?: readonly {
    readonly atMs: number
    readonly kind: string
    readonly found: string
    readonly profile: string
    readonly transcript: Readonly<Record<string, unknown>>
  }[]
}

export const claimsText = (claims: readonly ClaimJson[]): readonly string[] =>
  claims.map(({ miner, standing, found }) => `${miner} is ${standing} about its card: ${printable(found)}.`)

/** @returns one line for each probe, and where its transcript is */
export function claimText({ miner, standing, evidence = [] }: ClaimJson, nowMs: number): string {
  const probes = evidence.map(
    ({ atMs, found }) => `  ${durationText(Math.max(0, nowMs - atMs))} ago: ${printable(found)}`,
  )
  return [
    `${miner} is ${standing} about its card`,
    ...probes,
    '  --json has its signed profile and the transcripts.',
  ].join('\n')
}
