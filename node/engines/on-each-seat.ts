/** The same work on every seat of a miner, on some at once; what one of them cannot do holds up none of the others. */
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'

/** Loading is disk and one processor core each; a machine with eight cards is not to be asked for eight of them. */
const AT_ONCE = 4

export interface SeatOutcomes<S, T> {
  readonly done: readonly { readonly seat: S; readonly value: T }[]
  readonly failed: readonly { readonly seat: S; readonly error: MeshError }[]
}

/** Both in the order of `seats`. Who cancels `work` finds what was done by then here, and has to let go of it. */
export async function onEachSeat<S, T>(
  seats: readonly S[],
  work: (seat: S) => Promise<T>,
): Promise<SeatOutcomes<S, T>> {
  const outcomes: ({ readonly value: T } | { readonly error: MeshError })[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let at = next++; at < seats.length; at = next++) {
      try {
        outcomes[at] = { value: await work(seats[at]!) }
      } catch (error) {
        outcomes[at] = { error: asMeshError(error) }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, seats.length) }, worker))
  return {
    done: seats.flatMap((seat, at) => ('value' in outcomes[at]! ? [{ seat, value: outcomes[at].value }] : [])),
    failed: seats.flatMap((seat, at) => ('error' in outcomes[at]! ? [{ seat, error: outcomes[at].error }] : [])),
  }
}
