/** Sends the answer of a job at the pace of its reader. */

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setImmediate as othersTurn } from 'node:timers/promises'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { throwIfAborted } from '../../protocols/kernel/errors.ts'
import { formatCredits } from '../../protocols/kernel/money.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { RunNotes } from '../../protocols/wire/job/job-messages.ts'
import type { Answer } from '../client/running/infer-options.ts'
import type { CloudAnswer } from '../client/running/venues.ts'
import { READER_MS_MAX } from './gateway-limits.ts'
import { JSON_LENGTH_HEADER } from './http-answer.ts'
import { type AnswerHead, answerPieces, type PlannedOutput } from './inference-answer.ts'

/** What the headers tell of it. */
type ShownJob =
  | Pick<Answer, 'venue' | 'job' | 'miner' | 'price' | 'notes' | 'fallBack'>
  | Pick<CloudAnswer, 'venue' | 'job' | 'provider' | 'price' | 'fallBack' | 'isCut'>

/** @throws MeshError CANCELLED where the reader is gone, TIMEOUT where it takes nothing; OUTPUT_GARBLED */
export async function sendInference(
  response: ServerResponse,
  clock: Clock,
  job: ShownJob,
  head: AnswerHead,
  outputs: readonly PlannedOutput[],
  signal: AbortSignal,
): Promise<void> {
  response.setHeader('x-mesh-job', job.job)
  response.setHeader('x-mesh-venue', job.venue)
  response.setHeader('x-mesh-fall-back', job.fallBack ? 'available' : 'none')
  if (job.venue === 'edge') response.setHeader('x-mesh-miner', job.miner)
  else response.setHeader('x-mesh-provider', job.provider)
  response.setHeader('x-mesh-cost', formatCredits(job.price))
  const notes = job.venue === 'edge' ? notesHeader(job.notes) : job.isCut ? 'cut=1' : undefined
  if (notes !== undefined) response.setHeader('x-mesh-notes', notes)
  response.setHeader('cache-control', 'no-store')
  const write = (chunk: string | Uint8Array): Promise<void> => writeTo(response, clock, chunk, signal)
  const binary = outputs.filter(({ isBinary }) => isBinary).map(({ tensor }) => tensor.data)
  if (binary.length === 0) {
    response.setHeader('content-type', 'application/json')
    let text = ''
    for await (const piece of inTurns(answerPieces(head, outputs), signal)) {
      if (text.length > CHUNK_CHARS) {
        await write(text)
        text = ''
      }
      text += piece
    }
    // An answer that is one chunk is sent with its length, and not begun where a piece of it cannot be made.
    response.end(text)
  } else {
    const pieces: string[] = []
    for await (const piece of inTurns(answerPieces(head, outputs), signal)) pieces.push(piece)
    const json = Buffer.from(pieces.join(''))
    response.setHeader('content-type', 'application/octet-stream')
    response.setHeader(JSON_LENGTH_HEADER, json.length)
    response.setHeader(
      'content-length',
      binary.reduce((sum, { length }) => sum + length, json.length),
    )
    await write(json)
    for (const data of binary) {
      for (let at = 0; at < data.length; at += SLICE_BYTES) await write(data.subarray(at, at + SLICE_BYTES))
    }
    response.end()
  }
}

/** A dictionary of structured fields (RFC 9651): `pieces=4, together=32`. */
export function notesHeader({ pieces, together, setAside }: RunNotes = {}): string | undefined {
  const words = Object.entries({ pieces, together, 'set-aside': setAside })
  const said = words.flatMap(([key, count]) => (count === undefined ? [] : [`${key}=${count}`]))
  return said.length === 0 ? undefined : said.join(', ')
}

/** What a socket takes at once before it asks to wait. */
const CHUNK_CHARS = 16_384
/** Its reader has READER_MS_MAX for each: in one piece a large tensor would have to cross a slow line within that. */
const SLICE_BYTES = 65_536

async function* inTurns(pieces: Iterable<string>, signal: AbortSignal): AsyncGenerator<string> {
  let isFirst = true
  for (const piece of pieces) {
    // Most answers are a few pieces of nothing.
    if (!isFirst && piece.length > PIECE_CHARS_LONG) await othersTurn()
    isFirst = false
    throwIfAborted(signal)
    yield piece
  }
}

/** Every whole slice of elements has more characters. */
const PIECE_CHARS_LONG = 4_096

/** Resolves when more may be written. */
async function writeTo(
  response: ServerResponse,
  clock: Clock,
  chunk: string | Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  throwIfAborted(signal)
  if (response.write(chunk)) return
  using deadline = new Deadline(clock, READER_MS_MAX, 'the reader of an answer', signal)
  try {
    await once(response, 'drain', { signal: deadline.signal })
  } catch (error) {
    throwIfAborted(deadline.signal)
    throw error
  }
}
