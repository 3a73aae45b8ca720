/** A command line on a terminal of its own (`script` of util-linux), typed at as a person does. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { AITBC } from './cli-process.ts'

export const hasTerminals: boolean =
  process.platform === 'linux' && spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

export class TerminalProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  #said = ''

  constructor(words: readonly string[], env: Readonly<Record<string, string>>) {
    const line = [process.execPath, AITBC, ...words].map(quoted).join(' ')
    this.#child = spawn('script', ['-qefc', `exec ${line}`, '/dev/null'], {
      env: { PATH: process.env.PATH, TERM: 'xterm', AITBC_LAN_DISCOVERY: 'off', NO_COLOR: '1', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text
    })
    this.#closed = once(this.#child, 'close')
  }

  /** All that was on the screen, without what moves the cursor. */
  get said(): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal is sent
    return this.#said.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '')
  }

  /** @throws Error where the process ends without having said it */
  async says(text: string): Promise<void> {
    while (!this.said.includes(text)) {
      await Promise.race([once(this.#child.stdout!, 'data'), this.#closed])
      if (this.#child.exitCode !== null && !this.said.includes(text))
        throw new Error(`it never said ${text}: ${this.said}`)
    }
  }

  /** Keys as they are: `\r` is Enter, `\u0003` Ctrl-C, `\u0004` Ctrl-D. */
  type(keys: string): void {
    this.#child.stdin!.write(keys)
  }

  /** Its exit code, which `script` hands on. */
  async end(): Promise<number | null> {
    await this.#closed
    return this.#child.exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#closed
  }
}
