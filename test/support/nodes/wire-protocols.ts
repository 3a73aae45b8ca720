/** Protocols for tests of the network: bytes in, bytes out. */
import { equalBytes } from '../../../protocols/kernel/bytes.ts'
import { bytes } from '../../../protocols/kernel/codec.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import { SLICE_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { CallLimits, CallTimeouts, Protocol } from '../../../protocols/kernel/protocol.ts'

const LIMITS: CallLimits = {
  inFlightPerPeerMax: 2_048,
  callsPerSecondMax: 100_000,
  requestsMax: 100_000,
  responsesMax: 100_000,
}
const TIMEOUTS: CallTimeouts = { firstResponseMs: 20_000, betweenMs: 20_000 }

export function bytesProtocol(
  name: string,
  limits: Partial<CallLimits> = {},
  timeouts: Partial<CallTimeouts> = {},
): Protocol<Uint8Array, Uint8Array> {
  return {
    name,
    major: 1,
    request: bytes(SLICE_BYTES_MAX),
    response: bytes(SLICE_BYTES_MAX),
    limits: { ...LIMITS, ...limits },
    timeouts: { ...TIMEOUTS, ...timeouts },
  }
}

/** All responses of a call, as the application would read them. */
export async function collect<T>(responses: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const response of responses) all.push(response)
  return all
}

/** The error that a call ends with; fails where it ends well. */
export async function failureOf(responses: AsyncIterable<unknown>): Promise<unknown> {
  try {
    await collect(responses)
  } catch (error) {
    return error
  }
  throw new Error('the call ended without an error')
}

/**
 * Sends 6 MB of pseudo-random bytes to a peer that echoes them, small messages and large ones, in many calls at once and in
 * one bulk call; fails where any byte is lost, doubled, swapped or changed.
 */
export async function expectEveryByteBack(
  network: Network,
  peer: PeerId,
  echo: Protocol<Uint8Array, Uint8Array>,
): Promise<void> {
  const random = randomSource()
  const messages = Array.from({ length: 100 }, (_, i) => random(i % 2 === 0 ? 60_000 : 50))
  async function* requests(): AsyncGenerator<Uint8Array> {
    yield* messages
  }
  const [bulk, ...singles] = await Promise.all([
    collect(network.call(peer, echo, requests(), { bulk: true })),
    ...messages.map((message) => collect(network.call(peer, echo, message))),
  ])
  for (const [i, message] of messages.entries()) {
    if (!equalBytes(bulk[i] ?? NOTHING, message)) throw new Error(`message ${i} of the bulk call came back changed`)
    if (!equalBytes(singles[i]?.[0] ?? NOTHING, message))
      throw new Error(`the call with message ${i} came back changed`)
  }
}

const NOTHING = new Uint8Array(0)

/** Bytes of a linear congruential generator: different everywhere, the same in every run. */
function randomSource(): (length: number) => Uint8Array {
  let state = 1
  return (length) =>
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state >>> 24
    })
}
