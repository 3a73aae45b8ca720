/** The lines of the control channel: their shapes, checked, and back to text. */
import { type ErrorCode, errorCatalogue, type Facts, MeshError } from '../../protocols/kernel/errors.ts'

export type CallId = number | string

export type ControlRequest =
  | { readonly kind: 'call'; readonly id: CallId; readonly method: string; readonly params: unknown }
  | { readonly kind: 'cancel'; readonly id: CallId }

export type ControlAnswer =
  | { readonly kind: 'event'; readonly id: CallId | null; readonly event: unknown }
  | { readonly kind: 'result'; readonly id: CallId | null; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: CallId | null; readonly error: MeshError }

/** Ids come back with every answer and method names stand in errors: both stay short. */
const ID_CHARS_MAX = 64
const METHOD_CHARS_MAX = 64
/** Facts that an error may carry; those of the catalogue have at most four. */
const FACTS_MAX = 16

/** @throws MeshError USAGE */
export function parseRequest(line: string): ControlRequest {
  const { id, method, params, cancel } = parseObject(line, noRequest)
  if (!isId(id)) throw noRequest('its id is neither a whole number nor a short text')
  if (cancel === true) return { kind: 'cancel', id }
  if (typeof method !== 'string' || method.length > METHOD_CHARS_MAX) throw noRequest('it names no method')
  return { kind: 'call', id, method, params }
}

/** @throws MeshError BUG: a node that answers otherwise is none of ours */
export function parseAnswer(line: string): ControlAnswer {
  const answer = parseObject(line, noAnswer)
  const { id } = answer
  if (id !== null && !isId(id)) throw noAnswer('its id is neither a whole number nor a short text')
  if ('error' in answer) return { kind: 'error', id, error: readError(answer.error) }
  if ('result' in answer) return { kind: 'result', id, result: answer.result }
  if ('event' in answer) return { kind: 'event', id, event: answer.event }
  throw noAnswer('it is no event, result or error')
}

export const requestLine = (request: ControlRequest): string => {
  const { id } = request
  return line(request.kind === 'cancel' ? { id, cancel: true } : { id, method: request.method, params: request.params })
}

export function answerLine(answer: ControlAnswer): string {
  const { id } = answer
  switch (answer.kind) {
    case 'event':
      return line({ id, event: answer.event })
    case 'result':
      // A method that returns nothing still has an answer.
      return line({ id, result: answer.result ?? null })
    case 'error': {
      const { code, facts, message, hint } = answer.error
      return line({ id, error: { code, facts, message, hint } })
    }
  }
}

/** Only facts of errors hold bigints here; methods give their amounts as texts themselves. */
const line = (value: object): string =>
  `${JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part))}\n`

function parseObject(text: string, wrong: (why: string) => MeshError): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw wrong('it is no JSON')
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw wrong('it is no JSON object')
  return value as Record<string, unknown>
}

export const noRequest = (why: string): MeshError =>
  new MeshError('USAGE', { what: `a line to the control channel is no request: ${why}` })

const noAnswer = (why: string): MeshError =>
  new MeshError('BUG', { what: `a line from the control channel is no answer: ${why}` })

const isId = (id: unknown): id is CallId =>
  typeof id === 'number' ? Number.isSafeInteger(id) : typeof id === 'string' && id.length <= ID_CHARS_MAX

/** The error as it was thrown; of a node that is newer than this program, its message. */
function readError(error: unknown): MeshError {
  const { code, facts, message } = (error ?? {}) as Readonly<Record<string, unknown>>
  if (typeof code === 'string' && Object.hasOwn(errorCatalogue, code)) {
    return new MeshError(code as ErrorCode, readFacts(facts))
  }
  return new MeshError('BUG', { what: `the node answered ${String(code)}: ${String(message)}` })
}

function readFacts(facts: unknown): Facts {
  if (facts === null || typeof facts !== 'object') return {}
  return Object.fromEntries(
    Object.entries(facts)
      .slice(0, FACTS_MAX)
      .filter(([, fact]) => isFact(fact)),
  ) as Facts
}

const isFact = (fact: unknown): boolean =>
  ['string', 'number', 'boolean'].includes(typeof fact) ||
  (Array.isArray(fact) && fact.every((each) => typeof each === 'string'))
