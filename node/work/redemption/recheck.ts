/**
 * Whether the chain still knows what it has paid. Under enough blocks that is for good on most days; a chain that was restored, or
 * exchanged more blocks than anybody thought it would, may have forgotten it, and what was journalled as redeemed is then to be
 * redeemed once more.
 */
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { HeldVoucher, HeldVouchers } from '../journal/held-vouchers.ts'

/** Looked at again for so long after they were paid: no chain that people use takes back more. */
const WATCH_MS = 15 * 60_000
/** Between two looks at the same. */
const LOOK_MS = 60_000
/** Counters that were paid lately, and as many of an earlier run. What is more is trusted. */
const WATCHED_MAX = 64

export interface Forgotten {
  readonly counter: string
  readonly claimed: Credits
  readonly before: Credits
}

interface Watched {
  readonly untilMs: number
  /** The chain had paid it by this block, so a lower head that does not show it proves nothing. */
  readonly block: bigint
}

export interface RecheckNeeds {
  readonly clock: Clock
  readonly journal: Pick<HeldVouchers, 'lastRedeemed' | 'voucherOf' | 'recordForgotten'>
  /** What the escrow has paid on the counter of this voucher by that block. */
  readonly claimedOf: (voucher: HeldVoucher, block: bigint) => Promise<bigint>
}

export class Recheck {
  readonly #needs: RecheckNeeds
  readonly #watched = new Map<string, Watched>()
  #dueAtMs = 0

  constructor(needs: RecheckNeeds) {
    this.#needs = needs
    for (const { counter } of needs.journal.lastRedeemed(WATCHED_MAX)) this.paid(counter, 0n)
    this.#dueAtMs = needs.clock.monotonicMs()
  }

  /** It is journalled that the chain has paid it, by this block. */
  paid(counter: string, block: bigint): void {
    this.#watched.delete(counter)
    if (this.#watched.size >= WATCHED_MAX) this.#watched.delete(this.#watched.keys().next().value!)
    this.#watched.set(counter, { untilMs: this.#needs.clock.monotonicMs() + WATCH_MS, block })
  }

  /** @returns those that are taken back in the journal. @throws what the chain throws; the next look does it again */
  async look(head: bigint): Promise<readonly Forgotten[]> {
    const { clock, journal, claimedOf } = this.#needs
    const nowMs = clock.monotonicMs()
    if (nowMs < this.#dueAtMs) return []
    const forgotten: Forgotten[] = []
    let isWhole = true
    for (const [counter, { untilMs, block }] of this.#watched) {
      const voucher = journal.voucherOf(counter)
      if (voucher === undefined || untilMs <= nowMs) {
        this.#watched.delete(counter)
        continue
      }
      if (head < block) {
        isWhole = false
        continue
      }
      const claimed = credits(await claimedOf(voucher, head))
      if (claimed >= voucher.redeemed) continue
      await journal.recordForgotten(counter, claimed)
      this.#watched.delete(counter)
      forgotten.push({ counter, claimed, before: voucher.redeemed })
    }
    // A chain that is on its way back to where it was is looked at with every block.
    if (isWhole) this.#dueAtMs = nowMs + LOOK_MS
    return forgotten
  }
}
