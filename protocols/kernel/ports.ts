/**
 * Ports: time, chance and cryptography come in from outside, so that the same code runs in Node, in a browser and under a
 * seeded virtual clock.
 */
import type { Address, Hash32 } from './ids.ts'
import type { Credits } from './money.ts'

export interface Timer {
  cancel(): void
}

export interface Clock {
  /** Wall clock in Unix milliseconds; may jump. For statements and for people. */
  nowMs(): number
  /** Milliseconds since an arbitrary start, with fractions; never jumps. For deadlines, TTLs and measurements. */
  monotonicMs(): number
  /** Calls back once. A pending timer does not keep a process alive. */
  after(delayMs: number, call: () => void): Timer
}

export interface Random {
  /** Bytes fit for keys, salts and tokens (in the simulator: seeded). */
  bytes(length: number): Uint8Array<ArrayBuffer>
}

export interface Hasher {
  /** Of `bytes`, followed by `more`. */
  keccak256(bytes: Uint8Array, more?: Uint8Array): Uint8Array<ArrayBuffer>
  sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer>
}

export interface Verifier {
  /**
   * ECDSA over secp256k1: 32-byte digest, compressed 33-byte key, 64-byte ERC-2098 signature as {@link Signer.sign} makes it.
   * True only with a low s and the y parity that lets a contract recover this key: a signature with the other parity would
   * convince peers and be worth nothing on chain. False for anything malformed.
   */
  verify(digest: Uint8Array, publicKey: Uint8Array, signature: Uint8Array): boolean
  /** 65-byte uncompressed form; `undefined` where the 33 bytes are no point. */
  uncompress(publicKey: Uint8Array): Uint8Array | undefined
}

export interface Crypto extends Hasher, Verifier {}

/** Holds one secp256k1 key and never shows it. */
export interface Signer {
  readonly address: Address
  /** Compressed, 33 bytes. */
  readonly publicKey: Uint8Array
  /** 64-byte ERC-2098 signature: r, then s with the y parity in its top bit; s is low. */
  sign(digest: Uint8Array): Uint8Array<ArrayBuffer>
}

/** What needs a chain asks here; without one a fixed table of the network file answers. */
export interface ChainView {
  /** False where a table stands in for a chain: every figure of money is then UNSETTLED. */
  readonly settles: boolean
  head(signal?: AbortSignal): Promise<ChainHead>
  escrowOf(payer: Address, signal?: AbortSignal): Promise<EscrowAccount>
  stakeOf(owner: Address, signal?: AbortSignal): Promise<Credits>
  /** The owner that an operator is bound to; `undefined` where none is. */
  ownerOf(operator: Address, signal?: AbortSignal): Promise<Address | undefined>
}

export interface ChainHead {
  readonly blockNumber: bigint
  /** Seconds. */
  readonly blockTime: bigint
  readonly blockHash: Hash32
}

export interface EscrowAccount {
  readonly balance: Credits
  /** A thawing account assures nothing: it may be gone before a voucher is redeemed. */
  readonly thawing: boolean
}
