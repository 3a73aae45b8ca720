/** Who owns a miner: asked of the chain once, and known from then on. */
import { AgeingMap } from '../../protocols/kernel/ageing-map.ts'
import { asMeshError } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { ChainView } from '../../protocols/kernel/ports.ts'

/** As many as a client weighs. */
const OWNERS_MAX = 4_096
/** Asked at once. */
const ASKING_MAX = 8

export class Owners implements Disposable {
  readonly #chain: Pick<ChainView, 'standingOf'>
  readonly #onBug: (error: unknown) => void
  readonly #stop = new AbortController()
  readonly #owners = new AgeingMap<Address, Address>()
  readonly #asking = new Map<Address, Promise<void>>()

  /** @param onBug hears of faults of ours: nobody waits for the answer */
  constructor(chain: Pick<ChainView, 'standingOf'>, onBug: (error: unknown) => void) {
    this.#chain = chain
    this.#onBug = onBug
  }

  /** Undefined while it is asked for. One that is bound to nobody answers for itself. */
  ownerOf(miner: Address): Address | undefined {
    const known = this.#owners.get(miner)
    if (known === undefined && !this.#asking.has(miner) && this.#asking.size < ASKING_MAX) this.#ask(miner)
    return known
  }

  /** What is asked for now has been answered. */
  async settled(): Promise<void> {
    await Promise.all(this.#asking.values())
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
  }

  #ask(miner: Address): void {
    const asked = this.#chain
      .standingOf(miner, this.#stop.signal)
      .then(({ owner }) => {
        if (this.#owners.size >= OWNERS_MAX) this.#owners.delete(this.#owners.oldest()!)
        this.#owners.set(miner, owner ?? miner)
      })
      .catch((error: unknown) => {
        // The chain is away: it is asked again by who wants to know next.
        if (asMeshError(error).fault === 'bug') this.#onBug(error)
      })
      .finally(() => this.#asking.delete(miner))
    this.#asking.set(miner, asked)
  }
}
