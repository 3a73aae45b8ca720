/** Bytes from a file or a stream: the first ones to see what they are, then all of them up to a limit. */
import { type FileHandle, open } from 'node:fs/promises'
import { abortable } from '../../../protocols/kernel/abortable.ts'
import { throwIfAborted } from '../../../protocols/kernel/errors.ts'
import { fileReason, inputFile } from './input-errors.ts'

/** Of one read: a signal is looked at between two. */
const PIECE_BYTES_MAX = 4 * 1_048_576
/** What a stream of unknown length begins with; it doubles. */
const GROWTH_BYTES_MIN = 65_536

/** Puts some bytes at the beginning of `into` and says how many; 0 at the end. */
type Pull = (into: Uint8Array) => Promise<number>

export class ByteSource implements AsyncDisposable {
  /** Named in errors. */
  readonly path: string
  readonly #pull: Pull
  readonly #close: () => Promise<void>
  readonly #sizeBytes: number | undefined
  #head: Uint8Array = new Uint8Array()

  constructor(path: string, pull: Pull, close: () => Promise<void>, sizeBytes?: number) {
    this.path = path
    this.#pull = pull
    this.#close = close
    this.#sizeBytes = sizeBytes
  }

  /** The first `count` bytes, or all where there are fewer. For once, before `read`. */
  async head(count: number): Promise<Uint8Array> {
    const buffer = new Uint8Array(count)
    this.#head = buffer.subarray(0, await this.#fill(buffer, 0))
    return this.#head
  }

  /**
   * Everything. A file's size is looked at before anything is allocated; a stream is left as soon as it is too long.
   * @throws what `tooLong` makes of the bytes seen so far
   */
  async read(bytesMax: number, tooLong: (bytes: number) => Error): Promise<Uint8Array> {
    const size = this.#sizeBytes
    if (size !== undefined && size > bytesMax) throw tooLong(size)
    let buffer = new Uint8Array(size ?? GROWTH_BYTES_MIN)
    buffer.set(this.#head.subarray(0, buffer.length))
    let length = await this.#fill(buffer, Math.min(this.#head.length, buffer.length))
    while (size === undefined && length === buffer.length) {
      if (length > bytesMax) throw tooLong(length)
      const larger = new Uint8Array(Math.min(buffer.length * 2, bytesMax + 1))
      larger.set(buffer)
      buffer = larger
      length = await this.#fill(buffer, length)
    }
    if (length > bytesMax) throw tooLong(length)
    return buffer.subarray(0, length)
  }

  async #fill(buffer: Uint8Array, from: number): Promise<number> {
    let at = from
    while (at < buffer.length) {
      const count = await this.#pull(buffer.subarray(at, at + PIECE_BYTES_MAX))
      if (count === 0) break
      at += count
    }
    return at
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close()
  }
}

/**
 * `undefined` where no file has this path. Pipes and devices are read as streams.
 * @throws MeshError INPUT_FILE, CANCELLED
 */
export async function openFile(path: string, signal: AbortSignal): Promise<ByteSource | undefined> {
  const handle = await openHandle(path, signal)
  if (handle === undefined) return undefined
  // A pipe that nobody writes to never ends its read, and closing would wait for that.
  const close = async (): Promise<void> => (signal.aborted ? void handle.close().catch(() => {}) : handle.close())
  const source = (sizeBytes?: number): ByteSource =>
    new ByteSource(
      path,
      async (into) => (await reading(path, signal, handle.read(into, 0, into.length))).bytesRead,
      close,
      sizeBytes,
    )
  try {
    const found = await reading(path, signal, handle.stat())
    if (found.isDirectory()) {
      await close()
      return undefined
    }
    // Files of the kernel say that they have 0 bytes.
    return found.isFile() && found.size > 0 ? source(found.size) : source()
  } catch (error) {
    await close()
    throw error
  }
}

const absent: readonly unknown[] = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']

async function openHandle(path: string, signal: AbortSignal): Promise<FileHandle | undefined> {
  throwIfAborted(signal)
  const opening = open(path, 'r')
  try {
    return await abortable(opening, signal)
  } catch (error) {
    if (signal.aborted) {
      opening.then(
        (late) => late.close(),
        () => {},
      )
      throw error
    }
    if (absent.includes((error as NodeJS.ErrnoException).code)) return undefined
    throw inputFile(path, fileReason(error), error)
  }
}

async function reading<T>(path: string, signal: AbortSignal, work: Promise<T>): Promise<T> {
  try {
    return await abortable(work, signal)
  } catch (error) {
    throwIfAborted(signal)
    throw inputFile(path, fileReason(error), error)
  }
}

/** @param path what errors call it: "stdin" */
export function openStream(path: string, stream: AsyncIterable<Uint8Array>, signal: AbortSignal): ByteSource {
  const chunks = stream[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array()
  let isDone = false
  const pull: Pull = async (into) => {
    while (rest.length === 0) {
      const next = await reading(path, signal, chunks.next())
      if (next.done === true) {
        isDone = true
        return 0
      }
      rest = next.value
    }
    const count = Math.min(into.length, rest.length)
    into.set(rest.subarray(0, count))
    rest = rest.subarray(count)
    return count
  }
  // Not waited for: a generator in the middle of its next chunk ends only after it.
  const close = async (): Promise<void> => {
    if (!isDone) chunks.return?.().catch(() => {})
  }
  return new ByteSource(path, pull, close)
}
