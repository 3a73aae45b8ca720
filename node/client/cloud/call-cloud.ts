/** Calls of a cloud's endpoint: its statuses as typed errors, and another try only where it says itself that it took nothing. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { pause } from '../../../protocols/kernel/pause.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { RETRY_MS, RETRY_MS_MAX, TRIES_MAX } from './cloud-limits.ts'
import { type Exchanged, type ExchangeNeeds, type ExchangeRequest, exchange } from './http-exchange.ts'

export interface CallNeeds extends ExchangeNeeds {
  readonly clock: Clock
  /** Read anew for each try, so that it may be changed meanwhile; undefined where the endpoint asks for none. @throws MeshError CLOUD_CREDENTIAL */
  readonly credential: () => string | undefined
}

/** Visible ASCII: what cannot split a header, and what no runtime repeats in the text of an error. */
const CREDENTIAL = /^[!-~]{1,4096}$/

/**
 * @returns an answer with status 200
 * @throws MeshError CLOUD_UNREACHABLE, CLOUD_FAILED, CLOUD_BUSY, CLOUD_REFUSED, CLOUD_CREDENTIAL, CLOUD_GARBLED, LIMIT; the signal's reason
 */
export async function callCloud(needs: CallNeeds, request: ExchangeRequest, signal: AbortSignal): Promise<Exchanged> {
  for (let tries = 1; ; tries++) {
    const answer = await exchange(needs, { ...request, headers: withCredential(needs, request.headers) }, signal)
    if (answer.status === 200) return answer
    const waitMs = answer.status === 429 || answer.status === 503 ? retryMs(answer, tries, needs.clock) : undefined
    if (waitMs === undefined || tries >= TRIES_MAX || waitMs > RETRY_MS_MAX)
      throw statusError(needs.provider, answer.status)
    await pause(needs.clock, waitMs, signal)
  }
}

function withCredential(
  { credential }: CallNeeds,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const secret = credential()
  if (secret === undefined) return headers
  if (!CREDENTIAL.test(secret)) {
    throw new MeshError('CLOUD_CREDENTIAL', {
      why: 'it is empty, too long, or holds what no header can carry',
      remedy: 'Write it on one line, as the cloud shows it.',
    })
  }
  return { ...headers, authorization: `Bearer ${secret}` }
}

function statusError(provider: string, status: number): MeshError {
  const why = `its status is ${status}`
  if (status === 401 || status === 403) {
    return new MeshError('CLOUD_CREDENTIAL', {
      why: `${provider} answers with the status ${status}`,
      remedy: 'Check cloudCredential, and what the account may use.',
    })
  }
  if (status === 429 || status === 503) return new MeshError('CLOUD_BUSY', { provider, why })
  return new MeshError(status >= 400 && status < 500 ? 'CLOUD_REFUSED' : 'CLOUD_FAILED', { provider, why })
}

/** Seconds, or a date by the wall clock; what is neither counts as absent. */
function retryMs({ headers }: Exchanged, tries: number, clock: Clock): number {
  const told = headers.get('retry-after')?.trim() ?? ''
  if (/^\d{1,9}$/.test(told)) return Number(told) * 1_000
  const atMs = Date.parse(told)
  return Number.isNaN(atMs) ? RETRY_MS * 2 ** (tries - 1) : Math.max(0, atMs - clock.nowMs())
}
