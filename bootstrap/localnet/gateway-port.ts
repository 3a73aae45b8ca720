/** Where the gateway of the local network listens: at its usual port, or where another program has that one, at a free one. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { GATEWAY_PORT } from '../../node/config/settings.ts'

export async function gatewayPort(usual: number = GATEWAY_PORT): Promise<number> {
  for (const address of ['::1', '127.0.0.1']) if (await isTaken(usual, address)) return 0
  return usual
}

async function isTaken(port: number, address: string): Promise<boolean> {
  const server = createServer().listen(port, address)
  try {
    await once(server, 'listening')
    return false
  } catch (error) {
    // An address that this machine does not have is nobody's.
    return (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}
