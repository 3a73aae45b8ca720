/** Bytes to an HTTP server and what it says until it closes: for requests that no client would send. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  readonly status: number
  readonly headers: string
  readonly body: string
}

/** Resolves when the connection stands. */
export async function rawConnection(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  // As a program that keeps its own half open whatever the server says.
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** What the server says until it ends; the status is 0 where it says nothing. */
export async function saidBy(socket: Socket): Promise<RawAnswer> {
  let text = ''
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part
  })
  if (!socket.closed && !socket.readableEnded) await Promise.race([once(socket, 'end'), once(socket, 'close')])
  const [headers = '', ...body] = text.split('\r\n\r\n')
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(headers)?.[1] ?? 0), headers, body: body.join('\r\n\r\n') }
}

export async function rawRequest(url: string, ...lines: readonly string[]): Promise<RawAnswer> {
  const socket = await rawConnection(url)
  const answered = saidBy(socket)
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  const answer = await answered
  socket.destroy()
  return answer
}
