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

/**
 * @param commit what was measured
 * @param earlier the page until now: sections of benchmarks that did not run this time stay as they are, and say over which commit they were made
 */
export function benchmarksPage(order: readonly Benchmark[], ran: readonly Ran[], commit: string, earlier = ''): string {
  const known = sectionsOf(earlier)
  for (const each of ran) known.set(each.bench.name, section(each, commit))
  const sections = order.flatMap(({ name }) => known.get(name) ?? [])
  const bounds = sections.flatMap(boundsIn)
  const reached = bounds.filter((bound) => !bound.includes(NOT_REACHED)).length
  return `# Benchmarks

Written by \`npx node test/bench/all.ts\`; not edited by hand. Each benchmark measures its baseline in the same run, in turns: read the ratios, for
machines are noisy. A ratio is the figure by its baseline, of rates as of times, unless the row says otherwise. ${reached} of ${bounds.length} wanted figures
are reached; below each table stands what is in the way of the others.

${sections.join('\n')}`
}

const NOT_REACHED = '**not reached**'

/** By benchmark. */
function sectionsOf(page: string): Map<string, string> {
  const sections = page.split(/^(?=## )/m).slice(1)
  return new Map(sections.map((text) => [/^## (\S+)/.exec(text)![1]!, `${text.trimEnd()}\n`]))
}

/** The last cells of its rows that say what is wanted. */
const boundsIn = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => /^\|.*\| ([≤≥][^|]*) \|$/.exec(line)?.[1] ?? [])

function section({ bench, seconds, isWhole, lines }: Ran, commit: string): string {
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
    `\`${command(bench)}\` over commit ${commit}, ${seconds.toFixed(0)} s${machine === undefined ? '' : `; ${machine.text}`}`,
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
  const bound = wanted === undefined ? '–' : `${boundText(wanted)}${isReached(wanted) ? '' : ` ${NOT_REACHED}`}`
  const cells = [asks, found, baseline, ratio === undefined ? '–' : ratioText(ratio), bound]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
