/** Files of the kernel: small, made while they are read, and able to block for as long as a driver does not answer. */
import { constants } from 'node:fs'
import { type FileHandle, open, readdir } from 'node:fs/promises'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { BoundedReads } from './bounded-reads.ts'
import type { WriteOutcome } from './machine.ts'

/** The longest that is read of use is a table of clocks, of a few KiB. */
export const FILE_BYTES_MAX = 65_536
/** More names are in no folder of devices. */
const NAMES_MAX = 4_096

export class KernelFiles {
  readonly #reads: BoundedReads

  constructor(clock: Clock) {
    this.#reads = new BoundedReads(clock)
  }

  readText(path: string): Promise<string | undefined> {
    return this.#reads.within(() => textOf(path), undefined)
  }

  writeText(path: string, text: string): Promise<WriteOutcome> {
    return this.#reads.within<WriteOutcome>(() => written(path, text), 'late')
  }

  list(folder: string): Promise<readonly string[]> {
    return this.#reads.within(async () => (await readdir(folder)).sort().slice(0, NAMES_MAX), [])
  }
}

async function textOf(path: string): Promise<string | undefined> {
  // Not blocking: a path may be a pipe that nobody writes to.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    if (!(await file.stat()).isFile()) return undefined
    return new TextDecoder().decode(await bytesOf(file))
  } finally {
    await file.close()
  }
}

/** Neither creates nor cuts: a file of the kernel takes what is written as one value. */
async function written(path: string, text: string): Promise<WriteOutcome> {
  try {
    const file = await open(path, constants.O_WRONLY | constants.O_NONBLOCK)
    try {
      if (!(await file.stat()).isFile()) return 'refused'
      await file.write(text, 0)
      return 'written'
    } finally {
      await file.close()
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENODEV') return 'absent'
    return code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? 'denied' : 'refused'
  }
}

/** Until the end: the size that the kernel states for such files is a page, whatever is in them. */
async function bytesOf(file: FileHandle): Promise<Uint8Array> {
  const buffer = new Uint8Array(FILE_BYTES_MAX)
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return buffer.subarray(0, length)
}
