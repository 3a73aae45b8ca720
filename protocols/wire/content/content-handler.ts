/** The answering side: what is on this node's shelf, at the pace that its owner allows. */
import { MeshError } from '../../kernel/errors.ts'
import type { Hash32 } from '../../kernel/ids.ts'
import { SLICE_BYTES_MAX } from '../../kernel/limits.ts'
import type { Handler } from '../../kernel/protocol.ts'
import { type ChunkList, HASH_BYTES } from './chunk-list.ts'
import type { ChunkSet } from './chunk-set.ts'
import { type ContentRequest, type ContentResponse, PAGE_HASHES } from './content-protocol.ts'

/** A content, whole or in part, that stays where it is until disposed. */
export interface HeldContent extends Disposable {
  readonly list: ChunkList
  readonly have: ChunkSet
  /** As the list says it; good until the next one is read. @throws MeshError NOT_FOUND where it no longer is */
  read(chunk: number, signal: AbortSignal): Promise<Uint8Array>
}

export interface ContentShelf {
  /** `undefined` where nothing of it is here. */
  hold(content: Hash32, signal: AbortSignal): Promise<HeldContent | undefined>
}

/** Waits until so many bytes may be sent. @throws MeshError CANCELLED */
export type Pace = (bytes: number, signal: AbortSignal) => Promise<void>

export function answerContent(shelf: ContentShelf, pace: Pace): Handler<ContentRequest, ContentResponse> {
  return async function* (request, _, { signal }) {
    const { content } = request
    using held = await shelf.hold(content, signal)
    if (held === undefined) throw new MeshError('NOT_FOUND', { what: 'content', id: content })
    if (request.kind === 'list') yield* listFrom(held, request.from)
    // A copy that is being made anew under another list is, to who knows the old one, none.
    else if (request.list !== held.list.id) throw new MeshError('NOT_FOUND', { what: 'chunk list', id: request.list })
    else yield* chunksOf(held, request, pace, signal)
  }
}

function* listFrom({ list, have }: HeldContent, from: number): Generator<ContentResponse> {
  yield { kind: 'head', bytes: list.bytes, have: have.bytes }
  for (let at = from; at < list.count; at += PAGE_HASHES) {
    const hashes = list.hashes.subarray(at * HASH_BYTES, (at + PAGE_HASHES) * HASH_BYTES)
    yield { kind: 'hashes', from: at, hashes }
  }
}

async function* chunksOf(
  held: HeldContent,
  { from, count }: { readonly from: number; readonly count: number },
  pace: Pace,
  signal: AbortSignal,
): AsyncGenerator<ContentResponse> {
  for (let chunk = from; chunk < from + count; chunk++) {
    if (chunk >= held.list.count || !held.have.has(chunk))
      throw new MeshError('NOT_FOUND', { what: 'chunk', id: String(chunk) })
    const whole = await held.read(chunk, signal)
    for (let offset = 0; offset < whole.length; offset += SLICE_BYTES_MAX) {
      const bytes = whole.subarray(offset, offset + SLICE_BYTES_MAX)
      await pace(bytes.length, signal)
      yield { kind: 'data', chunk, offset, bytes }
    }
  }
}
