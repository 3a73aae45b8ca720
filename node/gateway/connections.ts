/**
 * The connections of all programs, within a limit. Where it is reached the one that has been idle for longest makes room: whoever
 * holds thousands open keeps nobody else out. One with a request under way, or its answer, is never closed for another.
 */
import type { Socket } from 'node:net'

export class Connections {
  readonly #max: number
  /** In the order in which they became idle. */
  readonly #idle = new Set<Socket>()
  readonly #busy = new Set<Socket>()

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#idle.size + this.#busy.size
  }

  /** A new one; closed at once where all others are busy. */
  take(socket: Socket): void {
    if (this.size >= this.#max) {
      const [longest] = this.#idle
      if (longest === undefined) {
        socket.destroy()
        return
      }
      this.#idle.delete(longest)
      longest.destroy()
    }
    this.#idle.add(socket)
    socket.once('close', () => {
      this.#idle.delete(socket)
      this.#busy.delete(socket)
    })
  }

  /** Until disposed a request of it is under way. */
  busy(socket: Socket): Disposable {
    if (this.#idle.delete(socket)) this.#busy.add(socket)
    return {
      [Symbol.dispose]: () => {
        if (this.#busy.delete(socket)) this.#idle.add(socket)
      },
    }
  }

  *[Symbol.iterator](): Generator<Socket> {
    yield* this.#idle
    yield* this.#busy
  }
}
