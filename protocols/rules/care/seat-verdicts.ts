/** What holds of the whole miner and of single cards come to, where a miner has seats: cards that its models run on, one engine each. */
import { type CareVerdict, strictest } from './care-verdict.ts'

export interface CareHold {
  /** Key of the card that it is of; absent where it is of the whole miner. */
  readonly card?: string
  readonly verdict: CareVerdict
}

export interface SeatVerdicts {
  /** What offer and admission go by. */
  readonly miner: CareVerdict
  /** What each seat's engine goes by. */
  readonly seats: ReadonlyMap<string, CareVerdict>
}

/**
 * A hold of one card holds its seat; of a card that is no seat it holds nobody. The miner admits while one of its seats does, and stops
 * what runs only where all of them do. Reasons: the gravest first.
 * @param seats keys of cards; while there are none, or they are not known yet, every hold is the miner's
 */
export function seatVerdicts(holds: readonly CareHold[], seats: readonly string[]): SeatVerdicts {
  if (seats.length === 0) return { miner: gravestFirst(holds), seats: new Map() }
  const bySeat = new Map(seats.map((seat) => [seat, gravestFirst(holds.filter((hold) => reaches(hold, seat)))]))
  const verdicts = [...bySeat.values()]
  if (verdicts.length === 1) return { miner: verdicts[0]!, seats: bySeat }
  const miner: CareVerdict = {
    admits: verdicts.some(({ admits }) => admits),
    // A seat that takes nothing new has its own share for what still runs on it, which is not for the miner to give away.
    loadShare: verdicts.reduce((sum, { admits, loadShare }) => sum + (admits ? loadShare : 0), 0) / verdicts.length,
    stopsRunning: verdicts.every(({ stopsRunning }) => stopsRunning),
    reasons: gravestFirst(holds.filter((hold) => seats.some((seat) => reaches(hold, seat)))).reasons,
  }
  return { miner, seats: bySeat }
}

/** Whether it holds what runs on this card. */
export const reaches = ({ card }: CareHold, seat: string): boolean => card === undefined || card === seat

/** The strictest word of each; of equals the one that came first. */
export const gravestFirst = (holds: readonly CareHold[]): CareVerdict =>
  strictest(holds.map(({ verdict }) => verdict).sort((one, other) => gravity(other) - gravity(one)))

const gravity = ({ admits, loadShare, stopsRunning }: CareVerdict): number =>
  (stopsRunning ? 4 : 0) + (admits ? 0 : 2) + (1 - loadShare)
