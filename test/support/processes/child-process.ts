/** A script of ours in a process of its own, told from by lines of JSON. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export class ScriptProcess<Message> implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #messages: Message[] = []
  readonly #waiting: { readonly until: (messages: readonly Message[]) => boolean; readonly resolve: () => void }[] = []
  readonly #ended: Promise<void>
  #errors = ''

  /**
   * @param script beside this file
   * @param filesMax files and sockets that it may have open at once; as many as this process where absent
   */
  constructor(script: string, args: readonly string[], filesMax?: number) {
    const path = fileURLToPath(new URL(script, import.meta.url))
    const words = [process.execPath, path, ...args]
    const [command, ...rest] =
      filesMax === undefined ? words : ['sh', '-c', `ulimit -n ${filesMax} && exec "$@"`, 'sh', ...words]
    this.#child = spawn(command!, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child.stderr!.on('data', (data: Buffer) => {
      this.#errors = (this.#errors + data.toString()).slice(-4_000)
    })
    const lines = createInterface({ input: this.#child.stdout! })
    lines.on('line', (line) => this.#take(JSON.parse(line) as Message))
    this.#ended = Promise.all([once(lines, 'close'), once(this.#child, 'close')]).then(() => undefined)
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** All that it said, in order. */
  get messages(): readonly Message[] {
    return this.#messages
  }

  /** @throws Error where the process ends before */
  async until(reached: (messages: readonly Message[]) => boolean): Promise<void> {
    if (reached(this.#messages)) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ until: reached, resolve })
    const ended = this.#ended.then(() => {
      if (!reached(this.#messages)) throw new Error(`the process ended (${this.#child.exitCode}): ${this.#errors}`)
    })
    await Promise.race([promise, ended])
  }

  /** Ends it as a power cut would end the process; resolves when all that it said was read. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  /** Asks it to end, and waits until it has; resolves when all that it said was read. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.#ended
  }

  /** What it wrote on standard error, the last part of it. */
  get errors(): string {
    return this.#errors
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  #take(message: Message): void {
    this.#messages.push(message)
    for (const waiting of this.#waiting) if (waiting.until(this.#messages)) waiting.resolve()
  }
}
