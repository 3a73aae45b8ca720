/** What a STUN server answers, and from where: a pure rule over one datagram. */
import { CHANGE_REQUEST, type StunEndpoint, type StunMessage, type StunRequest } from './stun-message.ts'

/** A server has one address, and one port or two: the second shows what a NAT makes of a known machine's other ports. */
export type StunPort = 'first' | 'second'

export interface StunAnswer {
  readonly message: StunMessage
  readonly to: StunEndpoint
  readonly from: StunPort
}

const UNKNOWN_ATTRIBUTE = 420

/**
 * Nothing goes to another machine than the one that the request came from, whatever it asks for, so nobody is hit by answers that he did
 * not ask for but by who could as well send to him himself.
 * @param at where the request came in
 * @param other the endpoint of the port that it did not come in at, where the server has two
 */
export function answerStun(
  request: StunRequest,
  source: StunEndpoint,
  at: StunPort,
  other: StunEndpoint | undefined,
): StunAnswer {
  const { id, changeIp, changePort, responsePort } = request
  // A server with one address understands no change of it, and one with one port none at all (RFC 5780, 6.1).
  const isAsked = changeIp || (changePort && other === undefined)
  const unknown = isAsked ? [...request.unknown, CHANGE_REQUEST] : request.unknown
  if (unknown.length > 0) {
    return { message: { kind: 'refusal', id, code: UNKNOWN_ATTRIBUTE, unknown }, to: source, from: at }
  }
  return {
    message: { kind: 'response', id, mapped: source, ...(other === undefined ? {} : { other }) },
    to: responsePort === undefined ? source : { ip: source.ip, port: responsePort },
    from: changePort ? (at === 'first' ? 'second' : 'first') : at,
  }
}
