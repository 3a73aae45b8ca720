/**
 * Which chunks a peer is asked for next: those that the fewest peers have, so that what only one has is soon with two; among
 * equals the next one from where this node began, which is another place than where others did. Where nothing is left that is
 * not on its way, a chunk that is furthest from coming is asked for a second time: the last ones do not wait for the slowest.
 */

/** A peer that gives chunks. */
export interface Giver {
  has(chunk: number): boolean
  /** What it is being asked for: the chunks from `next` to before `end` are still to come. */
  readonly flight: { readonly next: number; readonly end: number } | undefined
}

export interface RunWish {
  /** Of the whole content. */
  readonly count: number
  readonly has: (chunk: number) => boolean
  /** All that give, the one that is asked among them. */
  readonly givers: readonly Giver[]
  /** Where this node began. */
  readonly start: number
  /** Chunks of one run. */
  readonly runMax: number
}

/** A chunk is asked for from at most so many at once: more would be paid for by those who serve. */
export const COPIES_MAX = 2

/** `undefined` where the giver has nothing that is wanted. Givers without a flight may be asked; `giver` is one of them. */
export function chooseRun(wish: RunWish, giver: Giver): { readonly from: number; readonly count: number } | undefined {
  return freshRun(wish, giver) ?? secondCopy(wish, giver)
}

function freshRun(wish: RunWish, giver: Giver): { readonly from: number; readonly count: number } | undefined {
  const { count, givers, start, runMax } = wish
  const isFree = (chunk: number): boolean => !wish.has(chunk) && giver.has(chunk) && copies(givers, chunk) === 0
  let from: number | undefined
  let fewest = Number.POSITIVE_INFINITY
  for (let i = 0; i < count && fewest > 1; i++) {
    const chunk = (start + i) % count
    if (!isFree(chunk)) continue
    const rarity = holders(givers, chunk)
    if (rarity >= fewest) continue
    fewest = rarity
    from = chunk
  }
  if (from === undefined) return undefined
  let end = from + 1
  while (end < count && end - from < runMax && isFree(end) && holders(givers, end) <= fewest) end++
  return { from, count: end - from }
}

function secondCopy({ givers, has }: RunWish, giver: Giver): { readonly from: number; readonly count: 1 } | undefined {
  let from: number | undefined
  let furthest = -1
  for (const { flight } of givers) {
    if (flight === undefined) continue
    for (let chunk = flight.next; chunk < flight.end; chunk++) {
      if (has(chunk) || !giver.has(chunk) || copies(givers, chunk) >= COPIES_MAX) continue
      if (chunk - flight.next <= furthest) continue
      furthest = chunk - flight.next
      from = chunk
    }
  }
  return from === undefined ? undefined : { from, count: 1 }
}

const holders = (givers: readonly Giver[], chunk: number): number =>
  givers.reduce((sum, giver) => sum + Number(giver.has(chunk)), 0)

const copies = (givers: readonly Giver[], chunk: number): number =>
  givers.reduce(
    (sum, { flight }) => sum + Number(flight !== undefined && chunk >= flight.next && chunk < flight.end),
    0,
  )
