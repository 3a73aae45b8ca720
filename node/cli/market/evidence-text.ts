/** One contradiction for people: who, what, and in which fields the two differ. */
import { durationText } from '../screen/durations.ts'
import { table } from '../screen/table.ts'

export interface EvidenceJson {
  readonly nullifier: string
  readonly operator: string
  readonly kind: 'receipts' | 'offer-heads' | 'leases'
  readonly source: 'own' | 'told'
  readonly foundAtMs: number
  readonly standing?: string
  readonly a?: SideJson
  readonly b?: SideJson
}

interface SideJson {
  readonly value: Readonly<Record<string, string | number>>
  /** Of a receipt: what it is a leaf of. */
  readonly batch?: { readonly value: Readonly<Record<string, string | number>> }
}

export const SIGNED_TWICE: Readonly<Record<EvidenceJson['kind'], string>> = {
  receipts: 'two receipts of one attempt',
  'offer-heads': 'two offers of one sequence',
  leases: 'two leases of one card at one time',
}
export const FOUND_BY: Readonly<Record<EvidenceJson['source'], string>> = { own: 'this node', told: 'others' }
export const NO_COURT = 'no chain judges here'

const STATUSES = ['', 'finished', 'aborted: thermal', 'aborted: restart', 'aborted: cancelled', 'aborted: error']

export function evidenceText(evidence: EvidenceJson, nowMs: number, style: (title: string) => string): string {
  const { operator, kind, source, foundAtMs, nullifier, standing, a, b } = evidence
  const head = [
    `${operator} contradicted itself: ${SIGNED_TWICE[kind]}`,
    `found    ${durationText(Math.max(0, nowMs - foundAtMs))} ago by ${FOUND_BY[source]}`,
    `offence  ${nullifier}`,
    `court    ${standing ?? NO_COURT}`,
  ]
  if (a === undefined || b === undefined) return [...head, 'The disk does not hold the two statements.'].join('\n')
  const rows = rowsOf(a, b)
  const columns = [
    { title: 'FIELD', cell: ({ name }: Row) => name },
    { title: '', cell: ({ first, second }: Row) => (first === second ? '' : '≠') },
    { title: 'FIRST', cell: ({ first }: Row) => first },
    { title: 'SECOND', cell: ({ second }: Row) => second },
  ]
  // Whole: a hash that is cut proves nothing.
  return [...head, '', table(rows, columns, { width: Number.POSITIVE_INFINITY, styleTitle: style })].join('\n')
}

interface Row {
  readonly name: string
  readonly first: string
  readonly second: string
}

function rowsOf(a: SideJson, b: SideJson): readonly Row[] {
  const own = Object.keys(a.value).map((name) => ({ name, first: textOf(name, a), second: textOf(name, b) }))
  if (a.batch === undefined || b.batch === undefined) return own
  const [first, second] = [a.batch.value, b.batch.value]
  const batches = ['root', 'sequence'].map((name) => ({
    name: `batch ${name}`,
    first: String(first[name]),
    second: String(second[name]),
  }))
  return [...own, ...batches]
}

function textOf(name: string, { value }: SideJson): string {
  const field = value[name]
  return name === 'status' ? (STATUSES[Number(field)] ?? String(field)) : String(field)
}
