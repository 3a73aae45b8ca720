/**
 * The connections of all programs, within a limit. Where it is reached the one that has been idle for longest makes room: whoever
 * holds thousands open keeps nobody else out. One with a request under way, or its answer, is never closed for another.
 */
import type { Socket } from 'node:net'

export class Connections {
  readonly #max: number
  /** In the order in which they became idle. */
  readonly #idle = new Set<Socket>()
  /** With how many requests: a program may send the next one before it has the answer to the last. */
  readonly #busy = new Map<Socket, number>()

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
    const requests = this.#busy.get(socket) ?? 0
    if (this.#idle.delete(socket) || requests > 0) this.#busy.set(socket, requests + 1)
    return {
      [Symbol.dispose]: () => {
        const left = (this.#busy.get(socket) ?? 0) - 1
        if (left > 0) this.#busy.set(socket, left)
        else if (this.#busy.delete(socket)) this.#idle.add(socket)
      },
    }
  }

  *[Symbol.iterator](): Generator<Socket> {
    yield* this.#idle
    yield* this.#busy.keys()
  }
}
