/** The name that was probably meant. */

/** Names further off than a third of their letters are another word, not a slip. */
const SHARE_MAX = 3

/** `undefined` where no name is near. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  const wanted = fold(given)
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const name of names) {
    const distance = editDistance(wanted, fold(name))
    const isNear = distance <= Math.max(2, Math.floor(name.length / SHARE_MAX))
    if (isNear && (best === undefined || distance < best.distance)) best = { name, distance }
  }
  return best?.name
}

/** `price-max`, `PRICE_MAX` and `priceMax` are the same slip away from each other: none. */
const fold = (name: string): string => name.toLowerCase().slice(0, 64).replace(/[-_.]/g, '')

/** Letters to insert, remove, replace or swap with their neighbour. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? beforeLast[j - 2]! + 1 : Infinity
      row[j] = Math.min(replaced, swapped, last[j]! + 1, row[j - 1]! + 1)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
