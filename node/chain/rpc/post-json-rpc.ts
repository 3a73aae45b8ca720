/** One JSON-RPC request over HTTP, and what came of it as a value. The endpoint is a stranger: its answer is bounded and checked. */
import { abortError } from '../../../protocols/kernel/errors.ts'
import { printable } from '../../events/log-facts.ts'
import type { EndpointUrl } from './endpoint-url.ts'

export type RpcAnswer =
  | { readonly kind: 'result'; readonly value: unknown }
  /** The endpoint understood and says no. */
  | { readonly kind: 'refused'; readonly refusal: RpcRefusal }
  /** No answer that means anything. */
  | { readonly kind: 'fault'; readonly why: string }

export interface RpcRefusal {
  readonly code: number
  /** The endpoint's words, bounded and without its secrets. */
  readonly message: string
  /** What a contract reverted with, as `0x` text. */
  readonly data: string | undefined
}

export interface RpcRequest {
  readonly id: number
  readonly method: string
  readonly params: readonly unknown[]
}

/** Enough to recognise a refusal by. */
const MESSAGE_CHARS_MAX = 200
/** What a contract says with a revert: a name and a few values. */
const REVERT_CHARS_MAX = 8_194

/** @throws the signal's reason where it ended this, and nothing else */
export async function postJsonRpc(
  endpoint: EndpointUrl,
  request: RpcRequest,
  { bytesMax, signal }: { readonly bytesMax: number; readonly signal: AbortSignal },
): Promise<RpcAnswer> {
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(endpoint.authorization === undefined ? {} : { authorization: endpoint.authorization }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...request }),
      // Where it would lead, nobody has configured.
      redirect: 'manual',
      signal,
    })
    const text = await readText(response, bytesMax)
    if (text === undefined) return { kind: 'fault', why: `its answer has more than ${bytesMax} bytes` }
    return answerOf(endpoint, response.status, text, request.id)
  } catch (error) {
    if (signal.aborted) throw abortError(signal)
    return { kind: 'fault', why: lineTrouble(error) }
  }
}

async function readText({ body }: Response, bytesMax: number): Promise<string | undefined> {
  if (body === null) return ''
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  // Left early, the rest of the answer is cancelled.
  for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
    bytes += part.length
    if (bytes > bytesMax) return undefined
    text += decoder.decode(part, { stream: true })
  }
  return text + decoder.decode()
}

/** Statuses that say something about who asks how often, not about what was asked. */
const ABOUT_THE_CALLER = [401, 402, 403, 407, 408, 429]

function answerOf(endpoint: EndpointUrl, status: number, text: string, id: number): RpcAnswer {
  const fault = (why: string): RpcAnswer => ({ kind: 'fault', why })
  if (status >= 500 || ABOUT_THE_CALLER.includes(status)) return fault(`it answers with status ${status}`)
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    return fault(status === 200 ? 'its answer is no JSON' : `it answers with status ${status}`)
  }
  if (typeof answer !== 'object' || answer === null) return fault('its answer is no JSON-RPC')
  const { id: of, result, error } = answer as { id?: unknown; result?: unknown; error?: unknown }
  if (typeof error === 'object' && error !== null) return { kind: 'refused', refusal: refusalOf(endpoint, error) }
  if (of !== id) return fault('its answer belongs to another request')
  if (result === undefined) return fault('its answer holds neither a result nor an error')
  return { kind: 'result', value: result }
}

function refusalOf(endpoint: EndpointUrl, error: object): RpcRefusal {
  const { code, message, data } = error as { code?: unknown; message?: unknown; data?: unknown }
  const words = typeof message === 'string' ? endpoint.hide(message.slice(0, 4 * MESSAGE_CHARS_MAX)) : 'without a word'
  return {
    code: Number.isSafeInteger(code) ? (code as number) : 0,
    message: printable(words, MESSAGE_CHARS_MAX),
    data: revertData(data),
  }
}

/** Most give the bytes as they are, some within an object. */
function revertData(data: unknown): string | undefined {
  const inner = typeof data === 'object' && data !== null ? (data as { data?: unknown }).data : data
  if (typeof inner !== 'string' || inner.length > REVERT_CHARS_MAX) return undefined
  return /^0x(?:[0-9a-f]{2})*$/i.test(inner) ? inner.toLowerCase() : undefined
}

/** In words of ours: those of the system may repeat the address. */
const LINE_TROUBLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was lost',
  EPIPE: 'the connection was lost',
  UND_ERR_SOCKET: 'the connection was lost',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'names cannot be looked up',
  ENETUNREACH: 'no way leads there',
  EHOSTUNREACH: 'no way leads there',
  ETIMEDOUT: 'it cannot be reached in time',
  UND_ERR_CONNECT_TIMEOUT: 'it cannot be reached in time',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'nobody that is trusted has signed its certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

function lineTrouble(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause as { code?: unknown; errors?: readonly unknown[] } | undefined
  const inner = cause?.code === undefined ? (cause?.errors?.[0] as { code?: unknown } | undefined) : cause
  const code = typeof inner?.code === 'string' ? inner.code : undefined
  if (code === undefined) return 'the connection failed'
  return LINE_TROUBLE[code] ?? `the connection failed (${code})`
}
