/**
 * STUN messages as far as the mesh speaks them: a binding request, its answer, and a refusal (RFC 8489), with what RFC 5780 adds to look
 * at a NAT. Whatever else a message carries is stepped over, or named where RFC 8489 wants that.
 */
import { concat, equalBytes } from '../kernel/bytes.ts'
import { MalformedError } from '../kernel/cbor-reader.ts'
import { crc32 } from './crc32.ts'

/** An address as the wire has it: 4 bytes of IPv4 or 16 of IPv6. */
export interface StunEndpoint {
  readonly ip: Uint8Array
  readonly port: number
}

export interface StunRequest {
  readonly kind: 'request'
  readonly id: Uint8Array
  /** The answer is to come from another address, or another port, of the server. */
  readonly changeIp: boolean
  readonly changePort: boolean
  /** The answer is to go to this port of the machine that asks; to the one that asked where absent. */
  readonly responsePort?: number
  /** Types of attributes that must be understood, and are not: such a request is refused. */
  readonly unknown: readonly number[]
}

export interface StunResponse {
  readonly kind: 'response'
  readonly id: Uint8Array
  /** Where the server saw the request come from. */
  readonly mapped: StunEndpoint
  /** Where the server would answer from if another address or port were asked for. */
  readonly other?: StunEndpoint
}

export interface StunRefusal {
  readonly kind: 'refusal'
  readonly id: Uint8Array
  /** 300 to 699. */
  readonly code: number
  /** With 420: what was not understood. */
  readonly unknown: readonly number[]
}

export type StunMessage = StunRequest | StunResponse | StunRefusal

export const TRANSACTION_ID_BYTES = 12
/** What RFC 8489 (6.2.1) lets a message take where nobody knows the path: what IPv4 carries whole everywhere, less its heads. */
export const STUN_BYTES_MAX = 548
/** No message of anybody's has more than ten. */
const ATTRIBUTES_MAX = 16
/** Of what was not understood so much is enough to say. */
const UNKNOWN_MAX = ATTRIBUTES_MAX
const HEAD_BYTES = 20
const COOKIE = Uint8Array.of(0x21, 0x12, 0xa4, 0x42)

const TYPE = { request: 0x0001, response: 0x0101, refusal: 0x0111 } as const
const ATTRIBUTE = {
  mapped: 0x0001,
  changeRequest: 0x0003,
  username: 0x0006,
  integrity: 0x0008,
  errorCode: 0x0009,
  unknown: 0x000a,
  realm: 0x0014,
  nonce: 0x0015,
  integritySha256: 0x001c,
  passwordAlgorithm: 0x001d,
  userhash: 0x001e,
  xorMapped: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  padding: 0x0026,
  responsePort: 0x0027,
  otherAddress: 0x802c,
  fingerprint: 0x8028,
} as const
export const CHANGE_REQUEST: number = ATTRIBUTE.changeRequest
/** From here on an attribute that nobody knows may be stepped over. */
const OPTIONAL_FROM = 0x8000
/** Understood and of no weight here: who asks is nobody in particular, and nothing is granted for it. */
const WEIGHTLESS: ReadonlySet<number> = new Set([
  ATTRIBUTE.username,
  ATTRIBUTE.integrity,
  ATTRIBUTE.realm,
  ATTRIBUTE.nonce,
  ATTRIBUTE.integritySha256,
  ATTRIBUTE.passwordAlgorithm,
  ATTRIBUTE.userhash,
  ATTRIBUTE.priority,
  ATTRIBUTE.useCandidate,
])
/** Of what follows these only the fingerprint counts (RFC 8489, 14.5). */
const SEALS: ReadonlySet<number> = new Set([ATTRIBUTE.integrity, ATTRIBUTE.integritySha256])
const CHANGE_IP = 0x04
const CHANGE_PORT = 0x02
const IPV4 = 1
const IPV6 = 2
/** What the checksum is combined with, so that it differs from one that another protocol may carry. */
const FINGERPRINT_XOR = 0x5354554e

/** @throws RangeError where the message is none that a reader would take */
export function encodeStun(message: StunMessage): Uint8Array<ArrayBuffer> {
  if (message.id.length !== TRANSACTION_ID_BYTES) throw new RangeError(`an id of ${message.id.length} bytes`)
  const body = concat(...attributesOf(message))
  const head = new Uint8Array(HEAD_BYTES)
  const view = new DataView(head.buffer)
  view.setUint16(0, TYPE[message.kind])
  view.setUint16(2, body.length)
  head.set(COOKIE, 4)
  head.set(message.id, 8)
  return concat(head, body)
}

