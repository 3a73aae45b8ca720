/** Figures that can be, in all that is said of a card, without a test runner. */

/** Below freezing no card was seen to run; and all but heat is 0 and more. */
const HEAT_C_MIN = -60

/** @throws Error with the path to a figure that cannot be, or to a text that no terminal should see */
export function assertPossible(value: unknown, path = ''): void {
  if (typeof value === 'number') {
    const least = /temperaturesC|[mM]arginC$/.test(path) ? HEAT_C_MIN : 0
    if (!Number.isFinite(value) || value < least) throw new Error(`${path} is ${value}`)
    if (/(utilisation|fan)$/.test(path) && value > 1) throw new Error(`${path} is ${value}`)
  } else if (typeof value === 'string') {
    if (/\p{Cc}|\p{Cf}|\uFFFD/u.test(value)) throw new Error(`${path} is ${JSON.stringify(value)}`)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) assertPossible(inner, `${path}.${name}`)
  }
}
