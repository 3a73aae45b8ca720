/**
 * One exchange with an endpoint of a cloud, in which every byte of the answer is a stranger's: redirects are refused, the answer is
 * bounded after it is unpacked, and what went wrong is told by codes alone, for texts may repeat inputs or credentials.
 */
import { abortError, MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { ByteBudget } from '../../network/calls/byte-budget.ts'

/** As `fetch` of browsers and Node has it. */
export type HttpFetch = (url: string, init: HttpInit) => Promise<Response>

export interface HttpInit {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer>
  readonly signal: AbortSignal
  /** A redirect would carry inputs and credentials to somebody else. */
  readonly redirect: 'manual'
  readonly cache: 'no-store'
  readonly credentials: 'omit'
}

export interface ExchangeRequest extends Pick<HttpInit, 'method' | 'headers'> {
  readonly url: string
  readonly body?: Uint8Array<ArrayBuffer>
  /** Longest answer. */
  readonly bytesMax: number
}

export interface Exchanged {
  readonly status: number
  readonly headers: Headers
  /** Empty where the status tells of a failure. */
  readonly bytes: Uint8Array
}

export interface ExchangeNeeds {
  readonly provider: string
  readonly http: HttpFetch
  /** What all answers that are being received may hold. */
  readonly memory: ByteBudget
}

/** @throws MeshError CLOUD_UNREACHABLE, CLOUD_FAILED, CLOUD_REFUSED for redirects, CLOUD_GARBLED, LIMIT; the signal's reason */
export async function exchange(
  { provider, http, memory }: ExchangeNeeds,
  { url, bytesMax, ...request }: ExchangeRequest,
  signal: AbortSignal,
): Promise<Exchanged> {
  throwIfAborted(signal)
  const response = await sent(provider, signal, () =>
    http(url, { ...request, signal, redirect: 'manual', cache: 'no-store', credentials: 'omit' }),
  )
  const { status, headers, type } = response
  if (type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    await thrownAway(response)
    throw new MeshError('CLOUD_REFUSED', {
      provider,
      why: 'it sends the request elsewhere, and redirects are not followed',
    })
  }
  if (status !== 200) {
    await thrownAway(response)
    return { status, headers, bytes: new Uint8Array(0) }
  }
  return { status, headers, bytes: await bodyOf(response, { provider, memory, bytesMax }, signal) }
}

async function sent(provider: string, signal: AbortSignal, send: () => Promise<Response>): Promise<Response> {
  try {
    return await send()
  } catch (error) {
    if (signal.aborted) throw abortError(signal)
    const code = codeOf(error)
    // Only these say for certain that nobody has seen the request.
    if (code !== undefined && isUnsent(code)) throw new MeshError('CLOUD_UNREACHABLE', { provider, why: code })
    throw new MeshError('CLOUD_FAILED', { provider, why: code ?? 'the connection was lost' })
  }
}

const UNSENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
])
const isUnsent = (code: string): boolean =>
  UNSENT.has(code) || code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_')

/** Its code, never its text. */
function codeOf(error: unknown): string | undefined {
  const { cause = error } = error instanceof Error ? error : { cause: undefined }
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined
  const { code } = cause
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : undefined
}

/** A body that nobody reads is given up, so that its connection does not wait for a reader. */
async function thrownAway({ body }: Response): Promise<void> {
  await body?.cancel().catch(() => undefined)
}

interface BodyLimits {
  readonly provider: string
  readonly memory: ByteBudget
  readonly bytesMax: number
}

async function bodyOf(response: Response, limits: BodyLimits, signal: AbortSignal): Promise<Uint8Array> {
  const { provider, memory, bytesMax } = limits
  const { body, headers } = response
  const tooLong = new MeshError('CLOUD_GARBLED', { provider, rule: `an answer has at most ${bytesMax} bytes` })
  const told = Number(headers.get('content-length') ?? '0')
  if (told > bytesMax) {
    await thrownAway(response)
    throw tooLong
  }
  if (body === null) return new Uint8Array(0)
  const reader = body.getReader()
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      throwIfAborted(signal)
      if (done) return joined(pieces, length)
      if (length + value.length > bytesMax) throw tooLong
      if (!memory.borrow(value.length)) {
        throw new MeshError('LIMIT', { what: 'bytes of answers of the cloud', max: memory.max })
      }
      length += value.length
      pieces.push(value)
    }
  } catch (error) {
    reader.cancel().catch(() => undefined)
    if (error instanceof MeshError) throw error
    if (signal.aborted) throw abortError(signal)
    throw new MeshError('CLOUD_FAILED', {
      provider,
      why: `${codeOf(error) ?? 'the connection was lost'} in its answer`,
    })
  } finally {
    memory.giveBack(length)
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
