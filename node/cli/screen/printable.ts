/** Texts of others on a terminal: control characters could move the cursor, forge a line or rename the window. */

/** Long enough for any message; longer ones are somebody's attempt. */
const CHARS_MAX = 2_000

/** Bounded, on one line, and without what is not seen. */
export function printable(text: string, charsMax: number = CHARS_MAX): string {
  const cut = text.length > charsMax ? `${text.slice(0, charsMax)}…` : text
  // U+200D and variation selectors belong to emoji; the other format characters turn the order of letters around.
  return cut.replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Co}\p{Cs}]|(?!\u200d)\p{Cf}/gu, '�')
}
