/**
 * The log on the disk. Whoever writes a line never waits and never fails: lines queue for the disk, and where it is full,
 * slow or gone they are dropped, counted, and said to be missing once it takes lines again.
 */
import { constants, mkdirSync, rmSync, writeSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import { LINE_BYTES_MAX, type LogPart, logPart, logParts } from './log-parts.ts'

/** What may wait for the disk: some seconds of a busy node at the level debug. */
const QUEUE_BYTES_MAX = 1_048_576
/** A disk that refused a line is asked again after this, as the reserve of space is. */
const RETRY_MS = 10_000
/** The end of a node does not wait longer for its log: a network share may hang for ever. */
const CLOSE_MS_MAX = 1_000
/** No write through a link that somebody laid there; Windows knows no such flag. */
const APPEND = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0)

export interface LogFileOptions {
  readonly clock: Clock
  /** Of one file; then a new one is begun. */
  readonly fileBytesMax: number
  /** The oldest goes when there would be more; at least 1. */
  readonly filesMax: number
}

export interface LogPlace {
  /** Made where it is missing. Nobody else writes there: its owner holds the lock of the data folder. */
  readonly folder: string
  /** False while the disk is full: the space that was set aside is for receipts. */
  readonly mayWrite: () => boolean
}

interface Opened {
  readonly part: LogPart
  readonly handle: FileHandle
  bytes: number
}

export class LogFile implements AsyncDisposable {
  readonly #options: LogFileOptions
  #place: LogPlace | undefined
  #queue: Buffer[] = []
  #queuedBytes = 0
  #lost = 0
  #why = ''
  #opened: Opened | undefined
  /** A crash or a full disk left half a line at the end of the file. */
  #breakFirst = false
  #working: Promise<void> | undefined
  #retry: Timer | undefined
  #closed = false

  constructor(options: LogFileOptions) {
    this.#options = options
    // A process that ends by an error ends at once: what it said last explains it.
    process.on('exit', this.#flushNow)
  }

  /** @param line with its line break; lines before {@link place} wait for it */
  write(line: string): void {
    if (this.#closed) return
    const bytes = Buffer.from(line)
    if (bytes.length > LINE_BYTES_MAX) this.#lose(1, 'a line was too long')
    else {
      if (this.#queuedBytes + bytes.length > QUEUE_BYTES_MAX) this.#dropQueue('the disk does not keep up')
      this.#queue.push(bytes)
      this.#queuedBytes += bytes.length
    }
    this.#work()
  }

  /** From here on lines go to the disk. */
  place(place: LogPlace): void {
    this.#place = place
    this.#work()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#retry?.cancel()
    this.#retry = undefined
    process.off('exit', this.#flushNow)
    let timer: Timer | undefined
    const late = new Promise<void>((resolve) => {
      timer = this.#options.clock.after(CLOSE_MS_MAX, resolve)
    })
    await Promise.race([this.#finish(), late])
    timer?.cancel()
  }

  async #finish(): Promise<void> {
    await this.#working
    if (this.#place?.mayWrite() === true) await this.#drain(this.#place)
    await this.#leaveFile()
  }

  #work(): void {
    if (this.#place === undefined || this.#working !== undefined || this.#retry !== undefined || this.#closed) return
    this.#working = this.#drain(this.#place).finally(() => {
      this.#working = undefined
    })
  }

  /** Never rejects; ends when all is written, or the disk takes nothing. */
  async #drain(place: LogPlace): Promise<void> {
    // What is written in the same tick goes to the disk in one call.
    await undefined
    while (this.#queue.length > 0) {
      if (!place.mayWrite()) return this.#tryLater('the disk is full')
      try {
        await this.#writeSome(place.folder)
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException
        await this.#leaveFile()
        return this.#tryLater(code ?? message)
      }
    }
  }

  #tryLater(why: string): void {
    this.#why = why
    if (this.#closed) return
    this.#retry = this.#options.clock.after(RETRY_MS, () => {
      this.#retry = undefined
      this.#work()
    })
  }

  async #writeSome(folder: string): Promise<void> {
    const file = await this.#roomyFile(folder)
    const gap = this.#gapLine()
    const lines = this.#take(this.#options.fileBytesMax - file.bytes - gap.length)
    const bytes = Buffer.concat([this.#breakFirst ? BREAK : EMPTY, gap, ...lines])
    const lost = this.#lost
    this.#lost = 0
    this.#breakFirst = false
    try {
      await file.handle.appendFile(bytes)
      file.bytes += bytes.length
    } catch (error) {
      // Some of them may be on the disk: a line that is missing is better than one that stands there twice.
      this.#lost += lost + lines.length
      throw error
    }
  }

  /** Lines that fit `room`; one at least, or none would ever be written. */
  #take(room: number): readonly Buffer[] {
    let count = 0
    let bytes = 0
    for (const line of this.#queue) {
      if (count > 0 && bytes + line.length > room) break
      count++
      bytes += line.length
    }
    this.#queuedBytes -= bytes
    return this.#queue.splice(0, count)
  }

  async #roomyFile(folder: string): Promise<Opened> {
    const now = this.#opened ?? (await this.#open(folder))
    if (now.bytes === 0 || now.bytes + this.#queue[0]!.length <= this.#options.fileBytesMax) return now
    await this.#leaveFile()
    return this.#open(folder, now.part.number + 1)
  }

  /** The newest file where no number is given. */
  async #open(folder: string, number?: number): Promise<Opened> {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const part = number === undefined ? (logParts(folder).at(-1) ?? logPart(folder, 1)) : logPart(folder, number)
    const handle = await open(part.path, APPEND, 0o600)
    try {
      const { size } = await handle.stat()
      await handle.chmod(0o600)
      this.#breakFirst = size > 0 && !(await endsLine(handle, size))
      this.#opened = { part, handle, bytes: size }
    } catch (error) {
      await handle.close()
      throw error
    }
    this.#removeOld(folder)
    return this.#opened
  }

