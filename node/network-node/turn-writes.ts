/**
 * Makes one encrypted message and one system call of what one turn of the event loop sends on a connection. Without this a
 * small answer leaves as two messages (yamux acknowledges what it answers first), each encrypted for itself and written in
 * four pieces (length, head, body, tag), and the receiver wakes for each of them.
 */
import type { ConnectionEncrypter, MessageStream, SecuredConnection } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

type EncrypterFactory = (components: never) => ConnectionEncrypter

/** What fits into one noise message with its tag; more does not wait for the end of the turn. */
const GATHERED_BYTES_MAX = 65_519
/** Enough for quiet connections, of which a node has hundreds; it grows with what one turn sends. */
const GATHERED_BYTES_INITIAL = 2_048

/** The encrypter, over connections that write once, and under connections that gather. */
export function turnWrites(factory: EncrypterFactory): EncrypterFactory {
  return (components) => {
    const encrypter = factory(components)
    const inbound = encrypter.secureInbound.bind(encrypter)
    const outbound = encrypter.secureOutbound.bind(encrypter)
    encrypter.secureInbound = async (connection, options) => gathering(await inbound(inOnePiece(connection), options))
    encrypter.secureOutbound = async (connection, options) => gathering(await outbound(inOnePiece(connection), options))
    return encrypter
  }
}

function gathering<E>(secured: SecuredConnection<E>): SecuredConnection<E> {
  gatherPerTurn(secured.connection)
  return secured
}

/** Each send is one write, however many parts it has. */
function inOnePiece<T extends MessageStream>(connection: T): T {
  const send = connection.send.bind(connection)
  connection.send = (data) => send(data instanceof Uint8Array ? data : data.subarray())
  return connection
}

/** Sends of one turn are one send at its end. */
function gatherPerTurn(connection: MessageStream): void {
  const send = connection.send.bind(connection)
  const close = connection.close.bind(connection)
  let gathered = Buffer.allocUnsafeSlow(GATHERED_BYTES_INITIAL)
  let bytes = 0
  let scheduled = false

  const gather = (data: Uint8Array | Uint8ArrayList): void => {
    const needed = bytes + data.byteLength
    if (needed > gathered.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(Math.max(2 * gathered.length, needed), GATHERED_BYTES_MAX))
      grown.set(gathered.subarray(0, bytes))
      gathered = grown
    }
    if (data instanceof Uint8Array) gathered.set(data, bytes)
    else {
      let at = bytes
      for (const part of data) {
        gathered.set(part, at)
        at += part.length
      }
    }
    bytes = needed
  }

  const flush = (): void => {
    if (bytes === 0) return
    const whole = gathered.subarray(0, bytes)
    bytes = 0
    if (connection.status === 'open') send(whole)
    // Encrypted, it is a copy; what could not be encrypted yet is kept by reference.
  }
  const flushLate = (): void => {
    scheduled = false
    try {
      flush()
    } catch {
      // The line closed meanwhile: the connection has aborted itself before it threw, and says so with its close event.
    }
  }

  connection.send = (data: Uint8Array | Uint8ArrayList): boolean => {
    if (bytes + data.byteLength > GATHERED_BYTES_MAX) flush()
    // While the transport is full nothing is held back: it says when it drains, and does not know of what waits here.
    if (data.byteLength > GATHERED_BYTES_MAX || connection.writableNeedsDrain) {
      flush()
      return send(data)
    }
    gather(data)
    if (!scheduled) {
      scheduled = true
      // Behind all microtasks that this turn still brings: an answer that is made in them goes with it.
      queueMicrotask(() => process.nextTick(flushLate))
    }
    return true
  }
  connection.close = (options) => {
    flush()
    return close(options)
  }
}
