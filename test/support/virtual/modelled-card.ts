/**
 * A miner's card as a probe meets it, under any clock: the work is really done, row by row, and takes as long as a card of this speed
 * and memory would need for it. Small claims keep it cheap.
 */

import { HeldWork } from '../../../node/measure/held-work.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { operationsOf } from '../../../protocols/rules/probing/probe-size.ts'
import { factorOf, firstRows, lastRow, roundSeed } from '../../../protocols/rules/probing/probe-work.ts'
import type { ProbeDesk } from '../../../protocols/wire/probe/probe-handler.ts'
import type { ProbeRefusal } from '../../../protocols/wire/probe/probe-messages.ts'
import { crypto } from '../statement-vectors/cast.ts'

export interface ModelledCard {
  readonly clock: Clock
  readonly gflops: number
  readonly memoryBytes: number
  readonly refusal?: () => ProbeRefusal | undefined
  readonly jobs?: () => number
  /** Of the work that it really does: what runs beside it takes the rest. */
  readonly share?: () => number
  /** Spoils a row, as who did not compute it must. */
  readonly skips?: boolean
}

/** Hashing, of which a recall consists: bytes a millisecond, far above what such a card computes. */
const HASHED_PER_MS = 20_000

export function modelledDesk(card: ModelledCard): ProbeDesk & { readonly worked: () => number } {
  const { clock, gflops, memoryBytes, refusal = () => undefined, jobs = () => 0, share = () => 1 } = card
  let worked = 0
  const takes = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))
  const refused = (reason: ProbeRefusal) => ({ kind: 'refused', reason, retryAfterMs: 60_000 }) as const
  return {
    worked: () => worked,
    async admit(_prober, ask) {
      const why = refusal()
      if (why !== undefined) return refused(why)
      const held = new HeldWork(crypto, ask)
      const workMs = operationsOf(ask) / gflops / 1e6
      return {
        engine: 'modelled/1/none',
        jobs: jobs(),
        async work(seed) {
          worked++
          const { side, layers, rounds } = ask
          const factor = factorOf(crypto, seed, side)
          const roots: Uint8Array[] = []
          for (let round = 0; round < rounds; round++) {
            const away = refusal()
            if (away !== undefined) return refused(away)
            const rows = firstRows(crypto, roundSeed(crypto, seed, round, roots.at(-1)), side)
            if (card.skips !== true)
              for (let at = 0; at < rows.length; at += side)
                rows.set(lastRow(rows.subarray(at, at + side), factor, layers), at)
            roots.push(held.add(rows))
            await takes(workMs / rounds / share())
          }
          return roots
        },
        async recall(nonce) {
          const bytes = ask.side ** 2 * ask.rounds
          // What it has no room for it has to make again.
          const again = Math.max(0, 1 - memoryBytes / bytes)
          await takes(bytes / HASHED_PER_MS + again * workMs)
          return held.recall(nonce, async () => undefined)
        },
        open: (leaf) => held.open(leaf),
        async [Symbol.asyncDispose]() {},
      }
    },
  }
}
