/** Texts of a wanted length, cut from messages that follow each other. */
import type { Random } from '../../make/seeded-random.ts'

const LEARNT_CHARACTERS_MIN = 8
const LEARNT_CHARACTERS_MAX = 200

/** Messages drawn at random, cut to a length of which short ones are as likely as long ones. */
export function randomPassage(texts: readonly string[], random: Random): string {
  const low = Math.log(LEARNT_CHARACTERS_MIN)
  const high = Math.log(LEARNT_CHARACTERS_MAX)
  const wanted = Math.round(Math.exp(random.between(low, high)))
  let joined = ''
  while (joined.length < wanted) joined += `${texts[random.below(texts.length)]!} `
  const points = [...joined]
  return cut(points, random.below(Math.max(1, points.length - wanted)), wanted).text
}

/** All of `texts` one after the other, in passages of at most `characters` code points. */
export function* passagesOf(texts: readonly string[], characters: number): Generator<string> {
  const points = [...texts.join(' ')]
  for (let at = 0; at + characters < points.length; ) {
    const { text, end } = cut(points, at, characters)
    yield text
    at = end
  }
}

/** Ends before a word that would be cut, and starts after one, unless the word is half of the passage: not all scripts have spaces. */
function cut(points: readonly string[], from: number, characters: number): { text: string; end: number } {
  const half = Math.floor(characters / 2)
  let start = from
  if (start > 0 && points[start - 1] !== ' ') {
    const space = points.indexOf(' ', start)
    if (space !== -1 && space < from + half) start = space + 1
  }
  let end = Math.min(points.length, start + characters)
  if (end < points.length && points[end] !== ' ') {
    const space = points.lastIndexOf(' ', end)
    if (space > start + half) end = space
  }
  return { text: points.slice(start, end).join(''), end }
}
