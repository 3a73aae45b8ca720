/**
 * Makes one encrypted message and one system call of what one turn of the event loop sends on a connection. Without this a
 * small answer leaves as two messages (yamux acknowledges what it answers first), each encrypted for itself and written in
 * four pieces (length, head, body, tag), and the receiver wakes for each of them. Where the answer takes a moment, yamux's
 * acknowledgement waits for it, a little.
 */
import type { ConnectionEncrypter, MessageStream, SecuredConnection } from '@libp2p/interface'

/** One piece of bytes, or a list of them. */
type Sent = Parameters<MessageStream['send']>[0]
type EncrypterFactory = (components: never) => ConnectionEncrypter

/** What fits into one noise message with its tag; more does not wait for the end of the turn. */
const GATHERED_BYTES_MAX = 65_519
/** Enough for quiet connections, of which a node has hundreds; it grows with what one turn sends. */
const GATHERED_BYTES_INITIAL = 2_048

/** A window update may wait this long for company: the sender has a window of 256 KiB or more before it needs one. */
const UPDATE_MS = 3
/** Updates that lend back more than this do not wait: somebody sends in bulk. */
const UPDATE_CREDIT_BYTES_MAX = 32_768
/** yamux's head: version, type, flags (2), stream (4), length (4). */
const HEAD_BYTES = 12
const TYPE_WINDOW_UPDATE = 1

/** Bytes of credit of a frame that is a window update and nothing else; `undefined` for every other frame. */
function updateCredit(data: Sent): number | undefined {
  if (data.byteLength !== HEAD_BYTES) return undefined
  const head = data instanceof Uint8Array ? data : data.subarray()
  if (head[1] !== TYPE_WINDOW_UPDATE || head[2] !== 0 || head[3] !== 0) return undefined
  return new DataView(head.buffer, head.byteOffset, HEAD_BYTES).getUint32(8)
}

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
  /** Credit in updates that wait, and the timer that ends their wait. */
  let credit = 0
  let later: NodeJS.Timeout | undefined

  const gather = (data: Sent): void => {
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
    credit = 0
    clearTimeout(later)
    later = undefined
    // Encrypted, it is a copy. A full transport keeps the bytes themselves, and nothing is gathered over them before it has drained.
    if (connection.status === 'open') send(whole)
  }
  const flushLate = (): void => {
    scheduled = false
    try {
      flush()
    } catch {
      // The line closed meanwhile: the connection has aborted itself before it threw, and says so with its close event.
    }
  }

  connection.send = (data: Sent): boolean => {
    if (bytes + data.byteLength > GATHERED_BYTES_MAX) flush()
    // While the transport is full nothing is held back: it says when it drains, and does not know of what waits here.
    if (data.byteLength > GATHERED_BYTES_MAX || connection.writableNeedsDrain) {
      flush()
      return send(data)
    }
    const update = updateCredit(data)
    gather(data)
    if (update !== undefined && !scheduled) {
      credit += update
      if (credit <= UPDATE_CREDIT_BYTES_MAX) {
        later ??= setTimeout(flushLate, UPDATE_MS)
        return true
      }
    }
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
