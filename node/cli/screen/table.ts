/** Rows under headings, in columns that fit the terminal. */
import { printable } from './printable.ts'
import { cutTo, padTo, textWidth } from './text-width.ts'

export interface Column<R> {
  readonly title: string
  /** The cell's text; it may hold a stranger's words. */
  readonly cell: (row: R) => string
  /** Numbers stand right. */
  readonly align?: 'left' | 'right'
  /** Colours a cell that has its final width. */
  readonly style?: (text: string, row: R) => string
  /** May be cut where the screen is too narrow; the widest of these is cut first. */
  readonly mayCut?: true
}

export interface TableOptions {
  /** Columns of the screen; without it nothing is cut, as files and pipes have no width. */
  readonly width?: number | undefined
  readonly styleTitle?: (text: string) => string
}

const GAP = '  '
/** A column that is cut keeps enough to tell its rows apart. */
const WIDTH_MIN = 8

/**
 * Lines without a final line break.
 * @example table(peers, [{ title: 'PEER', cell: (peer) => peer.name }, { title: 'RTT', cell: …, align: 'right' }])
 */
export function table<R>(rows: readonly R[], columns: readonly Column<R>[], options: TableOptions = {}): string {
  const cells = rows.map((row) => columns.map((column) => printable(column.cell(row))))
  const wanted = columns.map((column, i) =>
    cells.reduce((most, row) => Math.max(most, textWidth(row[i]!)), textWidth(column.title)),
  )
  const widths = options.width === undefined ? wanted : fitted(wanted, columns, options.width)
  const styleTitle = options.styleTitle ?? ((text: string) => text)
  const line = (texts: readonly string[], style: (text: string, i: number) => string): string => {
    const padded = texts.map((text, i) => {
      const cut = cutTo(widths[i]!, text)
      const isLast = i === columns.length - 1
      // Spaces at the end of a line wrap on a narrow screen and end up in what people copy.
      return style(isLast && columns[i]!.align !== 'right' ? cut : padTo(widths[i]!, cut, columns[i]!.align), i)
    })
    return padded.join(GAP).trimEnd()
  }
  const titles = columns.map((column) => column.title)
  const head = titles.every((title) => title === '') ? [] : [line(titles, styleTitle)]
  const body = cells.map((texts, r) => line(texts, (text, i) => columns[i]!.style?.(text, rows[r]!) ?? text))
  return [...head, ...body].join('\n')
}

function fitted<R>(wanted: readonly number[], columns: readonly Column<R>[], width: number): readonly number[] {
  const widths = [...wanted]
  const total = (): number => widths.reduce((sum, each) => sum + each, GAP.length * (widths.length - 1))
  for (let over = total() - width; over > 0; over = total() - width) {
    const cuttable = widths.map((each, i) => (columns[i]!.mayCut === true && each > WIDTH_MIN ? each : 0))
    const most = Math.max(...cuttable)
    if (most === 0) break
    const widest = cuttable.indexOf(most)
    // Down to the next one in width at once: a cell may hold thousands of characters.
    const next = Math.max(WIDTH_MIN, ...cuttable.toSpliced(widest, 1))
    widths[widest] = Math.max(most - over, Math.min(next, most - 1))
  }
  return widths
}

/** Names and values below each other, as `status` shows them. */
export function pairs(rows: readonly (readonly [name: string, value: string])[], options: TableOptions = {}): string {
  const style = options.styleTitle
  return table(
    rows,
    [
      { title: '', cell: ([name]) => name, ...(style === undefined ? {} : { style: (text: string) => style(text) }) },
      { title: '', cell: ([, value]) => value, mayCut: true },
    ],
    options,
  )
}
