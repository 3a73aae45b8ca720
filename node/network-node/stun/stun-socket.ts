/** A socket that asks STUN servers where it is seen, and hears what comes in. */
import { abortable } from '../../../protocols/kernel/abortable.ts'
import { hexOf } from '../../../protocols/kernel/bytes.ts'
import { MalformedError } from '../../../protocols/kernel/cbor-reader.ts'
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Clock, Random } from '../../../protocols/kernel/ports.ts'
import {
  decodeStun,
  encodeStun,
  type StunEndpoint,
  type StunRefusal,
  type StunResponse,
  TRANSACTION_ID_BYTES,
} from '../../../protocols/stun/stun-message.ts'
import { UdpSocket } from './udp-socket.ts'

/** Between the sendings of one question: datagrams are lost. RFC 8489 (6.2.1) begins with half a second, for links that are slower; around the earth takes a third of one. */
const WAITS_MS = [250, 500, 750, 1_000] as const

export interface StunNeeds {
  readonly clock: Clock
  readonly random: Random
  readonly signal?: AbortSignal
}

export interface StunHeard {
  readonly message: StunResponse | StunRefusal
  readonly from: StunEndpoint
  readonly by: StunSocket
}

interface Question {
  readonly changePort?: boolean
  readonly responsePort?: number
  /** Who hears the answer; the socket that asks where absent. */
  readonly heardBy?: StunSocket
}

export class StunSocket implements AsyncDisposable {
  readonly #needs: StunNeeds
  readonly #socket: UdpSocket
  /** By transaction; as many as are asked at once, by this program alone. */
  readonly #waiting = new Map<string, (heard: StunHeard) => void>()

  private constructor(needs: StunNeeds, socket: UdpSocket) {
    this.#needs = needs
    this.#socket = socket
    socket.receive((bytes, from) => this.#take(bytes, from))
  }

  /** @param ip of this machine; all of IPv4 where absent */
  static async open(needs: StunNeeds, ip = '0.0.0.0'): Promise<StunSocket> {
    return new StunSocket(needs, await UdpSocket.open(ip))
  }

  get port(): number {
    return this.#socket.port
  }

  /** `undefined` where no answer comes, after some sendings. @throws the signal's reason */
  async ask(server: StunEndpoint, question: Question = {}): Promise<StunHeard | undefined> {
    const { clock, random, signal } = this.#needs
    const { changePort = false, responsePort, heardBy } = question
    const id = random.bytes(TRANSACTION_ID_BYTES)
    const name = hexOf(id, 0, id.length)
    const port = responsePort === undefined ? {} : { responsePort }
    const bytes = encodeStun({ kind: 'request', id, changeIp: false, changePort, ...port, unknown: [] })
    const { promise, resolve } = Promise.withResolvers<StunHeard>()
    let heard: StunHeard | undefined
    const hear = (each: StunHeard): void => {
      heard ??= each
      resolve(each)
    }
    const ears = new Set([this, heardBy ?? this])
    for (const ear of ears) ear.#waiting.set(name, hear)
    try {
      for (const waitMs of WAITS_MS) {
        this.#socket.send(bytes, server)
        using waiting = new Deadline(clock, waitMs, 'an answer', signal)
        await abortable(promise, waiting.signal).catch(() => undefined)
        throwIfAborted(signal)
        if (heard !== undefined) return heard
      }
      return undefined
    } finally {
      for (const ear of ears) ear.#waiting.delete(name)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket[Symbol.asyncDispose]()
  }

  #take(bytes: Uint8Array, from: StunEndpoint): void {
    const message = answerIn(bytes)
    if (message !== undefined) this.#waiting.get(hexOf(message.id, 0, message.id.length))?.({ message, from, by: this })
  }
}

/** Anybody may send anything to a port that is open. */
function answerIn(bytes: Uint8Array): StunResponse | StunRefusal | undefined {
  try {
    const message = decodeStun(bytes)
    return message.kind === 'request' ? undefined : message
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}
