/** Bytes of a stream to lines of bounded length. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import { HELD_BYTES_MAX, LINE_BYTES_MAX } from './control-limits.ts'

const LF = 0x0a

/** Where bytes that are held are counted: false where there is no room for more. */
export interface LineBudget {
  borrow(bytes: number): boolean
  giveBack(bytes: number): void
}

export const heldTooMuch = (): MeshError =>
  new MeshError('LIMIT', { what: 'bytes of requests to this node', max: HELD_BYTES_MAX })

export interface Line {
  /** Without its end. */
  readonly text: string
  readonly bytes: number
}

/**
 * What stands behind the last line break is no line.
 * @param budget counts an unfinished line; a whole one is its taker's to count
 * @throws MeshError LIMIT; TypeError where a line is not UTF-8
 */
export async function* readLines(
  stream: AsyncIterable<Buffer>,
  budget?: LineBudget,
  bytesMax: number = LINE_BYTES_MAX,
): AsyncGenerator<Line, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let parts: Buffer[] = []
  let bytes = 0
  const take = (part: Buffer): void => {
    if (bytes + part.length > bytesMax) {
      throw new MeshError('LIMIT', { what: 'bytes of one line of the control channel', max: bytesMax })
    }
    if (budget?.borrow(part.length) === false) throw heldTooMuch()
    bytes += part.length
    parts.push(part)
  }
  try {
    for await (const chunk of stream) {
      let from = 0
      for (let to = chunk.indexOf(LF); to !== -1; to = chunk.indexOf(LF, from)) {
        take(chunk.subarray(from, to))
        const line = { text: decoder.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts)), bytes }
        budget?.giveBack(bytes)
        parts = []
        bytes = 0
        yield line
        from = to + 1
      }
      if (from < chunk.length) take(chunk.subarray(from))
    }
  } finally {
    budget?.giveBack(bytes)
  }
}