function attributesOf(message: StunMessage): readonly Uint8Array[] {
  switch (message.kind) {
    case 'request': {
      const { changeIp, changePort, responsePort } = message
      const flags = (changeIp ? CHANGE_IP : 0) | (changePort ? CHANGE_PORT : 0)
      return [
        ...(flags === 0 ? [] : [attribute(ATTRIBUTE.changeRequest, Uint8Array.of(0, 0, 0, flags))]),
        ...(responsePort === undefined ? [] : [attribute(ATTRIBUTE.responsePort, portBytes(responsePort))]),
      ]
    }
    case 'response':
      return [
        attribute(ATTRIBUTE.xorMapped, xored(endpointBytes(message.mapped), message.id)),
        ...(message.other === undefined ? [] : [attribute(ATTRIBUTE.otherAddress, endpointBytes(message.other))]),
      ]
    case 'refusal': {
      const { code, unknown } = message
      if (code < 300 || code > 699) throw new RangeError(`a refusal ${code}`)
      return [
        attribute(ATTRIBUTE.errorCode, Uint8Array.of(0, 0, Math.floor(code / 100), code % 100)),
        ...(unknown.length === 0 ? [] : [attribute(ATTRIBUTE.unknown, concat(...unknown.map(bigEndian)))]),
      ]
    }
  }
}

