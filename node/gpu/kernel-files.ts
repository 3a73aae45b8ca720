/** Files of the kernel: small, made while they are read, and able to block for as long as a driver does not answer. */
import { constants } from 'node:fs'
import { type FileHandle, open, readdir, readlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Clock } from '../../protocols/kernel/ports.ts'

/** The longest that is read of use is a table of clocks, of a few KiB. */
export const FILE_BYTES_MAX = 65_536
/** Of Node's four threads for files: where a driver blocks readers for good, the node keeps the other two. */
const READS_AT_ONCE_MAX = 2
/** A sensor answers in microseconds; one that sleeps is woken within a few hundred ms. */
const READ_MS_MAX = 1_000
/** More names are in no folder of devices. */
const NAMES_MAX = 4_096

export class KernelFiles {
  readonly #clock: Clock
  #reading = 0
  readonly #waiting: (() => void)[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  readText(path: string): Promise<string | undefined> {
    return this.#within(() => textOf(path), undefined)
  }

  list(folder: string): Promise<readonly string[]> {
    return this.#within(async () => (await readdir(folder)).sort().slice(0, NAMES_MAX), [])
  }

  linkTarget(path: string): Promise<string | undefined> {
    return this.#within(async () => resolve(dirname(path), await readlink(path)), undefined)
  }

  /** What cannot be read in time counts as not there. A read that hangs keeps its place until it ends. */
  async #within<T>(read: () => Promise<T>, otherwise: T): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>()
    const late = this.#clock.after(READ_MS_MAX, () => resolve(otherwise))
    let isOver = false
    const go = (): void => {
      // Waited for in vain: somebody else's turn.
      if (isOver) {
        this.#next()
        return
      }
      this.#reading++
      read()
        .then(resolve, () => resolve(otherwise))
        .finally(() => {
          this.#reading--
          this.#next()
        })
    }
    if (this.#reading < READS_AT_ONCE_MAX) go()
    else this.#waiting.push(go)
    try {
      return await promise
    } finally {
      isOver = true
      late.cancel()
      const place = this.#waiting.indexOf(go)
      if (place !== -1) this.#waiting.splice(place, 1)
    }
  }

  #next(): void {
    if (this.#reading < READS_AT_ONCE_MAX) this.#waiting.shift()?.()
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
