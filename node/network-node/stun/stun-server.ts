/** Tells whoever asks where it was seen from: on two ports, so that it can be found out what a NAT makes of the second. */

import { MalformedError } from '../../../protocols/kernel/cbor-reader.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { answerStun, type StunPort } from '../../../protocols/stun/answer-stun.ts'
import { decodeStun, encodeStun, type StunEndpoint, type StunMessage } from '../../../protocols/stun/stun-message.ts'
import { RateTable } from '../../network/peers/rate-table.ts'
import { ipBytes, ipText } from './ip-bytes.ts'
import { UdpSocket } from './udp-socket.ts'

export interface StunServerOptions {
  readonly clock: Clock
  /** To listen on. */
  readonly ip: string
  /** 0 for any. */
  readonly port: number
  /** Where others see it, if that is not `ip`. */
  readonly announcedIp?: string
}

/** A look at a NAT takes a dozen; a home or an office may have some machines that look at once. */
const PER_HOST_MAX = 100
/** Together, a second: half a megabit of answers. */
const ALL_MAX = 1_000
const HOST_WINDOW_MS = 10_000
/** Hosts that are counted; of more the longest unheard of starts anew. */
const HOSTS_MAX = 8_192

export interface StunFigures {
  readonly answered: number
  /** Malformed, or more than their host may ask. */
  readonly dropped: number
}

export class StunServer implements AsyncDisposable {
  readonly #clock: Clock
  readonly #sockets: Readonly<Record<StunPort, UdpSocket>>
  readonly #ip: Uint8Array
  readonly #perHost = new RateTable(PER_HOST_MAX, HOST_WINDOW_MS, HOSTS_MAX)
  readonly #all = new RateTable(ALL_MAX, 1_000, 1)
  #answered = 0
  #dropped = 0

  private constructor(clock: Clock, sockets: Readonly<Record<StunPort, UdpSocket>>, ip: Uint8Array) {
    this.#clock = clock
    this.#sockets = sockets
    this.#ip = ip
    for (const at of ['first', 'second'] as const) sockets[at].receive((bytes, from) => this.#answer(bytes, from, at))
  }

  /** @throws NodeJS.ErrnoException where the port is taken */
  static async start({ clock, ip, port, announcedIp = ip }: StunServerOptions): Promise<StunServer> {
    await using stack = new AsyncDisposableStack()
    const first = stack.use(await UdpSocket.open(ip, port))
    // Which one it is says every answer.
    const second = stack.use(await UdpSocket.open(ip))
    const server = new StunServer(clock, { first, second }, ipBytes(announcedIp)!)
    stack.move()
    return server
  }

  get port(): number {
    return this.#sockets.first.port
  }

  get figures(): StunFigures {
    return { answered: this.#answered, dropped: this.#dropped }
  }

  #answer(bytes: Uint8Array, from: StunEndpoint, at: StunPort): void {
    const message = this.#allows(from) ? messageIn(bytes) : undefined
    if (message?.kind !== 'request') {
      this.#dropped++
      return
    }
    const other = { ip: this.#ip, port: this.#sockets[at === 'first' ? 'second' : 'first'].port }
    const answer = answerStun(message, from, at, other)
    this.#answered++
    this.#sockets[answer.from].send(encodeStun(answer.message), answer.to)
  }

  #allows({ ip }: StunEndpoint): boolean {
    const nowMs = this.#clock.monotonicMs()
    // Of IPv6 a household has a /64.
    return this.#perHost.allows(ipText(ip.length === 4 ? ip : first64(ip)), nowMs) && this.#all.allows('all', nowMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Object.values(this.#sockets).map((socket) => socket[Symbol.asyncDispose]()))
  }
}

const first64 = (ip: Uint8Array): Uint8Array => Uint8Array.from(ip, (byte, i) => (i < 8 ? byte : 0))

function messageIn(bytes: Uint8Array): StunMessage | undefined {
  try {
    return decodeStun(bytes)
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}
