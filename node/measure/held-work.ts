/** What a probe made and has to hold: results of all rounds, and the trees over them. */
import { concat } from '../../protocols/kernel/bytes.ts'
import type { Hasher } from '../../protocols/kernel/ports.ts'
import type { OpenedLeaf } from '../../protocols/rules/probing/check-opening.ts'
import type { ProbeSize } from '../../protocols/rules/probing/probe-size.ts'
import { blocksOf, leafDigest, leafPlace, probeTree } from '../../protocols/rules/probing/probe-work.ts'
import type { MerkleTree } from '../../protocols/statements/merkle.ts'

export class HeldWork {
  readonly #hasher: Pick<Hasher, 'sha256'>
  readonly #size: ProbeSize
  readonly #rounds: { readonly blocks: readonly Uint8Array[]; readonly tree: MerkleTree }[] = []
  #recall: MerkleTree | undefined

  constructor(hasher: Pick<Hasher, 'sha256'>, size: ProbeSize) {
    this.#hasher = hasher
    this.#size = size
  }

  /** The result of the next round, which is kept as it is. @returns its root */
  add(result: Uint8Array): Uint8Array {
    const blocks = blocksOf(result, this.#size.side)
    const tree = probeTree(
      this.#hasher,
      blocks.map((block) => leafDigest(this.#hasher, block)),
    )
    this.#rounds.push({ blocks, tree })
    return tree.root
  }

  /** @param turn awaited after every round: hashing all of it takes a while */
  async recall(nonce: Uint8Array, turn: () => Promise<void>): Promise<Uint8Array> {
    const leaves: Uint8Array[] = []
    for (const { blocks } of this.#rounds) {
      for (const block of blocks) leaves.push(leafDigest(this.#hasher, block, nonce))
      await turn()
    }
    this.#recall = probeTree(this.#hasher, leaves)
    return this.#recall.root
  }

  /** After {@link recall}. */
  open(leaf: number): OpenedLeaf {
    const { round, leafOfRound } = leafPlace(this.#size.side, leaf)
    const { blocks, tree } = this.#rounds[round]!
    return {
      leaf,
      block: blocks[leafOfRound]!,
      path: concat(...tree.path(leafOfRound)),
      recallPath: concat(...this.#recall!.path(leaf)),
    }
  }
}
