/**
 * How far this machine's clock is from the others': each author of fresh messages has one vote, and the median decides, so that
 * it takes more than half of all authors heard to move it.
 */
import { AgeingMap } from '../../kernel/ageing-map.ts'

/** Fewer say nothing: three Sybils must not set a clock. */
export const VOTES_MIN = 5
/** More would not move a median. */
const VOTERS_MAX = 256
/** A vote is renewed with every offer, which comes each few minutes; one that is older is nobody's. */
const VOTE_MS = 15 * 60_000
/** A message that took longer on its way than another of its author says less than that one: within this time the freshest counts. */
const FRESHEST_MS = 5 * 60_000

interface Vote {
  readonly offsetMs: number
  /** Monotonic. */
  readonly atMs: number
}

export class OffsetVotes {
  readonly #votes = new AgeingMap<string, Vote>()

  /**
   * @param offsetMs the author's clock less ours when its message arrived: too small by the time that it was under way
   * @param nowMs monotonic
   */
  add(author: string, offsetMs: number, nowMs: number): void {
    const known = this.#votes.get(author)
    if (known !== undefined && nowMs - known.atMs < FRESHEST_MS && known.offsetMs >= offsetMs) return
    this.#votes.delete(author)
    if (this.#votes.size >= VOTERS_MAX) this.#votes.delete(this.#votes.oldest()!)
    this.#votes.set(author, { offsetMs, atMs: nowMs })
  }

  /** Positive where the others are ahead of us; `undefined` where too few have been heard of late. */
  median(nowMs: number): { readonly offsetMs: number; readonly voters: number } | undefined {
    const offsets: number[] = []
    for (const { offsetMs, atMs } of this.#votes.values()) if (nowMs - atMs < VOTE_MS) offsets.push(offsetMs)
    if (offsets.length < VOTES_MIN) return undefined
    offsets.sort((a, b) => a - b)
    // Of an even number the one nearer to zero: half of all voters are not enough.
    const [low, high] = [offsets[(offsets.length - 1) >> 1]!, offsets[offsets.length >> 1]!]
    return { offsetMs: Math.abs(low) < Math.abs(high) ? low : high, voters: offsets.length }
  }
}
