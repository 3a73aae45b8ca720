/** A program that speaks with a node byte by byte, as no client of ours would. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface, type Interface } from 'node:readline'
import { controlPath } from '../../../node/control/control-path.ts'

export class RawConnection implements AsyncDisposable {
  readonly socket: Socket
  readonly #lines: AsyncIterator<string>
  readonly #reader: Interface

  private constructor(socket: Socket) {
    this.socket = socket
    this.#reader = createInterface({ input: socket })
    this.#lines = this.#reader[Symbol.asyncIterator]()
  }

  static async open(dataFolder: string): Promise<RawConnection> {
    const socket = connect(controlPath(dataFolder).path)
    socket.on('error', () => {})
    await once(socket, 'connect')
    return new RawConnection(socket)
  }

  send(...lines: readonly (object | string)[]): void {
    for (const line of lines) this.socket.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`)
  }

  /** The next answer; undefined where the connection ended. */
  async next(): Promise<unknown> {
    const { done, value } = await this.#lines.next()
    return done === true ? undefined : JSON.parse(value)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reader.close()
    this.socket.destroy()
    if (!this.socket.closed) await once(this.socket, 'close')
  }
}
