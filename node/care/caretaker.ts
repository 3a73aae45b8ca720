/**
 * Brings together all that holds work back, and sees to it: several holds stand at once, the strictest word of each counts, and the
 * offer comes back when the last one is gone.
 */
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import { type CareVerdict, strictest } from '../../protocols/rules/care/care-verdict.ts'

/** Who may hold: one verdict each, so that what stands here has a bound. Heat and loss have one for each card. */
export type Holder =
  | 'owner'
  | 'program'
  | 'presence'
  | 'card use'
  | 'schedule'
  | 'battery'
  | 'network'
  | `heat/${string}`
  | `card/${string}`

export interface CaretakerNeeds {
  /** Withdraws offer, profile and keys, or brings them back. */
  readonly withdraw: (isWithdrawn: boolean) => Promise<void>
  /** Ends what runs, as ended by care. */
  readonly endRunning: (why: string) => void
  readonly onChange: (verdict: CareVerdict) => void
  /** A withdrawal that nobody waits for could not be told: the offer's own board tries again. */
  readonly onFailure: (error: MeshError) => void
}

export class Caretaker {
  readonly #needs: CaretakerNeeds
  readonly #holds = new Map<Holder, CareVerdict>()
  #verdict: CareVerdict = strictest([])

  constructor(needs: CaretakerNeeds) {
    this.#needs = needs
  }

  /** What admission and the engine go by, from the moment of each change. */
  get verdict(): CareVerdict {
    return this.#verdict
  }

  /**
   * The holder's word from now on; undefined takes it back. Work is refused from this call on.
   * @returns when the offer is withdrawn or back, where this changed it
   * @throws MeshError where that cannot be signed or sent now: it is tried again
   */
  async hold(holder: Holder, verdict: CareVerdict | undefined): Promise<void> {
    const before = this.#verdict
    if (verdict === undefined || isUnhindered(verdict)) this.#holds.delete(holder)
    else this.#holds.set(holder, verdict)
    const after = strictest([...this.#holds.values()].sort((one, other) => gravity(other) - gravity(one)))
    if (isSame(before, after)) return
    this.#verdict = after
    this.#needs.onChange(after)
    const isWithdrawn = before.admits !== after.admits ? this.#needs.withdraw(!after.admits) : undefined
    if (after.stopsRunning) this.#needs.endRunning(after.reasons[0]?.text ?? 'this miner rests')
    await isWithdrawn
  }

  /** The same from who cannot wait: a watch. */
  tell(holder: Holder, verdict: CareVerdict | undefined): void {
    this.hold(holder, verdict).catch((error: unknown) => this.#needs.onFailure(asMeshError(error)))
  }
}

const isUnhindered = ({ admits, loadShare, stopsRunning }: CareVerdict): boolean =>
  admits && loadShare >= 1 && !stopsRunning

const gravity = ({ admits, loadShare, stopsRunning }: CareVerdict): number =>
  (stopsRunning ? 4 : 0) + (admits ? 0 : 2) + (1 - loadShare)

/** A share that moves by less changes the work of no card, and an event a second is no news. */
const SHARE_TOLD = 0.05

function isSame(one: CareVerdict, other: CareVerdict): boolean {
  return (
    one.admits === other.admits &&
    one.stopsRunning === other.stopsRunning &&
    Math.abs(one.loadShare - other.loadShare) < SHARE_TOLD &&
    one.loadShare >= 1 === other.loadShare >= 1 &&
    one.reasons.length === other.reasons.length &&
    one.reasons.every(({ cause }, i) => cause === other.reasons[i]!.cause)
  )
}

/** The owner's word: what runs goes on. */
export const byOwner: CareVerdict = {
  admits: false,
  loadShare: 1,
  stopsRunning: false,
  reasons: [{ cause: 'owner', text: 'paused by its owner' }],
}
