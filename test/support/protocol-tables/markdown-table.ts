/** Tables of Markdown, as the formatter of this repository writes them. */

export function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)))
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)].join('\n')
}

/** The cells of a table, its heads first and its rule left out. */
export function cellsOf(table: string): readonly (readonly string[])[] {
  const lines = table.split('\n').filter((line) => line.startsWith('|'))
  const cells = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  return cells.filter((_, line) => line !== 1)
}

const marksOf = (subject: string): readonly [begin: string, end: string] => [
  `<!-- ${subject}: made by test/support/documents/make-protocol-tables.ts -->`,
  `<!-- end of ${subject} -->`,
]

/** What stands before, between and behind the two marks of `subject`. @throws where a document has none */
export function parted(document: string, subject: string): readonly [before: string, inside: string, behind: string] {
  const [begin, end] = marksOf(subject)
  const [from, to] = [document.indexOf(begin), document.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`there is no place for ${subject}: ${begin} and ${end}`)
  return [document.slice(0, from), document.slice(from + begin.length, to), document.slice(to + end.length)]
}

export function joined(subject: string, [before, inside, behind]: readonly [string, string, string]): string {
  const [begin, end] = marksOf(subject)
  return `${before}${begin}\n\n${inside}\n\n${end}${behind}`
}
