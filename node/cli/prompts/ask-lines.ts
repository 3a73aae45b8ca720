/** Questions on a terminal, one line each, with the answer that Enter gives. */
import { createInterface, type Interface } from 'node:readline'
import { Writable } from 'node:stream'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { usageError } from '../frame/usage-error.ts'

export interface Question {
  readonly text: string
  /** What an empty line means; shown in brackets. */
  readonly standard: string
  /** What to write down for an answer. @throws MeshError where it cannot be taken: its message is shown, and the question comes again */
  readonly take: (answer: string) => string | Promise<string>
}

/** Who gives that many wrong answers needs the help and not the sixth chance. */
const TRIES_MAX = 5
/** A longer line is a paste that went wrong. */
const ANSWER_CHARS_MAX = 1_000

export interface AskLinesOptions {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
  readonly signal: AbortSignal
  readonly say: (line: string) => void
  /** What is typed is not shown, from the first moment on. */
  readonly isHidden?: boolean
}

export class AskLines implements Disposable {
  readonly #options: AskLinesOptions
  readonly #lines: Interface
  /** Typed ahead of the question. */
  readonly #early: string[] = []
  #waiting: PromiseWithResolvers<string> | undefined
  #ended: MeshError | undefined
  readonly #cancel = (): void => this.#end()

  constructor(options: AskLinesOptions) {
    this.#options = options
    const { input, output, signal, isHidden = false } = options
    // From here on the terminal echoes nothing by itself: before that no question may be shown.
    this.#lines = createInterface({ input, output: isHidden ? NOWHERE() : output, terminal: true })
    this.#lines.on('line', (line) => {
      if (this.#waiting !== undefined) this.#waiting.resolve(line)
      else if (this.#early.length < TRIES_MAX) this.#early.push(line)
      this.#waiting = undefined
    })
    // The terminal is raw meanwhile: Ctrl-C comes as a key, and has to be passed on as the signal that it is elsewhere.
    this.#lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    this.#lines.on('close', this.#cancel)
    if (signal.aborted) this.#end()
    else signal.addEventListener('abort', this.#cancel, { once: true })
  }

  /** @throws MeshError CANCELLED at the end of the input; COMMAND_LINE after too many answers that cannot be taken */
  async ask({ text, standard, take }: Question): Promise<string> {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const answer = (await this.line(`${text} [${standard}] `)).trim().slice(0, ANSWER_CHARS_MAX)
      try {
        return await take(answer === '' ? standard : answer)
      } catch (error) {
        if (!(error instanceof MeshError)) throw error
        this.#options.say(`  ${error.message}. ${error.hint}`)
      }
    }
    throw usageError(`no answer to "${text}" could be taken`, 'See aitbc help config for what settings take.')
  }

  /** One line as it is typed. @throws MeshError CANCELLED at the end of the input */
  async line(prompt: string): Promise<string> {
    const { output, isHidden = false } = this.#options
    if (isHidden) output.write(prompt)
    else {
      this.#lines.setPrompt(prompt)
      this.#lines.prompt()
    }
    try {
      return await this.#next()
    } finally {
      if (isHidden) output.write('\n')
    }
  }

  [Symbol.dispose](): void {
    this.#options.signal.removeEventListener('abort', this.#cancel)
    this.#lines.close()
  }

  #next(): Promise<string> {
    const early = this.#early.shift()
    if (early !== undefined) return Promise.resolve(early)
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    this.#waiting = Promise.withResolvers()
    return this.#waiting.promise
  }

  #end(): void {
    this.#ended ??= new MeshError('CANCELLED')
    this.#waiting?.reject(this.#ended)
    this.#waiting = undefined
  }
}

const NOWHERE = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })
