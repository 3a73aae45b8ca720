/** Which key a request shows: that of the gateway, or one of those that its owner named. */
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { isApiKey } from './api-key.ts'
import { type KeyHolder, MAIN_KEY, NO_KEY } from './day-budgets.ts'
import { keyNames, readNamedKey } from './named-keys.ts'

/** A key that was made or revoked counts within this time, while requests come. */
const LOOK_MS = 1_000

export interface KeyRingNeeds {
  readonly dataFolder: string
  readonly clock: Clock
  /** Nobody has to show any where absent. */
  readonly mainKey: string | undefined
  /** Of the main key, and of everybody together where no key is asked for. */
  readonly budget: Credits
  /** A key's file cannot be used; once for each, as long as it is so. */
  readonly onFault: (error: MeshError) => void
}

interface Held extends KeyHolder {
  readonly key: string
}

export class KeyRing {
  readonly #needs: KeyRingNeeds
  #named: readonly Held[] = []
  #faults: ReadonlySet<string> = new Set()
  #lookedAtMs = Number.NEGATIVE_INFINITY

  constructor(needs: KeyRingNeeds) {
    this.#needs = needs
  }

  get asksForKey(): boolean {
    return this.#needs.mainKey !== undefined
  }

  /** Everybody where no key is asked for. */
  get anybody(): KeyHolder {
    return { name: NO_KEY, budget: this.#needs.budget }
  }

  /** Every key is looked at, and each in a time that does not tell how much of it is right. */
  holderOf(given: string): KeyHolder | undefined {
    const found = this.#all().filter(({ key }) => isApiKey(given, key))[0]
    return found === undefined ? undefined : holder(found)
  }

  holders(): readonly KeyHolder[] {
    return this.asksForKey ? this.#all().map(holder) : [this.anybody]
  }

  #all(): readonly Held[] {
    const { mainKey, budget, clock } = this.#needs
    if (clock.monotonicMs() - this.#lookedAtMs >= LOOK_MS) this.#look()
    return mainKey === undefined ? [] : [{ name: MAIN_KEY, budget, key: mainKey }, ...this.#named]
  }

  #look(): void {
    const { dataFolder, clock, onFault } = this.#needs
    this.#lookedAtMs = clock.monotonicMs()
    const named: Held[] = []
    const faults = new Map<string, MeshError>()
    const orFault = (read: () => void): void => {
      try {
        read()
      } catch (error) {
        const fault = asMeshError(error)
        // Revoked between the two looks.
        if (fault.code !== 'NOT_FOUND') faults.set(fault.message, fault)
      }
    }
    orFault(() => {
      for (const name of keyNames(dataFolder)) orFault(() => named.push(readNamedKey(dataFolder, name)))
    })
    this.#named = named
    for (const [message, fault] of faults) if (!this.#faults.has(message)) onFault(fault)
    this.#faults = new Set(faults.keys())
  }
}

const holder = ({ name, budget }: Held): KeyHolder => ({ name, budget })
