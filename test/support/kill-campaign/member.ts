/** One process of the campaign over all its lives: started, killed and started again on the same folder. */
import { ScriptProcess } from '../processes/child-process.ts'

export class Member<Message extends { readonly kind: string }> implements AsyncDisposable {
  readonly name: string
  readonly #script: string
  readonly #args: readonly string[]
  readonly #learn: (messages: readonly Message[]) => void
  #process: ScriptProcess<Message>
  deaths = 0

  /** @param learn told all that a life said, when it is over */
  constructor(name: string, script: string, args: readonly string[], learn: (messages: readonly Message[]) => void) {
    this.name = name
    this.#script = script
    this.#args = args
    this.#learn = learn
    this.#process = this.#start()
  }

  get messages(): readonly Message[] {
    return this.#process.messages
  }

  /** Until this life has said something of that kind. @throws Error with its last words where it ended before */
  until(kind: Message['kind']): Promise<void> {
    return this.#process.until((messages) => messages.some((message) => message.kind === kind))
  }

  async killAndRestart(): Promise<void> {
    await this.#process.kill()
    this.deaths++
    this.#learn(this.#process.messages)
    this.#process = this.#start()
  }

  async stop(): Promise<void> {
    await this.#process.stop()
    this.#learn(this.#process.messages)
  }

  get errors(): string {
    return this.#process.errors
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.kill()
  }

  #start(): ScriptProcess<Message> {
    return new ScriptProcess<Message>(this.#script, this.#args)
  }
}
