/** Errors of a protocol: those that its code throws, and those that its README tells of, with the numbers that they travel under. */
import { type ErrorCode, errorCatalogue } from '../../../protocols/kernel/errors.ts'
import { tableOf } from './markdown-table.ts'

/** Of the sources of a folder. */
export const errorsThrown = (source: string): readonly ErrorCode[] =>
  [...source.matchAll(/new MeshError\(\s*'([A-Z_]+)'/g)].map(([, code]) => code as ErrorCode)

/** Words of a text that are errors, but for those that the protocol says no with: some are both. */
export const errorsNamed = (text: string, words: readonly string[] = []): readonly ErrorCode[] =>
  [...new Set(text.match(/\b[A-Z][A-Z_]{2,}\b/g))].filter(
    (word): word is ErrorCode => word in errorCatalogue && !words.includes(word),
  )

export function errorsTable(codes: Iterable<ErrorCode>): string {
  const rows = [...new Set(codes)]
    .map((code) => ({ code, ...errorCatalogue[code] }))
    .sort((a, b) => a.wire - b.wire)
    .map(({ code, wire, fault, message }) => [code, String(wire), fault, message.replaceAll('|', '\\|')])
  return tableOf([['error', 'number', 'whose fault', 'says'], ...rows])
}
