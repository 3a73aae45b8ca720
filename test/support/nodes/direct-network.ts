/** A network of one answerer: calls go straight to its handler, and every message through its codec, as on a real one. */
import { decode, encode } from '../../../protocols/kernel/codec.ts'
import { abortError, MeshError } from '../../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { CallOptions, Handler, Protocol } from '../../../protocols/kernel/protocol.ts'

export const CALLER: PeerId = peerId('caller')

export interface DirectCall {
  readonly bulk: boolean
  /** Everything that the caller sent, in order. */
  readonly sent: unknown[]
}

/** What asking sides need of a network: `calls` says what they asked. */
export function directNetwork<Request, Response>(
  handler: Handler<Request, Response>,
): Pick<Network, 'call'> & { readonly calls: readonly DirectCall[] } & Network {
  const calls: DirectCall[] = []
  async function* call(
    _peer: PeerId,
    protocol: Protocol<Request, Response>,
    requests: Request | AsyncIterable<Request>,
    options: CallOptions = {},
  ): AsyncGenerator<Response> {
    const made: DirectCall = { bulk: options.bulk === true, sent: [] }
    calls.push(made)
    const controller = new AbortController()
    const onAbort = (): void => controller.abort(abortError(options.signal!))
    options.signal?.addEventListener('abort', onAbort)
    const sent = sending(protocol, requests, made.sent)
    const first = await sent.next()
    if (first.done === true) throw new MeshError('USAGE', { what: 'a call without a request' })
    try {
      for await (const response of handler(first.value, sent, { peer: CALLER, signal: controller.signal }))
        yield decode(protocol.response, encode(protocol.response, response))
    } finally {
      options.signal?.removeEventListener('abort', onAbort)
      controller.abort(new MeshError('CANCELLED'))
    }
  }
  return { calls, call } as unknown as ReturnType<typeof directNetwork<Request, Response>>
}

async function* sending<Request>(
  protocol: Protocol<Request, unknown>,
  requests: Request | AsyncIterable<Request>,
  sent: unknown[],
): AsyncGenerator<Request, undefined> {
  const all = isIterable(requests) ? requests : [requests]
  for await (const request of all) {
    const arrived = decode(protocol.request, encode(protocol.request, request))
    sent.push(arrived)
    yield arrived
  }
  return undefined
}

const isIterable = <T>(requests: T | AsyncIterable<T>): requests is AsyncIterable<T> =>
  typeof requests === 'object' && requests !== null && Symbol.asyncIterator in requests
