/** One request to a collector, and what its answer means for the spans of it: `POST <endpoint>/v1/traces`. */
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'

/** As OpenTelemetry's own exporters wait. */
const ANSWER_MS_MAX = 10_000
/** Of an answer nobody reads more: what is wanted of it is a number and a sentence. */
const ANSWER_BYTES_MAX = 64 * 1_024
/** The statuses after which the specification lets the same be sent again. */
const AGAIN = [429, 502, 503, 504]

export type Verdict =
  | { readonly kind: 'taken'; readonly refused: number }
  /** Sent again it would be refused again. */
  | { readonly kind: 'refused'; readonly why: string }
  /** `retryAfterMs`: undefined where the collector does not say. */
  | { readonly kind: 'again'; readonly why: string; readonly retryAfterMs: number | undefined }

export class Collector {
  readonly endpoint: string
  readonly #url: string
  readonly #clock: Clock

  /** @param endpoint base URL, with or without a slash at its end */
  constructor(endpoint: string, clock: Clock) {
    this.endpoint = endpoint
    this.#url = `${endpoint.replace(/\/+$/, '')}/v1/traces`
    this.#clock = clock
  }

  /** @throws the signal's reason where it ended this, and nothing else */
  async send(body: string, signal: AbortSignal): Promise<Verdict> {
    using deadline = new Deadline(this.#clock, ANSWER_MS_MAX, 'the collector', signal)
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        // Where it would lead, nobody has configured.
        redirect: 'manual',
        signal: deadline.signal,
      })
      return await verdictOf(response)
    } catch (error) {
      throwIfAborted(signal)
      return { kind: 'again', why: reasonOf(error), retryAfterMs: undefined }
    }
  }
}

async function verdictOf(response: Response): Promise<Verdict> {
  const { status } = response
  const text = await textOf(response)
  if (status >= 200 && status < 300) return { kind: 'taken', refused: refusedOf(text) }
  const why = `it answers with status ${status}`
  if (!AGAIN.includes(status)) return { kind: 'refused', why }
  return { kind: 'again', why, retryAfterMs: retryAfterMsOf(response.headers.get('retry-after')) }
}

/** A collector that took a part says how many spans it did not; one that answers nonsense with 200 took them. */
function refusedOf(text: string): number {
  try {
    const { partialSuccess } = JSON.parse(text) as { partialSuccess?: { rejectedSpans?: unknown } }
    const refused = Number(partialSuccess?.rejectedSpans ?? 0)
    return Number.isSafeInteger(refused) && refused > 0 ? refused : 0
  } catch {
    return 0
  }
}

async function textOf({ body }: Response): Promise<string> {
  if (body === null) return ''
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  // Left early, the rest of the answer is cancelled.
  for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
    bytes += part.length
    if (bytes > ANSWER_BYTES_MAX) return ''
    text += decoder.decode(part, { stream: true })
  }
  return text
}

/** In seconds; a date is not worth a parser here. */
const retryAfterMsOf = (text: string | null): number | undefined =>
  text !== null && /^\d{1,5}$/.test(text) ? Number(text) * 1_000 : undefined

/** What undici says lies one below. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}
