/** Nodes that find their coordinates over measured round trips, each from some neighbours of its own; and some that lie. */
import { type Coordinates, distanceMs } from '../../../protocols/rules/coordinates/coordinates.ts'
import { moved, placedAt, type Spot } from '../../../protocols/rules/coordinates/vivaldi.ts'
import { SeededRandom } from '../../../simulations/clock/seeded-random.ts'

/** What a liar tells of itself, and by how much it holds its echo back. */
export type Lie = (liar: number, truth: Coordinates, draw: () => number) => readonly [Coordinates, number]

export interface CoordinateWorldNeeds {
  readonly rttMs: readonly (readonly number[])[]
  /** Peers that each node times, again and again. */
  readonly neighbours: number
  readonly seed: string
  readonly isLiar?: (node: number) => boolean
  readonly lie?: Lie
}

export class CoordinateWorld {
  readonly #needs: CoordinateWorldNeeds
  readonly #spots: Spot[]
  readonly #neighbours: readonly (readonly number[])[]
  readonly #draw: () => number

  constructor(needs: CoordinateWorldNeeds) {
    this.#needs = needs
    const random = new SeededRandom(needs.seed)
    this.#draw = () => random.uint32() / 2 ** 32
    const { length } = needs.rttMs
    this.#spots = needs.rttMs.map(() => placedAt())
    const other = (node: number): number => (node + 1 + Math.floor(this.#draw() * (length - 1))) % length
    this.#neighbours = needs.rttMs.map((_, node) => Array.from({ length: needs.neighbours }, () => other(node)))
  }

  at(node: number): Coordinates {
    return this.#spots[node]!.coordinates
  }

  /** Each node times one neighbour in each round. */
  run(rounds: number): void {
    const { rttMs, isLiar, lie } = this.#needs
    for (let round = 0; round < rounds; round++) {
      for (const [node, neighbours] of this.#neighbours.entries()) {
        const peer = neighbours[Math.floor(this.#draw() * neighbours.length)]!
        const truth = this.at(peer)
        const [told, heldMs] = isLiar?.(peer) === true ? lie!(peer, truth, this.#draw) : [truth, 0]
        this.#spots[node] = moved(this.#spots[node]!, told, rttMs[node]![peer]! + heldMs, this.#draw)
      }
    }
  }

  /** Relative errors of all pairs of these nodes, the smallest first. */
  errors(among: (node: number) => boolean = () => true): readonly number[] {
    const nodes = this.#spots.map((_, node) => node).filter(among)
    const errors = nodes.flatMap((one) =>
      nodes
        .filter((other) => other !== one)
        .map((other) => {
          const rttMs = this.#needs.rttMs[one]![other]!
          return Math.abs(distanceMs(this.at(one), this.at(other)) - rttMs) / rttMs
        }),
    )
    return errors.sort((a, b) => a - b)
  }
}
