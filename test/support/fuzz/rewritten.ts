import { ftruncateSync, openSync, writeSync } from 'node:fs'

/** A file whose content is exchanged for each case; it stays open, for opening one anew costs more than reading it. */
export function rewritten(path: string): (bytes: Uint8Array) => void {
  const file = openSync(path, 'w', 0o600)
  return (bytes) => {
    // Cut behind the content: a file that was empty in between is flushed to the disk by some file systems.
    writeSync(file, bytes, 0, bytes.length, 0)
    ftruncateSync(file, bytes.length)
  }
}
