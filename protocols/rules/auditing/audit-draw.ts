/**
 * Which receipts are audited: drawn by a secret of the client that the miner has a commitment to before, and the secret itself after.
 * So a miner cannot foresee an audit, and a client cannot choose afterwards whom it looks at.
 */
import { concat, fromHex, toHex } from '../../kernel/bytes.ts'
import type { Hash32 } from '../../kernel/ids.ts'
import type { Hasher } from '../../kernel/ports.ts'
import { PPM } from './audit-share.ts'

type Keccak = Pick<Hasher, 'keccak256'>

export const SECRET_BYTES = 32

/** How long one secret is good for: the client's own choice, for its miners only hear when it is over. */
export interface Epochs {
  readonly lengthMs: number
  /** What finished in an epoch may get its receipt so late and is drawn all the same; the secret is told after it. */
  readonly graceMs: number
}
export const EPOCHS: Epochs = { lengthMs: 3_600_000, graceMs: 120_000 }

const OF_SECRET = 0x73
const TWO_64 = 2n ** 64n

export const epochOf = ({ lengthMs }: Epochs, nowMs: number): number => Math.floor(nowMs / lengthMs)

/** When an epoch's secret may be told: nothing is drawn by it any more. */
export const revealedFromMs = ({ lengthMs, graceMs }: Epochs, epoch: number): number => (epoch + 1) * lengthMs + graceMs

/** A secret for each epoch out of one that is kept: keccak256(root || "s" || epoch as 32 bits). */
export function secretOfEpoch(hasher: Keccak, root: Uint8Array, epoch: number): Uint8Array<ArrayBuffer> {
  return hasher.keccak256(concat(root, numbered(OF_SECRET, epoch)))
}

/** keccak256(epoch as 32 bits || secret): a commitment is to one epoch. */
export function commitmentTo(hasher: Keccak, epoch: number, secret: Uint8Array): Hash32 {
  return toHex(hasher.keccak256(concat(numbered(undefined, epoch), secret))) as Hash32
}

export function commitmentOpens(hasher: Keccak, commitment: Hash32, epoch: number, secret: Uint8Array): boolean {
  return secret.length === SECRET_BYTES && commitmentTo(hasher, epoch, secret) === commitment
}

/**
 * The first 64 bits of keccak256(secret || receipt), as a part of 2^64, below the share.
 * @param receipt struct hash of the receipt
 * @param share parts in a million
 */
export function isDrawn(hasher: Keccak, secret: Uint8Array, receipt: Hash32, share: number): boolean {
  const digest = hasher.keccak256(concat(secret, fromHex(receipt)!))
  const drawn = new DataView(digest.buffer, digest.byteOffset).getBigUint64(0)
  return drawn * BigInt(PPM) < BigInt(share) * TWO_64
}

function numbered(tag: number | undefined, epoch: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(tag === undefined ? 4 : 5)
  if (tag !== undefined) bytes[0] = tag
  new DataView(bytes.buffer).setUint32(bytes.length - 4, epoch)
  return bytes
}
