/** The table of metrics in docs/telemetry.md, made from node/metrics/metric-table.ts. */
import { metricTable } from '../../../node/metrics/metric-table.ts'

export const TELEMETRY_DOC = new URL('../../../docs/telemetry.md', import.meta.url)
const BEGIN = '<!-- metrics: made by test/support/documents/make-metrics-table.ts -->'
const END = '<!-- end of metrics -->'

/** The document with its table as the code has it. */
export function withMetricsTable(document: string): string {
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)]
  if (from < 0 || to < from) throw new Error('docs/telemetry.md has no place for the table of metrics')
  return `${document.slice(0, from)}${BEGIN}\n\n${metricsTable()}\n\n${document.slice(to)}`
}

function metricsTable(): string {
  const rows = Object.entries(metricTable).map(([name, row]) => [
    `\`${name}\``,
    row.type,
    'labels' in row ? row.labels.map((label) => `\`${label}\``).join(', ') : '',
    row.help.replaceAll('|', '\\|'),
  ])
  const all = [['metric', 'type', 'labels', 'is'], ...rows]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]!.length)))
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(all[0]!), rule, ...rows.map(line)].join('\n')
}
