/**
 * Opens connections to a port of this machine and sends nothing on them; one that is closed is opened again, until it is killed.
 * Arguments: port, connections. Says `{opened, closed}` when all were opened once, and then each time as many more were.
 */
import { connect } from 'node:net'

const [port, count] = process.argv.slice(2).map(Number) as [number, number]
/** Connections that are being opened at once: what a server's queue takes. */
const AT_ONCE = 200
let opening = 0
let opened = 0
let closed = 0
let open = 0

function openMore(): void {
  while (opening < AT_ONCE && open + opening < count) {
    opening++
    let stood = false
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      stood = true
      opening--
      open++
      if (++opened % count === 0) process.stdout.write(`${JSON.stringify({ opened, closed })}\n`)
      openMore()
    })
    socket
      .on('error', () => undefined)
      .on('close', () => {
        if (stood) {
          open--
          closed++
        } else opening--
        setImmediate(openMore)
      })
    socket.resume()
  }
}
openMore()
