/** Where a command speaks: results to standard output, everything else to standard error. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { jsonText } from '../screen/json-text.ts'
import { startLiveView } from '../screen/live-view.ts'
import { printable } from '../screen/printable.ts'
import { type Progress, startProgress } from '../screen/progress.ts'
import { createStyles, type Styles, wantsColour } from '../screen/styles.ts'
import { cutTo } from '../screen/text-width.ts'

/** What is used of process.stdout and process.stderr. */
export interface OutputStream {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
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

/** Of a terminal that does not say. */
const COLUMNS_STANDARD = 80
const ROWS_STANDARD = 24

export class Output {
  readonly json: boolean
  /** For results. */
  readonly style: Styles
  /** For talk. */
  readonly talkStyle: Styles
  /** Columns of the terminal that results go to; undefined for a pipe or file, where nothing is cut. */
  readonly width: number | undefined
  readonly #options: OutputOptions
  /** What stands on the lines that progress draws on, and how many they are. */
  #drawn = ''
  #drawnLines = 1

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
    const { clock } = this.#options
    const draw = (line: string): void => this.#draw(line)
    const say = (line: string): void => this.say(line)
    return startProgress(printable(label), { clock, animate: this.animates, show, draw, say })
  }

  /**
   * Lines that are drawn again and again, for a view that lasts; it goes away when it is disposed.
   * @param view lines for a terminal; the narrower its screen the more of them are cut
   * @param line the same in one line for where nothing may move, written when it has changed
   */
  live(view: () => readonly string[], line: () => string): Disposable {
    const { clock } = this.#options
    const draw = (lines: readonly string[]): void => this.#draw(lines.join('\n'))
    return startLiveView({ clock, animate: this.animates, view, line, draw, say: (text) => this.say(text) })
  }

  /** Whether lines are drawn over, so that what is under way can be shown and go away again. */
  get animates(): boolean {
    const { stderr, env } = this.#options
    return stderr.isTTY === true && env.TERM !== 'dumb'
  }

  #draw(text: string): void {
    if (text === this.#drawn) return
    this.#drawn = text
    const { columns = COLUMNS_STANDARD, rows = ROWS_STANDARD } = this.#options.stderr
    // Of a taller text the cursor could not go back to the start.
    const lines = text.split('\n').slice(0, rows - 1)
    // To the first column of the first line, and clear from there. One column stays free: a full line would wrap and could
    // not be drawn over.
    const up = this.#drawnLines > 1 ? `\u001b[${this.#drawnLines - 1}A` : ''
    this.#drawnLines = lines.length
    this.#talk(`\r${up}\u001b[J${lines.map((line) => this.talkStyle.dim(cutTo(columns - 1, line))).join('\n')}`)
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
