/**
 * What a job will hold of a card's or a machine's memory, before it is accepted. It is an estimate: the engine's child is ended by a
 * hard limit where it was too low, and what was learned then counts for the next.
 */

export interface MemoryFacts {
  /** The model in memory, runtime included, as it stands ready. */
  readonly readyBytes: number
  /** Of this job. */
  readonly inputBytes: number
  /** Where the model's shapes say it. */
  readonly outputBytes?: number
  /** Intermediate values together, where all shapes of the graph are fixed. */
  readonly activationBytes?: number
  /** Seen above `readyBytes` for each byte of input, of jobs of this model on this machine ({@link learnNeed}). */
  readonly learnedPerInputByte?: number
}

export interface MemoryNeed {
  readonly bytes: number
  /** `unknown`: shapes that depend on the input, and no job of the model has run here; `bytes` is what is certain, and no more. */
  readonly basis: 'static' | 'learned' | 'unknown'
}

/** Allocators round up, and kernels take work space that no shape shows. */
const SAFETY = 1.25

const sizeOf = (bytes: number | undefined): number => (bytes !== undefined && bytes > 0 ? bytes : 0)

export function memoryNeed(facts: MemoryFacts): MemoryNeed {
  const certain = sizeOf(facts.inputBytes) + sizeOf(facts.outputBytes)
  const of = (working: number, basis: MemoryNeed['basis']): MemoryNeed => ({
    bytes: Math.ceil(sizeOf(facts.readyBytes) + working),
    basis,
  })
  if (facts.activationBytes !== undefined) return of(SAFETY * (certain + sizeOf(facts.activationBytes)), 'static')
  if (facts.learnedPerInputByte !== undefined) {
    return of(Math.max(certain, SAFETY * sizeOf(facts.learnedPerInputByte) * sizeOf(facts.inputBytes)), 'learned')
  }
  return of(certain, 'unknown')
}

/**
 * The least that a run was seen to take for each byte of its input. The least, because what a run takes may depend on the values in it:
 * who makes one run need much must not keep the others out. Who needs more than is foretold is stopped by the hard limit.
 */
export function learnNeed(
  known: number | undefined,
  seen: { readonly aboveReadyBytes: number; readonly inputBytes: number },
): number | undefined {
  if (!(seen.inputBytes > 0) || !(seen.aboveReadyBytes >= 0)) return known
  return Math.min(known ?? Number.POSITIVE_INFINITY, seen.aboveReadyBytes / seen.inputBytes)
}