  #removeOld(folder: string): void {
    for (const { path } of logParts(folder).slice(0, -this.#options.filesMax)) {
      try {
        rmSync(path, { force: true })
      } catch {
        // Held open or protected by somebody: tried again with each new file, and no reason to write none.
      }
    }
  }

  async #leaveFile(): Promise<void> {
    const left = this.#opened
    this.#opened = undefined
    await left?.handle.close().catch(() => undefined)
  }

  /** Where lines are missing, in their place. */
  #gapLine(): Buffer {
    if (this.#lost === 0) return EMPTY
    const at = new Date(this.#options.clock.nowMs()).toISOString()
    const text = `${this.#lost} lines are missing here: ${this.#why}`
    const facts = { lines: this.#lost }
    return Buffer.from(`${JSON.stringify({ at, level: 'warn', event: 'log:gap', text, facts })}\n`)
  }

  /** All that waits at once: so what is missing is missing in one place. */
  #dropQueue(why: string): void {
    this.#lose(this.#queue.length, why)
    this.#queue = []
    this.#queuedBytes = 0
  }

  #lose(count: number, why: string): void {
    this.#lost += count
    if (this.#retry === undefined) this.#why = why
  }

  readonly #flushNow = (): void => {
    const opened = this.#opened
    if (opened === undefined || this.#queue.length === 0 || this.#place?.mayWrite() !== true) return
    try {
      writeSync(opened.handle.fd, Buffer.concat([BREAK, ...this.#queue]))
    } catch {
      // The process ends; the error that ends it is on standard error too.
    }
  }
}

const EMPTY = Buffer.alloc(0)
const BREAK = Buffer.from('\n')

async function endsLine(handle: FileHandle, bytes: number): Promise<boolean> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, bytes - 1)
  return buffer[0] === BREAK[0]
}
