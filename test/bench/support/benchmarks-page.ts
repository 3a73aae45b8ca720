/** docs/benchmarks.md, from what all benchmarks told. */
import type { Benchmark } from './benchmarks.ts'
import { type BenchLine, boundText, type Figure, isReached, ratioText } from './figures.ts'

export interface Ran {
  readonly bench: Benchmark
  readonly seconds: number
  /** It came to its end. */
  readonly isWhole: boolean
  readonly lines: readonly BenchLine[]
}

/** @param commit what was measured */
export function benchmarksPage(ran: readonly Ran[], commit: string): string {
  const figures = ran.flatMap(({ lines }) => lines.flatMap((line) => (line.kind === 'figure' ? [line] : [])))
  const bounded = figures.filter(({ wanted }) => wanted !== undefined)
  const reached = bounded.filter(({ wanted }) => isReached(wanted!)).length
  const seconds = ran.reduce((sum, each) => sum + each.seconds, 0)
  return `# Benchmarks

Written by \`npx node test/bench/all.ts\`, in one run of ${Math.round(seconds / 60)} minutes over commit ${commit}; not edited by hand. Each
benchmark measures its baseline in the same run, in turns: read the ratios, for machines are noisy. A ratio is the figure by its baseline,
of rates as of times, unless the row says otherwise. ${reached} of ${bounded.length} wanted figures are reached.

${ran.map(section).join('\n')}`
}

function section({ bench, seconds, isWhole, lines }: Ran): string {
  const machine = lines.find((line) => line.kind === 'machine')
  const figures = lines.flatMap((line) => (line.kind === 'figure' ? [line] : []))
  const details = lines.flatMap((line) => (line.kind === 'detail' ? [line.text] : []))
  const hurdles = new Set(
    figures.flatMap(({ wanted }) => (wanted && !isReached(wanted) ? [wanted.unreached ?? ''] : [])),
  )
  return [
    `## ${bench.name}`,
    '',
    `${bench.about}${isWhole ? '' : ' **It ended with a failure; what it told before stands here.**'}`,
    '',
    `\`${command(bench)}\`, ${seconds.toFixed(0)} s${machine === undefined ? '' : `; ${machine.text}`}`,
    '',
    '| measured | found | baseline | ratio | wanted |',
    '| --- | --- | --- | --- | --- |',
    ...figures.map(row),
    ...(details.length === 0 ? [] : ['', '```', ...details, '```']),
    ...(bench.note === undefined ? [] : ['', bench.note]),
    ...[...hurdles].filter((hurdle) => hurdle !== '').flatMap((hurdle) => ['', `Not reached: ${hurdle}`]),
    '',
  ].join('\n')
}

const command = ({ name, args = [], nodeFlags = [] }: Benchmark): string =>
  ['npx node', ...nodeFlags, `test/bench/${name}.ts`, ...args].join(' ')

function row({ asks, found, baseline = '–', ratio, wanted }: Figure): string {
  const bound = wanted === undefined ? '–' : `${boundText(wanted)}${isReached(wanted) ? '' : ' **not reached**'}`
  const cells = [asks, found, baseline, ratio === undefined ? '–' : ratioText(ratio), bound]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
