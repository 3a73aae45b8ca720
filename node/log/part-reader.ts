/** Reads one file of the log line by line, as far as it was written, and goes on from there at the next call. */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { LINE_BYTES_MAX, type LogPart } from './log-parts.ts'

const READ_BYTES = 65_536

export interface LogLineAt {
  /** Where it begins in the file. */
  readonly offset: number
  /** Absent where it was longer than a line may be: what is behind it is read all the same. */
  readonly bytes?: Uint8Array
}

export class PartReader implements AsyncDisposable {
  readonly part: LogPart
  readonly #handle: FileHandle
  /** Up to here the file was read. */
  #position: number
  /** The start of a line whose end was not read yet. */
  #begun: Uint8Array = new Uint8Array()
  #begunAt: number
  #tooLong = false

  private constructor(part: LogPart, handle: FileHandle, offset: number) {
    this.part = part
    this.#handle = handle
    this.#position = offset
    this.#begunAt = offset
  }

  /** `undefined` where the file is gone: the oldest makes room at any time. @throws Error of node:fs */
  static async open(part: LogPart, offset = 0): Promise<PartReader | undefined> {
    let handle: FileHandle | undefined
    try {
      // Without waiting for the other end, where somebody laid a pipe there.
      handle = await open(part.path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
      if ((await handle.stat()).isFile()) return new PartReader(part, handle, offset)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
    await handle?.close()
    return undefined
  }

  /** The lines that are whole. @param isFinished then what is left without an end is a line too, if a broken one */
  async *lines(isFinished: () => boolean = () => false): AsyncGenerator<LogLineAt> {
    const buffer = new Uint8Array(READ_BYTES)
    for (;;) {
      // Asked before reading: what was written before the file was finished is then read.
      const last = isFinished()
      const { bytesRead } = await this.#handle.read(buffer, 0, READ_BYTES, this.#position)
      this.#position += bytesRead
      yield* this.#cut(buffer.subarray(0, bytesRead))
      if (bytesRead > 0) continue
      if (last && (this.#begun.length > 0 || this.#tooLong)) yield this.#take(this.#position)
      return
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#handle.close()
  }

  *#cut(chunk: Uint8Array): Generator<LogLineAt> {
    const chunkAt = this.#position - chunk.length
    let from = 0
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      this.#add(chunk.subarray(from, end))
      from = end + 1
      yield this.#take(chunkAt + from)
    }
    this.#add(chunk.subarray(from))
  }

  #add(bytes: Uint8Array): void {
    if (this.#begun.length + bytes.length > LINE_BYTES_MAX) this.#tooLong = true
    this.#begun = this.#tooLong ? new Uint8Array() : joined(this.#begun, bytes)
  }

  #take(nextAt: number): LogLineAt {
    const line = this.#tooLong ? { offset: this.#begunAt } : { offset: this.#begunAt, bytes: this.#begun }
    this.#begun = new Uint8Array()
    this.#begunAt = nextAt
    this.#tooLong = false
    return line
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length)
  whole.set(a)
  whole.set(b, a.length)
  return whole
}
