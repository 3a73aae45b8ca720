/** The end of a connection. */
import type { Socket } from 'node:net'

/** A program that has not read our last word by then does not want it. */
const LINGER_MS = 1_000

/**
 * Ends our side and waits a moment for the other: a socket that closes with unread bytes resets the connection, and the other
 * side might lose what was said last.
 */
export function partWith(socket: Socket, lastWord?: string): void {
  if (socket.destroyed) return
  socket.resume()
  if (lastWord === undefined) socket.end()
  else socket.end(lastWord)
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  timer.unref()
  socket.once('close', () => clearTimeout(timer))
}
