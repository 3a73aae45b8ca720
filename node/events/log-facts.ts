/** Facts of an event as they may stand in a log: bounded, printable, and without a stranger's words. */
import { MeshError } from '../../protocols/kernel/errors.ts'

export type LogFacts = Readonly<Record<string, unknown>>

const TEXT_CHARS_MAX = 300
const STACK_CHARS_MAX = 4_000
/** Of a list: roles and models of a node fit; a line stays far below what is kept of one (LINE_BYTES_MAX). */
const ITEMS_MAX = 32

/** The same error with the length of each text in its place; of a bug the place stays known, by its cause. */
export function withoutWords(error: MeshError): MeshError {
  const facts = Object.entries(error.facts).map(([name, value]) => {
    if (Array.isArray(value)) return [name, `(${value.length} values)`]
    return [name, typeof value === 'string' ? `(${value.length} characters)` : value]
  })
  return new MeshError(error.code, Object.fromEntries(facts), error.cause ?? error)
}

/** @param event any event; its kind is left out */
export function logFacts(event: object): LogFacts {
  const facts: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(event)) {
    if (name === 'kind' || value === undefined) continue
    if (value instanceof MeshError) Object.assign(facts, errorFacts(value))
    else facts[name] = plain(value)
  }
  return facts
}

function errorFacts(error: MeshError): LogFacts {
  const facts: Record<string, unknown> = { code: error.code }
  for (const [name, value] of Object.entries(error.facts)) facts[name] = plain(value)
  // Only a bug of ours needs its place; a stack of anything else is noise.
  const { cause } = error
  if (error.fault === 'bug') facts.stack = printableStack((cause instanceof Error ? cause : error).stack ?? '')
  return facts
}

/** A list in a list would have no bound. */
const plainItem = (value: unknown): unknown => (Array.isArray(value) ? '(list)' : plain(value))

/** A value of a fact. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'string') return printable(value, TEXT_CHARS_MAX)
  if (Array.isArray(value)) return value.slice(0, ITEMS_MAX).map(plainItem)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  // An object here would be content that nobody meant to log.
  return `(${typeof value})`
}

/** Control characters could rewrite a terminal or forge a line. */
export const printable = (text: string, charsMax: number = TEXT_CHARS_MAX): string => shown(cutAt(charsMax, text))

/** With its lines. */
export const printableStack = (stack: string): string => cutAt(STACK_CHARS_MAX, stack).split('\n').map(shown).join('\n')

const shown = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '�')

const cutAt = (charsMax: number, text: string): string =>
  text.length > charsMax ? `${text.slice(0, charsMax)}…` : text
