/** Every figure of an adversary over several seeds. */
import type { Crypto } from '../../../protocols/kernel/ports.ts'
import { type Run, runWorld } from '../run-world.ts'
import type { Scenario } from '../scenario.ts'
import type { MarketSize } from '../small-market.ts'
import type { Adversary, Figure } from './adversary.ts'

export interface Measured extends Omit<Figure, 'reached'> {
  /** One of each seed. */
  readonly reached: readonly number[]
}

/** Runs adversaries over seeds. Most are held against the same honest market, which is run once a seed. */
export class Measuring {
  readonly #crypto: Crypto
  readonly #size: Omit<MarketSize, 'seed'>
  readonly #seeds: readonly string[]
  readonly #controls = new Map<string, Run>()

  constructor(size: Omit<MarketSize, 'seed'>, seeds: readonly string[], crypto: Crypto) {
    this.#size = size
    this.#seeds = seeds
    this.#crypto = crypto
  }

  /** @throws MeshError BUG where a node broke a rule of the program in one of the runs */
  async measure(adversary: Adversary): Promise<readonly Measured[]> {
    const bySeed: (readonly Figure[])[] = []
    for (const seed of this.#seeds) {
      const { attack, control, figures } = adversary.stage({ ...this.#size, seed })
      bySeed.push(figures(await this.#run(attack), await this.#runOnce(control)))
    }
    return bySeed[0]!.map((first, i) => ({ ...first, reached: bySeed.map((figures) => figures[i]!.reached) }))
  }

  async #runOnce(control: Scenario): Promise<Run> {
    const key = `${control.name}/${control.seed}`
    const known = this.#controls.get(key) ?? (await this.#run(control))
    this.#controls.set(key, known)
    return known
  }

  async #run(scenario: Scenario): Promise<Run> {
    const run = await runWorld(scenario, this.#crypto)
    if (run.bugs[0] !== undefined) throw run.bugs[0]
    return run
  }
}

export const meanOf = ({ reached }: Measured): number => reached.reduce((sum, each) => sum + each, 0) / reached.length

/** Standard error of the mean: by how much it may be chance. */
export function errorOf(measured: Measured): number {
  const { reached } = measured
  if (reached.length < 2) return Number.POSITIVE_INFINITY
  const mean = meanOf(measured)
  const squares = reached.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  return Math.sqrt(squares / (reached.length - 1) / reached.length)
}
