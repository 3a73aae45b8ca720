/** Long hexadecimal names where their ends are enough to tell them apart; JSON and `jobs show` have them whole. */

const HEAD = 10
const TAIL = 4

/** `0x1288a69a…e73b`. */
export const shortHex = (text: string): string =>
  text.length > HEAD + TAIL + 1 ? `${text.slice(0, HEAD)}…${text.slice(-TAIL)}` : text