/** @throws MalformedError */
export function decodeStun(bytes: Uint8Array): StunMessage {
  if (bytes.length < HEAD_BYTES) throw new MalformedError('shorter than a head', bytes.length)
  if (bytes.length > STUN_BYTES_MAX) throw new MalformedError(`longer than ${STUN_BYTES_MAX} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (!equalBytes(bytes.subarray(4, 8), COOKIE)) throw new MalformedError('no magic cookie', 4)
  const length = view.getUint16(2)
  if (length % 4 !== 0 || length !== bytes.length - HEAD_BYTES) throw new MalformedError('another length', 2)
  const id = bytes.slice(8, HEAD_BYTES)
  const attributes = readAttributes(bytes, view)
  switch (view.getUint16(0)) {
    case TYPE.request:
      return requestOf(id, attributes)
    case TYPE.response:
      return responseOf(id, attributes)
    case TYPE.refusal:
      return refusalOf(id, attributes)
    default:
      throw new MalformedError('no message of a binding', 0)
  }
}

interface Attribute {
  readonly type: number
  readonly value: Uint8Array
  readonly at: number
}

function readAttributes(bytes: Uint8Array, view: DataView): readonly Attribute[] {
  const attributes: Attribute[] = []
  let isSealed = false
  let at = HEAD_BYTES
  for (let count = 0; at < bytes.length; count++) {
    if (count === ATTRIBUTES_MAX) throw new MalformedError(`more than ${ATTRIBUTES_MAX} attributes`, at)
    const type = view.getUint16(at)
    const length = view.getUint16(at + 2)
    const next = at + 4 + length + ((4 - (length % 4)) % 4)
    if (next > bytes.length) throw new MalformedError('an attribute that goes beyond the end', at)
    const value = bytes.subarray(at + 4, at + 4 + length)
    if (type === ATTRIBUTE.fingerprint) {
      requireFingerprint(bytes.subarray(0, at), value, at)
      if (next !== bytes.length) throw new MalformedError('something behind the fingerprint', next)
    } else if (!isSealed || SEALS.has(type)) attributes.push({ type, value, at })
    isSealed ||= SEALS.has(type)
    at = next
  }
  return attributes
}

function requireFingerprint(before: Uint8Array, value: Uint8Array, at: number): void {
  if (value.length !== 4) throw new MalformedError('a fingerprint of another size', at)
  const stated = new DataView(value.buffer, value.byteOffset, 4).getUint32(0)
  if ((crc32(before) ^ FINGERPRINT_XOR) >>> 0 !== stated) throw new MalformedError('another fingerprint', at)
}

function requestOf(id: Uint8Array, attributes: readonly Attribute[]): StunRequest {
  const known = new Map<number, Attribute>()
  const unknown: number[] = []
  for (const each of attributes) {
    const { type } = each
    if (type === ATTRIBUTE.changeRequest || type === ATTRIBUTE.responsePort) {
      // The first one counts (RFC 8489, 14).
      if (!known.has(type)) known.set(type, each)
    } else if (type < OPTIONAL_FROM && !WEIGHTLESS.has(type)) unknown.push(type)
  }
  const change = known.get(ATTRIBUTE.changeRequest)
  const port = known.get(ATTRIBUTE.responsePort)
  const flags = change === undefined ? 0 : sized(change, 4)[3]!
  return {
    kind: 'request',
    id,
    changeIp: (flags & CHANGE_IP) !== 0,
    changePort: (flags & CHANGE_PORT) !== 0,
    ...(port === undefined ? {} : { responsePort: portOf(port) }),
    unknown,
  }
}

function responseOf(id: Uint8Array, attributes: readonly Attribute[]): StunResponse {
  const first = (type: number): Attribute | undefined => attributes.find((each) => each.type === type)
  const xorMapped = first(ATTRIBUTE.xorMapped)
  // Servers of before RFC 5389 know this one only; it stands in clear, where some routers change it.
  const mapped = first(ATTRIBUTE.mapped)
  const other = first(ATTRIBUTE.otherAddress)
  if (xorMapped === undefined && mapped === undefined) throw new MalformedError('no mapped address')
  return {
    kind: 'response',
    id,
    mapped:
      xorMapped === undefined
        ? endpointOf(mapped!.value, mapped!.at)
        : endpointOf(xored(xorMapped.value, id), xorMapped.at),
    ...(other === undefined ? {} : { other: endpointOf(other.value, other.at) }),
  }
}

function refusalOf(id: Uint8Array, attributes: readonly Attribute[]): StunRefusal {
  const error = attributes.find(({ type }) => type === ATTRIBUTE.errorCode)
  if (error === undefined || error.value.length < 4) throw new MalformedError('no error code')
  const [, , hundreds, rest] = error.value
  const code = (hundreds! & 7) * 100 + rest!
  if (code < 300 || code > 699 || rest! > 99) throw new MalformedError('no code of an error', error.at)
  const list = attributes.find(({ type }) => type === ATTRIBUTE.unknown)
  return { kind: 'refusal', id, code, unknown: list === undefined ? [] : pairsOf(list) }
}

function pairsOf({ value, at }: Attribute): readonly number[] {
  if (value.length % 2 !== 0) throw new MalformedError('half a type', at)
  const length = Math.min(value.length / 2, UNKNOWN_MAX)
  return Array.from({ length }, (_, i) => value[2 * i]! * 256 + value[2 * i + 1]!)
}

function sized({ value, at }: Attribute, length: number): Uint8Array {
  if (value.length !== length) throw new MalformedError('an attribute of another size', at)
  return value
}

function portOf(attribute: Attribute): number {
  // RFC 5780 says that it is padded to four bytes; some senders count the padding.
  const { value, at } = attribute
  if (value.length !== 2 && value.length !== 4) throw new MalformedError('a port of another size', at)
  const port = value[0]! * 256 + value[1]!
  if (port === 0) throw new MalformedError('no port', at)
  return port
}

function attribute(type: number, value: Uint8Array): Uint8Array {
  const padded = new Uint8Array(4 + Math.ceil(value.length / 4) * 4)
  const view = new DataView(padded.buffer)
  view.setUint16(0, type)
  view.setUint16(2, value.length)
  padded.set(value, 4)
  return padded
}

const bigEndian = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value & 255)

function portBytes(port: number): Uint8Array {
  if (!Number.isInteger(port) || port < 1 || port > 0xffff) throw new RangeError(`a port ${port}`)
  return bigEndian(port)
}

function endpointBytes({ ip, port }: StunEndpoint): Uint8Array {
  if (ip.length !== 4 && ip.length !== 16) throw new RangeError(`an address of ${ip.length} bytes`)
  return concat(Uint8Array.of(0, ip.length === 4 ? IPV4 : IPV6), portBytes(port), ip)
}

function endpointOf(value: Uint8Array, at: number): StunEndpoint {
  const isIpv4 = value.length === 8 && value[1] === IPV4
  const isIpv6 = value.length === 20 && value[1] === IPV6
  if (!isIpv4 && !isIpv6) throw new MalformedError('no address', at)
  const port = value[2]! * 256 + value[3]!
  if (port === 0) throw new MalformedError('no port', at)
  return { ip: value.slice(4), port }
}

/** Port and address combined with cookie and id, there and back: no router that rewrites addresses in packets finds them. */
function xored(value: Uint8Array, id: Uint8Array): Uint8Array {
  const mask = concat(COOKIE, id)
  return value.map((byte, i) => (i < 2 ? byte : byte ^ mask[i < 4 ? i - 2 : i - 4]!))
}
