/** How much a probe asks for: large enough to be timed over a network, small enough to be nobody's burden. */

export interface ProbeSize {
  /** Rows and columns of each matrix. */
  readonly side: number
  /** Products of one round, each of the one before. */
  readonly layers: number
  /** One after the other: a round begins with what the one before ended with. */
  readonly rounds: number
}

/**
 * What a round takes beside the work: its first matrix is made, two go to the engine in floats, one comes back and is hashed. Measured on a
 * busy machine of two cores: 8 ms at 512 rows, 20 to 35 at 1,024, 60 to 90 at 2,048. A fast card takes less for the work itself.
 */
const HANDED_MS = 2
const HANDED_MS_PER_BYTE: number = 25 / 2 ** 20
/** Of a probe: beyond, more rounds would tell of that alone. What the largest probe of memory takes. */
const HANDED_MS_MAX = 8_500

const handedMsOfRound = (side: number): number => HANDED_MS + HANDED_MS_PER_BYTE * side ** 2

/** Milliseconds of a probe that are no work of the card. */
export const handedMs = ({ side, rounds }: ProbeSize): number => rounds * handedMsOfRound(side)

/** Larger ones would only move more bytes for the same work. */
export const SIDE_MAX = 2_048
const SIDES: readonly number[] = [64, 128, 256, 512, 1_024, SIDE_MAX]
export const LAYERS_MAX = 64
/** Roots of all rounds travel in one message: 32 KiB. */
export const ROUNDS_MAX = 1_024
/** What a miner fills at most, in whatever sizes. */
export const PROBE_BYTES_MAX = 2 ** 31

/** A power of two: rows then fill leaves without a rest. */
export const isProbeSize = ({ side, layers, rounds }: ProbeSize): boolean =>
  SIDES.includes(side) && inRange(layers, LAYERS_MAX) && inRange(rounds, ROUNDS_MAX)

const inRange = (value: number, max: number): boolean => Number.isInteger(value) && value >= 1 && value <= max

/** Multiplications and additions, as `fp32Gflops` counts them. */
export const operationsOf = ({ side, layers, rounds }: ProbeSize): number => 2 * side ** 3 * layers * rounds

/** Memory that its results fill: a byte an element, and none of it can be packed closer. */
export const filledBytesOf = ({ side, rounds }: ProbeSize): number => side ** 2 * rounds

/** `speed`: many products for each byte that is kept. `memory`: as much memory as the time allows. */
export type ProbeKind = 'speed' | 'memory'

/** What a profile says of a card, as far as a probe can look at it. */
export interface CardClaim {
  readonly fp32Gflops: number
  readonly memoryBytes?: number
}

/** On a quiet line of a tenth of a second this is told to a tenth. */
const WORK_MS = 1_000
/** A miner lends this much at most; who is farther away than {@link ROUND_TRIPS_MIN} of it allow cannot judge. */
export const WORK_MS_MAX = 5_000
/** The work takes so many round trips at least, or the way would be measured and not the card. */
export const ROUND_TRIPS_MIN = 4
/** Handing a round to the engine takes about a millisecond; of this that is little. */
const ROUND_MS = 40
const ROUNDS_MIN = 4
/** Of what is claimed: the rest is the owner's, or holds models. */
const MEMORY_SHARE = 0.5
/** What miners lend unless their owners say otherwise. A claim beyond twice of it is shown that far, and no further. */
export const MEMORY_ASKED_MAX = 2 ** 28
/** With one layer, making a row again would hardly take longer than hashing it. */
const MEMORY_LAYERS_MIN = 2

/**
 * What to ask a miner that claims this, by the time that its claim would take for it.
 * @returns `undefined` where the way to it is too long to tell anything
 */
export function planProbe(kind: ProbeKind, claim: CardClaim, rttMs: number): ProbeSize | undefined {
  const workMs = Math.max(WORK_MS, ROUND_TRIPS_MIN * rttMs)
  if (workMs > WORK_MS_MAX) return undefined
  const perMs = claim.fp32Gflops * 1e6
  const side = SIDES.findLast((each) => 2 * each ** 3 <= (perMs * ROUND_MS) / 4) ?? SIDES[0]!
  const layerMs = (2 * side ** 3) / perMs
  if (kind === 'memory') return planMemory(claim.memoryBytes ?? 0, side, layerMs, workMs, rttMs)
  const layers = clamp(Math.round(ROUND_MS / layerMs), 1, LAYERS_MAX)
  const roundsMax = Math.min(ROUNDS_MAX, Math.floor(HANDED_MS_MAX / handedMsOfRound(side)))
  return { side, layers, rounds: clamp(Math.ceil(workMs / (layers * layerMs)), ROUNDS_MIN, roundsMax) }
}

function planMemory(
  memoryBytes: number,
  side: number,
  layerMs: number,
  workMs: number,
  rttMs: number,
): ProbeSize | undefined {
  const wanted = Math.min(MEMORY_ASKED_MAX, memoryBytes * MEMORY_SHARE)
  const inTime = Math.floor(WORK_MS_MAX / (MEMORY_LAYERS_MIN * layerMs))
  const rounds = clamp(Math.min(Math.floor(wanted / side ** 2), inTime), ROUNDS_MIN, ROUNDS_MAX)
  const layers = clamp(Math.ceil(workMs / (rounds * layerMs)), MEMORY_LAYERS_MIN, LAYERS_MAX)
  // So little memory is filled too soon to be timed from afar.
  return rounds * layers * layerMs < ROUND_TRIPS_MIN * rttMs ? undefined : { side, layers, rounds }
}

/** Milliseconds that the work takes at the speed that is claimed. */
export const expectedMs = (size: ProbeSize, claim: CardClaim): number => operationsOf(size) / (claim.fp32Gflops * 1e6)

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value))
