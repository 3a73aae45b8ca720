/** A time server on loopback that answers as it is told: NTP version 4, with a clock of its own. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

const EPOCH_MS = 2_208_988_800_000

export interface TimeServer extends AsyncDisposable {
  /** As the setting `timeServers` names it. */
  readonly name: string
  /** What came, oldest first. */
  readonly requests: readonly Buffer[]
}

/** @param answer changes the packet that is about to go out; nothing goes out where it says false */
export async function timeServer(
  aheadMs = 0,
  answer: (packet: Buffer, request: Buffer) => boolean | undefined = () => undefined,
): Promise<TimeServer> {
  const socket = createSocket('udp4')
  const requests: Buffer[] = []
  socket.on('message', (request, { port, address }) => {
    requests.push(request)
    const packet = Buffer.alloc(48)
    packet[0] = 0x24
    packet[1] = 2
    request.copy(packet, 24, 40, 48)
    for (const at of [32, 40]) {
      const ms = Date.now() + aheadMs + EPOCH_MS
      packet.writeUInt32BE(Math.floor(ms / 1_000) % 2 ** 32, at)
      packet.writeUInt32BE(Math.floor(((ms % 1_000) / 1_000) * 2 ** 32), at + 4)
    }
    if (answer(packet, request) !== false) socket.send(packet, port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    name: `127.0.0.1:${socket.address().port}`,
    requests,
    async [Symbol.asyncDispose]() {
      socket.close()
      await once(socket, 'close')
    },
  }
}
