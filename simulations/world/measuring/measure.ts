/** Every figure of an adversary over several seeds. */
import type { Crypto } from '../../../protocols/kernel/ports.ts'
import type { Adversary, Figure } from '../adversaries/adversary.ts'
import { type Run, runWorld } from '../run-world.ts'
import type { Scenario } from '../scenario.ts'
import type { MarketSize } from '../small-market.ts'

export interface Measured extends Pick<Figure, 'what' | 'below' | 'unit'> {
  /** One of each seed. */
  readonly seeds: readonly Pick<Figure, 'count' | 'of'>[]
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
    return bySeed[0]!.map(({ what, below, unit }, i) => ({ what, below, unit, seeds: bySeed.map((all) => all[i]!) }))
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

/** What is reached in all seeds together. */
export const reachedIn = ({ seeds }: Pick<Measured, 'seeds'>): number =>
  sum(seeds.map(({ count }) => count)) / sum(seeds.map(({ of }) => of))

/** Its standard error, by how much it may be chance: the jackknife, which leaves out one seed after the other. */
export function errorIn({ seeds }: Pick<Measured, 'seeds'>): number {
  if (seeds.length < 2) return Number.POSITIVE_INFINITY
  const without = seeds.map((_, left) => reachedIn({ seeds: seeds.filter((_, i) => i !== left) }))
  const mean = sum(without) / without.length
  return Math.sqrt(((seeds.length - 1) / seeds.length) * sum(without.map((each) => (each - mean) ** 2)))
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0)
