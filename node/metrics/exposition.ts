/** Metrics in the text format of Prometheus, version 0.0.4. */
import type { MetricName, MetricRow } from './metric-table.ts'

/** Of that format. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export interface Series {
  /** Behind the name of the family: of histograms. */
  readonly suffix?: '_bucket' | '_sum' | '_count'
  readonly labels: readonly (readonly [name: string, value: string])[]
  readonly value: number
}

export interface Family {
  readonly name: MetricName
  readonly type: MetricRow['type']
  readonly help: string
  readonly series: readonly Series[]
}

/** A family once, sorted by name; what has no series is left out. */
export function expositionOf(families: Iterable<Family>): string {
  const lines: string[] = []
  for (const { name, type, help, series } of [...families].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (series.length === 0) continue
    lines.push(`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, `# TYPE ${name} ${type}`)
    for (const { suffix = '', labels, value } of series)
      lines.push(`${name}${suffix}${labelText(labels)} ${numberText(value)}`)
  }
  return `${lines.join('\n')}\n`
}

function labelText(labels: Series['labels']): string {
  const said = labels.filter(([, value]) => value !== '')
  if (said.length === 0) return ''
  const escaped = (value: string): string =>
    value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
  return `{${said.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`
}

const numberText = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
