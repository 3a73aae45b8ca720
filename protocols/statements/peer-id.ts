/**
 * A miner's PeerId holds its operator key: base58btc of an identity multihash over libp2p's protobuf of a secp256k1 key. So
 * a peer's address on the chain follows from its name on the network, without asking anybody.
 */
import { bigintOf } from '../kernel/bytes.ts'
import type { Address, PeerId } from '../kernel/ids.ts'
import type { Crypto } from '../kernel/ports.ts'
import { addressOf } from './address-of.ts'

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const DIGIT = new Map([...ALPHABET].map((char, digit) => [char, digit]))

/** identity multihash of 37 bytes; field 1 (type) = 2 (secp256k1); field 2 (data) of 33 bytes. */
const HEAD = Uint8Array.of(0x00, 0x25, 0x08, 0x02, 0x12, 0x21)
const KEY_BYTES = 33
/** 39 bytes, the first of them zero, are never longer in base58; a stranger's text is not multiplied out beyond it. */
const TEXT_CHARS_MAX = 53

/** The text that libp2p gives this key. `publicKey` is compressed, 33 bytes. @throws RangeError for another length */
export function peerIdOfPublicKey(publicKey: Uint8Array): PeerId {
  if (publicKey.length !== KEY_BYTES) throw new RangeError(`a compressed key has ${KEY_BYTES} bytes`)
  const bytes = new Uint8Array(HEAD.length + KEY_BYTES)
  bytes.set(HEAD)
  bytes.set(publicKey, HEAD.length)
  return toBase58(bytes) as PeerId
}

/** 33 bytes; `undefined` for an Ed25519 peer, another text form, or no peer id. Whether they are a point is asked apart. */
export function publicKeyOfPeerId(peer: PeerId): Uint8Array<ArrayBuffer> | undefined {
  const bytes = fromBase58(peer)
  if (bytes?.length !== HEAD.length + KEY_BYTES) return undefined
  for (let i = 0; i < HEAD.length; i++) if (bytes[i] !== HEAD[i]) return undefined
  return bytes.slice(HEAD.length)
}

/** The operator's address; `undefined` where the peer has no secp256k1 name. */
export function addressOfPeerId(crypto: Pick<Crypto, 'keccak256' | 'uncompress'>, peer: PeerId): Address | undefined {
  const publicKey = publicKeyOfPeerId(peer)
  return publicKey === undefined ? undefined : addressOf(crypto, publicKey)
}

function toBase58(bytes: Uint8Array): string {
  let value = bigintOf(bytes)
  let text = ''
  for (; value > 0n; value /= 58n) text = ALPHABET[Number(value % 58n)] + text
  for (const byte of bytes) {
    if (byte !== 0) break
    text = `1${text}`
  }
  return text
}

function fromBase58(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length > TEXT_CHARS_MAX) return undefined
  let value = 0n
  for (const char of text) {
    const digit = DIGIT.get(char)
    if (digit === undefined) return undefined
    value = value * 58n + BigInt(digit)
  }
  const reversed: number[] = []
  for (; value > 0n; value >>= 8n) reversed.push(Number(value & 0xffn))
  for (const char of text) {
    if (char !== '1') break
    reversed.push(0)
  }
  return new Uint8Array(reversed.reverse())
}
