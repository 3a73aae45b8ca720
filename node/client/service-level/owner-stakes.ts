/** Who owns operators, and with what stake, as far as it is known already: a draw of witnesses does not wait for a chain. */
import { AgeingMap } from '../../../protocols/kernel/ageing-map.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { Clock, Standing } from '../../../protocols/kernel/ports.ts'
import { abortable } from '../abortable.ts'
import { Deadline } from '../deadline.ts'

/** As many as are weighed for one draw, twice. */
const KNOWN_MAX = 2_048
/** Stake thaws for days: what stood five minutes ago stands behind a stamp of now. */
const FRESH_MS = 300_000
/** Lookups at once, of a few calls of the chain each. */
const ASKING_MAX = 8
/** Operators that wait to be asked about; more are asked about at the next draw. */
const WAITING_MAX = 256
const ANSWER_MS_MAX = 10_000
/** After a failure nobody is asked about for so long: a chain that is down is not hammered. */
const PAUSE_MS = 5_000

export interface OwnerStakesNeeds {
  readonly standingOf: (operator: Address, signal?: AbortSignal) => Promise<Standing>
  readonly clock: Clock
}

interface Known {
  readonly standing: Standing
  readonly atMs: number
}

export class OwnerStakes implements Disposable {
  readonly #needs: OwnerStakesNeeds
  readonly #known = new AgeingMap<Address, Known>()
  readonly #asking = new Map<Address, Promise<void>>()
  readonly #waiting = new Set<Address>()
  readonly #stop = new AbortController()
  #pausedUntilMs = Number.NEGATIVE_INFINITY

  constructor(needs: OwnerStakesNeeds) {
    this.#needs = needs
  }

  /** What is known, at once; what is not, or is old, is asked about behind it. */
  known(operator: Address): Standing | undefined {
    const known = this.#known.get(operator)
    if (known === undefined || this.#needs.clock.monotonicMs() - known.atMs > FRESH_MS) this.#ask(operator)
    return known?.standing
  }

  /** Asks behind it about those of whom nothing is known yet, or nothing new: a draw does not wait. */
  prepare(operators: Iterable<{ readonly operator: Address }>): void {
    for (const { operator } of operators) this.known(operator)
  }

  /** The same of several, when those that nothing was known of have been asked about, or the signal ends it. */
  async whenKnown(operators: readonly Address[], signal: AbortSignal): Promise<void> {
    for (const operator of operators) this.known(operator)
    const unknown = operators.filter((operator) => !this.#known.has(operator))
    await abortable(Promise.all(unknown.map((operator) => this.#asking.get(operator))), signal).catch(() => undefined)
  }

  [Symbol.dispose](): void {
    this.#stop.abort(new MeshError('CANCELLED'))
    this.#waiting.clear()
  }

  #ask(operator: Address): void {
    if (this.#stop.signal.aborted || this.#asking.has(operator) || this.#waiting.has(operator)) return
    if (this.#needs.clock.monotonicMs() < this.#pausedUntilMs || this.#waiting.size >= WAITING_MAX) return
    this.#waiting.add(operator)
    this.#next()
  }

  #next(): void {
    for (const operator of this.#waiting) {
      if (this.#asking.size >= ASKING_MAX) return
      this.#waiting.delete(operator)
      const asking = this.#look(operator).finally(() => {
        this.#asking.delete(operator)
        this.#next()
      })
      this.#asking.set(operator, asking)
    }
  }

  async #look(operator: Address): Promise<void> {
    const { clock, standingOf } = this.#needs
    const late = (): MeshError => new MeshError('TIMEOUT', { what: 'the answer of the chain', ms: ANSWER_MS_MAX })
    using deadline = new Deadline(clock, ANSWER_MS_MAX, late, this.#stop.signal)
    try {
      const standing = await abortable(standingOf(operator, deadline.signal), deadline.signal)
      this.#known.delete(operator)
      if (this.#known.size >= KNOWN_MAX) this.#known.delete(this.#known.oldest()!)
      this.#known.set(operator, { standing, atMs: clock.monotonicMs() })
    } catch {
      // A witness that nobody answers for is none; who waits for the chain is told so by others.
      this.#pausedUntilMs = clock.monotonicMs() + PAUSE_MS
      this.#waiting.clear()
    }
  }
}
