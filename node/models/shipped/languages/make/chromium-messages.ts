/** Texts of a Chromium data pack, version 5: a table of ids and offsets, then one text after the other. */

const VERSION = 5
const UTF8 = 1
const HEADER_BYTES = 12
const ENTRY_BYTES = 6

export function chromiumMessages(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== VERSION || view.getUint8(4) !== UTF8) throw new Error('not a data pack of version 5')
  const count = view.getUint16(8, true)
  const offsetOf = (entry: number): number => view.getUint32(HEADER_BYTES + entry * ENTRY_BYTES + 2, true)
  const decoder = new TextDecoder()
  return Array.from({ length: count }, (_, i) => decoder.decode(bytes.subarray(offsetOf(i), offsetOf(i + 1))))
}
