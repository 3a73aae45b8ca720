/** Ctrl-C and stop signals: the first asks the command to end, the second ends the process. */
import { EXIT } from '../../../protocols/kernel/error-projections.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'

/** SIGHUP: the terminal was closed. SIGBREAK: Ctrl-Break on Windows. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', ...(process.platform === 'win32' ? ['SIGBREAK' as const] : [])] as const

export class Interrupts implements Disposable {
  readonly #controller = new AbortController()
  #received: NodeJS.Signals | undefined

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#take)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get received(): boolean {
    return this.#received !== undefined
  }

  /** Ends the command for another reason than a signal. */
  abort(): void {
    this.#controller.abort(new MeshError('CANCELLED'))
  }

  readonly #take = (signal: NodeJS.Signals): void => {
    if (this.#received !== undefined) process.exit(EXIT.interrupted)
    this.#received = signal
    this.abort()
  };

  [Symbol.dispose](): void {
    for (const signal of SIGNALS) process.off(signal, this.#take)
  }
}
