/** A world to route in, drawn by a seed: cities on eight dimensions of milliseconds, and miners in them with prices and scores. */
import { SeededRandom } from '../../../simulations/clock/seeded-random.ts'

export const DIMENSIONS = 8
/** Where people are: few large places and many small ones. */
const CITIES = 150
/** Ways between continents take up to a third of a second. */
const WORLD_MS = 110
/** Within a city, and of the last mile. */
const CITY_MS = 3

export interface WorldMiner {
  readonly position: readonly number[]
  readonly lastMileMs: number
  readonly price: number
  readonly serviceMs: number
  readonly quality: number
  readonly factor: number
  readonly isFull: boolean
}

export class RoutingWorld {
  readonly random: SeededRandom
  readonly #cities: readonly (readonly number[])[]

  constructor(seed: string) {
    this.random = new SeededRandom(seed)
    this.#cities = Array.from({ length: CITIES }, () => this.#around(ORIGIN, WORLD_MS / Math.sqrt(DIMENSIONS)))
  }

  /** In a city by its size: the n-th has 1/n of the people of the first. */
  place(): readonly number[] {
    const at = Math.floor(CITIES ** this.random.fraction()) - 1
    return this.#around(this.#cities[at]!, CITY_MS)
  }

  miner(): WorldMiner {
    const { random } = this
    return {
      position: this.place(),
      lastMileMs: 1 + this.#skewed(8),
      price: Math.round(1_000 * Math.exp(0.45 * this.#normal())),
      serviceMs: 8 + this.#skewed(25),
      quality: random.fraction() < 0.2 ? 0.5 : 0.5 + 0.48 * random.fraction(),
      factor: random.fraction() < 0.02 ? 3 : 1,
      isFull: random.fraction() < 0.1,
    }
  }

  #around(centre: readonly number[], spreadMs: number): readonly number[] {
    return centre.map((value) => Math.fround(value + spreadMs * this.#normal()))
  }

  #skewed(meanMs: number): number {
    return -meanMs * Math.log(1 - this.random.fraction())
  }

  /** Of twelve draws: near enough to the bell curve. */
  #normal(): number {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += this.random.fraction()
    return sum
  }
}

const ORIGIN = new Array(DIMENSIONS).fill(0) as readonly number[]

export function wayMs(one: readonly number[], other: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < DIMENSIONS; i++) sum += (one[i]! - other[i]!) ** 2
  return Math.sqrt(sum)
}
