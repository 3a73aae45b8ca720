/** How wide a text is on a terminal, and texts cut to a width. */

/** East Asian characters and emoji take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
/** Marks that sit on the character before them, and joiners, take none. */
const NARROW = /^[\p{Mn}\p{Me}\p{Cf}]+$/u

let letters: Intl.Segmenter | undefined
/** Made when a text is the first that needs it: that costs 20 ms, a tenth of a short command. */
const lettersOf = (text: string): Intl.Segments => {
  letters ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return letters.segment(text)
}

/** Columns that a text without control characters takes. */
export function textWidth(text: string): number {
  // Most of what is printed is ASCII, where the answer is at hand.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const { segment } of lettersOf(text)) width += letterWidth(segment)
  return width
}

const letterWidth = (letter: string): number => (NARROW.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1)

/** The text, or its beginning and an ellipsis where it is wider. */
export function cutTo(width: number, text: string): string {
  if (textWidth(text) <= width) return text
  let cut = ''
  let taken = 0
  for (const { segment } of lettersOf(text)) {
    taken += letterWidth(segment)
    if (taken > width - 1) break
    cut += segment
  }
  return width < 1 ? '' : `${cut}…`
}

/** Filled up with spaces. */
export const padTo = (width: number, text: string, align: 'left' | 'right' = 'left'): string => {
  const spaces = ' '.repeat(Math.max(0, width - textWidth(text)))
  return align === 'left' ? text + spaces : spaces + text
}
