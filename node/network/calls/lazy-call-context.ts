/** The context of a call at its answerer. Its signal is made when somebody asks for it: most small calls end before anybody does. */
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { CallContext } from '../../../protocols/kernel/protocol.ts'

export class LazyCallContext implements CallContext {
  readonly peer: PeerId
  #controller: AbortController | undefined
  #reason: MeshError | undefined

  constructor(peer: PeerId) {
    this.peer = peer
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  abort(reason: MeshError): void {
    this.#reason = reason
    this.#controller?.abort(reason)
  }
}
