/** Measures what signature checks cost, and charges the peer that they are made for. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock, Crypto } from '../../protocols/kernel/ports.ts'
import type { Charging, CheckAccount } from '../network/calls/charging.ts'

export class CheckMeter implements Charging {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #payer = new AsyncLocalStorage<CheckAccount>()

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock
  }

  run<T>(account: CheckAccount, work: () => T): T {
    return this.#payer.run(account, work)
  }

  /** The same, measured. */
  metered(crypto: Crypto): Crypto {
    return {
      ...crypto,
      verify: (digest, publicKey, signature) => {
        const payer = this.#payer.getStore()
        if (payer === undefined) return crypto.verify(digest, publicKey, signature)
        const startedMs = this.#clock.monotonicMs()
        const isGood = crypto.verify(digest, publicKey, signature)
        payer.checks++
        payer.checkMs += this.#clock.monotonicMs() - startedMs
        return isGood
      },
    }
  }
}
