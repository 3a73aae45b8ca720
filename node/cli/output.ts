/** Where a command speaks: results to standard output, everything else to standard error. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { jsonText } from './json-text.ts'
import { printable } from './printable.ts'
import { type Progress, startProgress } from './progress.ts'
import { createStyles, type Styles, wantsColour } from './styles.ts'
import { cutTo } from './text-width.ts'

/** What is used of process.stdout and process.stderr. */
export interface OutputStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(chunk: string | Uint8Array, done: (error?: Error | null) => void): boolean
}

export interface OutputOptions {
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly json: boolean
  /** Nobody reads the results any more, as after `| head`. */
  readonly onReaderGone: () => void
}

export class Output {
  readonly json: boolean
  /** For results. */
  readonly style: Styles
  /** For talk. */
  readonly talkStyle: Styles
  /** Columns of the terminal that results go to; undefined for a pipe or file, where nothing is cut. */
  readonly width: number | undefined
  readonly #options: OutputOptions
  /** What stands on the line that progress draws on. */
  #drawn = ''

  constructor(options: OutputOptions) {
    const { stdout, stderr, env, json } = options
    this.#options = options
    this.json = json
    this.style = createStyles(wantsColour(stdout.isTTY === true, env))
    this.talkStyle = createStyles(wantsColour(stderr.isTTY === true, env))
    this.width = stdout.isTTY === true ? stdout.columns : undefined
  }

  /**
   * A result, with its line break: one line of JSON with `--json`, the text otherwise. A command that yields several results
   * prints them one by one, so that `--json` gives one JSON value a line.
   * @param value see {@link jsonText} for amounts and what is not known
   * @returns when the reader has taken it
   * @throws MeshError CANCELLED when nobody reads any more, DISK_FULL
   */
  print(value: unknown, text: () => string): Promise<void> {
    return this.write(`${this.json ? jsonText(value) : text()}\n`)
  }

  /** Bytes as they are; a command that writes these has no JSON. @throws as {@link print} */
  async write(chunk: string | Uint8Array): Promise<void> {
    this.#draw('')
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#options.stdout.write(chunk, (error) => {
      if (error) reject(this.#failure(error))
      else resolve()
    })
    await promise
  }

  /** A line of talk, as it is: a stranger's words go through {@link printable} first. */
  say(line: string): void {
    const drawn = this.#drawn
    this.#draw('')
    this.#talk(`${line}\n`)
    this.#draw(drawn)
  }

  /** Something that is not as it should be, though the command goes on. */
  warn(line: string): void {
    this.say(`${this.talkStyle.warn('!')} ${line}`)
  }

  /**
   * For what takes longer than a second; it goes away when it is disposed.
   * @param show shows an amount in its unit
   * @example
   * using progress = out.progress('fetching the model', bytesText)
   * for await (const chunk of chunks) progress.update((done += chunk.length), total)
   */
  progress(label: string, show?: (amount: number) => string): Progress {
    const { stderr, env, clock } = this.#options
    const animate = stderr.isTTY === true && env.TERM !== 'dumb'
    const draw = (line: string): void => this.#draw(line)
    return startProgress(printable(label), { clock, animate, show, draw, say: (line) => this.say(line) })
  }

  #draw(line: string): void {
    if (line === this.#drawn) return
    this.#drawn = line
    const { columns = 80 } = this.#options.stderr
    // To the first column, and clear the line. One column stays free: a full line would wrap and could not be drawn over.
    this.#talk(`\r\u001b[K${this.talkStyle.dim(cutTo(columns - 1, line))}`)
  }

  #talk(text: string): void {
    // Talk that nobody hears is no reason to stop working.
    this.#options.stderr.write(text, () => {})
  }

  #failure(error: Error): MeshError {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC') return new MeshError('DISK_FULL', { file: 'the standard output' }, error)
    this.#options.onReaderGone()
    return new MeshError('CANCELLED', {}, error)
  }
}
