/**
 * The file of a backup: a line that says what it is, the length of the head (4 bytes) and the head as JSON, 32 bytes that check
 * it, then sealed pieces, each behind its length (4 bytes). The first byte of an opened piece is its kind. Numbers are big-endian.
 */
export const MAGIC: Uint8Array = new TextEncoder().encode('aitbc backup\n')
/** Some hundred bytes are real. */
export const HEAD_BYTES_MAX = 4_096
/** What is held in memory of an archive at a time. */
export const PIECE_BYTES_MAX = 1_048_576

export const pieceKinds = {
  /** JSON {"name", "bytes"}; as many bytes of data follow. */
  entry: 0,
  data: 1,
  /** Nothing, and nothing follows: all is there. */
  end: 2,
} as const

export const uint32 = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

export const uint32Of = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0)
