/** One UDP socket, as far as STUN needs it. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { StunEndpoint } from '../../../protocols/stun/stun-message.ts'
import { ipBytes, ipText } from './ip-bytes.ts'

/** What waits to be sent; more is dropped, as a network does. */
const QUEUE_BYTES_MAX = 262_144

export class UdpSocket implements AsyncDisposable {
  readonly #socket: Socket
  #closed = false

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  /** @param ip to listen on @param port 0 for any @throws NodeJS.ErrnoException where it is taken or not this machine's */
  static async open(ip: string, port = 0): Promise<UdpSocket> {
    const socket = createSocket({ type: ip.includes(':') ? 'udp6' : 'udp4', ipv6Only: ip.includes(':') })
    try {
      socket.bind({ address: ip, port, exclusive: true })
      await once(socket, 'listening')
    } catch (error) {
      socket.close()
      throw error
    }
    // A network that is gone for a while is told by what does not come.
    socket.on('error', () => {})
    // Nobody's process stays up for it.
    socket.unref()
    return new UdpSocket(socket)
  }

  get port(): number {
    return this.#socket.address().port
  }

  receive(take: (bytes: Uint8Array, from: StunEndpoint) => void): void {
    this.#socket.on('message', (bytes: Buffer, { address, port }: RemoteInfo) => {
      const ip = ipBytes(address.split('%')[0]!)
      // As plain bytes: what is cut out of a Buffer is no copy.
      const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
      if (ip !== undefined && port > 0) take(plain, { ip, port })
    })
  }

  /** Sent or lost: nobody is told which. */
  send(bytes: Uint8Array, to: StunEndpoint): void {
    if (this.#closed || this.#socket.getSendQueueSize() > QUEUE_BYTES_MAX) return
    this.#socket.send(bytes, to.port, ipText(to.ip), () => {})
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await new Promise<void>((resolve) => {
      this.#socket.close(resolve)
    })
  }
}
