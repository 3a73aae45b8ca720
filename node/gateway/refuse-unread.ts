/** Bytes that are no request, or too many of them: answered where the connection still takes an answer. */
import type { Socket } from 'node:net'

/** By what Node's parser says; anything else is a request that it cannot read. */
const refusals: Readonly<Record<string, readonly [status: string, why: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the headers are longer than the gateway reads'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request did not arrive in time'],
}
const UNREADABLE = ['400 Bad Request', 'this is no request of HTTP/1.1'] as const

export function refuseUnread(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const [status, why] = refusals[error.code ?? ''] ?? UNREADABLE
  const body = `${JSON.stringify({ error: why })}\n`
  const head = ['content-type: application/json', `content-length: ${body.length}`, 'connection: close']
  socket.write(`HTTP/1.1 ${status}\r\n${head.join('\r\n')}\r\n\r\n${body}`)
  // Also where the other side keeps its half open.
  socket.destroySoon()
}
