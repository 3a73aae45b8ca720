/** One fault that somebody could make, and the proof that must fail of it. */
export interface Mutant {
  /** What is wrong then. */
  readonly name: string
  /** In contracts/src. */
  readonly file: string
  /** Found once, and replaced. */
  readonly find: string
  readonly replace: string
  /** The test or invariant that must fail, by its name. */
  readonly killedBy: string
}
