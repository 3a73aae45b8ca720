/**
 * What README.md shows of `npm start -- --once`: how it is made of a run, and in what another run is not the same. Figures, addresses and
 * hashes differ from run to run; which lines there are, and what they say, does not.
 */
import { fileURLToPath } from 'node:url'
import { isProgress } from '../processes/cli-process.ts'

export const README = new URL('../../../README.md', import.meta.url)
const BEGIN =
  '<!-- transcript: made by test/support/documents/make-readme-transcript.ts -->\n\n```\n$ npm start -- --once\n'
const END = '```\n\n<!-- end of transcript -->'
/** Stands for lines that the README leaves out. */
const CUT = '...'
/** Behind these lines, to before those, the README leaves out what a run says. */
const CUTS: readonly { readonly behind: RegExp; readonly before: RegExp }[] = [
  { behind: /^German /, before: /^\$ aitbc quote/ },
  { behind: /^An audit found /, before: /^ON THE CHAIN/ },
]
const folder = fileURLToPath(new URL('../../../', import.meta.url))

/** @throws Error where the document has no place for it */
export function transcriptIn(document: string): string {
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)]
  if (from < 0 || to < from) throw new Error('README.md has no place for the transcript')
  return document.slice(from + BEGIN.length, to)
}

/** @param said on both streams, in its order */
export const withTranscript = (document: string, said: string): string =>
  document.replace(transcriptIn(document), () => shortened(said))

function shortened(said: string): string {
  const kept: string[] = []
  let until: RegExp | undefined
  const from = said.indexOf('Starting a network')
  for (const line of said.slice(from).trimEnd().split('\n')) {
    if (until?.test(line)) until = undefined
    if (until !== undefined || isProgress(line)) continue
    if (kept.at(-1) === CUT && line.startsWith('$')) kept.push('')
    kept.push(line.replaceAll(folder, ''))
    until = CUTS.find(({ behind }) => behind.test(line))?.before
    if (until !== undefined) kept.push(CUT)
  }
  return `${kept.join('\n')}\n`
}

/** A line without what differs from run to run. */
const kindOf = (line: string): string =>
  line
    .replaceAll(folder, '')
    .replace(/0x[0-9a-f]+(…[0-9a-f]+)?/g, '<hash>')
    .replace(/\b([0-9a-f]{32}|(?<=jobs show )[0-9a-f]{8})\b/g, '<id>')
    .replace(/(under )?[+-]?\d[\d.]*( (ms|s|%)(?= |$|[;,)]))?|[—–]/g, '#')
    .replace(/# (measured|guessed)/, '#')
    .replace(/# \(#\)/, '#')
    .replace(/\b(jobs)\b/, 'job')
    // The tier of a score, and the term that weighs most against a miner.
    .replace(/(# +)[A-DU]$/, '$1<tier>')
    .replace(
      /(?:as good as the best; )?(dearer|slower or farther|lower or unknown score|worse by a little of everything)$/,
      '<why>',
    )
    .replace(/ +/g, ' ')
    .trimEnd()

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !isProgress(line))
    .map((line) => (line === CUT ? CUT : kindOf(line)))

/**
 * In what a run says other than the transcript, whose lines are on one of its two streams each; nothing where it is the same but for what
 * was cut.
 */
export function differences(transcript: string, { out, err }: { readonly out: string; readonly err: string }) {
  const streams = [linesOf(out), linesOf(err)]
  const next = [0, 0]
  const wrong: string[] = []
  // What was cut may have been on either stream: each goes on where its own next line is.
  const isCut = [false, false]
  for (const line of linesOf(transcript)) {
    if (line === CUT) {
      isCut.fill(true)
      continue
    }
    const found = streams.findIndex((lines, i) => lines[next[i]!] === line)
    const later =
      found < 0 ? streams.findIndex((lines, i) => isCut[i] === true && lines.includes(line, next[i]!)) : found
    if (later < 0) wrong.push(`not said: ${line}`)
    else {
      next[later] = streams[later]!.indexOf(line, next[later]!) + 1
      isCut[later] = false
    }
  }
  const rest = streams.flatMap((lines, i) => (isCut[i] === true ? [] : lines.slice(next[i]!)))
  return [...wrong, ...rest.map((line) => `not in the README: ${line}`)]
}
