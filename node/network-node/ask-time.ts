/** Asks a time server once, by the simple form of NTP (RFC 5905, section 14): how its clock differs from ours. */

import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { abortable } from '../../protocols/kernel/abortable.ts'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Random } from '../../protocols/kernel/ports.ts'

/** A server at the other end of the world answers within half a second. */
const ANSWER_MS_MAX = 3_000
const PORT = 123
const PORT_MAX = 65_535
const PACKET_BYTES = 48
/** No warning, version 4, client. */
const REQUEST = 0x23
const SERVER_MODE = 4
const NOT_SYNCHRONISED = 3
const STRATUM_MAX = 15
const ORIGINATE_AT = 24
const RECEIVE_AT = 32
const TRANSMIT_AT = 40
/** From 1900, NTP's first second, to 1970. */
const EPOCH_MS = 2_208_988_800_000
/** NTP counts seconds in 32 bits: the second era begins in February 2036. */
const ERA_MS = 2 ** 32 * 1_000

export interface TimeNeeds {
  readonly clock: Clock
  readonly random: Random
}

/**
 * The server's clock less ours, in ms, to within half of the way there and back.
 * @param server a name or an address, with `:port` where it is another than 123; IPv6 in brackets
 * @throws MeshError TIMEOUT where no true answer came, DIAL_FAILED where the server cannot be reached, CANCELLED
 */
export async function askTime({ clock, random }: TimeNeeds, server: string, signal?: AbortSignal): Promise<number> {
  const { name, port } = placeOf(server)
  if (port < 1 || port > PORT_MAX) throw new MeshError('DIAL_FAILED', { peer: server, why: 'there is no such port' })
  using deadline = new Deadline(clock, ANSWER_MS_MAX, `the answer of the time server ${server}`, signal)
  const socket = createSocket({ type: isIPv6(name) ? 'udp6' : 'udp4' })
  const answered = Promise.withResolvers<number>()
  try {
    const request = Buffer.alloc(PACKET_BYTES)
    request[0] = REQUEST
    // In place of our time, which is nobody's business: whoever cannot read the request cannot answer it.
    const nonce = random.bytes(8)
    request.set(nonce, TRANSMIT_AT)
    socket.on('error', (error) => answered.reject(new MeshError('DIAL_FAILED', { peer: server, why: error.message })))
    socket.on('message', (packet) => {
      const theirMs = readAnswer(packet, nonce, clock.nowMs())
      if (theirMs === undefined) return
      const wayMs = clock.monotonicMs() - sentMs
      answered.resolve(theirMs - (clock.nowMs() - wayMs / 2))
    })
    const sentMs = clock.monotonicMs()
    socket.send(request, port, name, (error) => {
      if (error !== null) answered.reject(new MeshError('DIAL_FAILED', { peer: server, why: error.message }))
    })
    return await abortable(answered.promise, deadline.signal)
  } finally {
    socket.close()
  }
}

/** The middle of the server's own two times, in Unix ms; undefined for what is no answer to this request. */
function readAnswer(packet: Buffer, nonce: Uint8Array, nowMs: number): number | undefined {
  if (packet.length < PACKET_BYTES) return undefined
  const [first = 0, stratum = 0] = packet
  if ((first & 7) !== SERVER_MODE || first >> 6 === NOT_SYNCHRONISED) return undefined
  if (stratum === 0 || stratum > STRATUM_MAX) return undefined
  if (!packet.subarray(ORIGINATE_AT, ORIGINATE_AT + 8).equals(nonce)) return undefined
  const [received, sent] = [timeAt(packet, RECEIVE_AT, nowMs), timeAt(packet, TRANSMIT_AT, nowMs)]
  return (received + sent) / 2
}

/** In the era that is nearest to what we believe. */
function timeAt(packet: Buffer, at: number, nowMs: number): number {
  const ms = packet.readUInt32BE(at) * 1_000 + (packet.readUInt32BE(at + 4) / 2 ** 32) * 1_000 - EPOCH_MS
  return ms + Math.round((nowMs - ms) / ERA_MS) * ERA_MS
}

function placeOf(server: string): { readonly name: string; readonly port: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(server) ?? []
  return { name: bracketed ?? plain ?? server, port: port === undefined ? PORT : Number(port) }
}
