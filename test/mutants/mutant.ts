/** One fault that somebody could make in the TypeScript code, and the tests that must fail of it. Those of the contracts are in contracts/proofs/mutants. */
export interface Mutant {
  /** What is wrong then. */
  readonly name: string
  /** From the root of the tree. */
  readonly file: string
  /** Found once, and replaced. */
  readonly find: string
  readonly replace: string
  /** Files of tests in an ordinary ring, of which one at least must fail. */
  readonly killedBy: readonly string[]
  /** What it would cost, and whom. */
  readonly why: string
}
