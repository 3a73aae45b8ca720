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
  assuranceOf(counter: CounterKey, signal?: AbortSignal): Promise<Assurance>
  /** What was redeemed on all counters of a session key. */
  spentBy(payer: Address, session: Address, signal?: AbortSignal): Promise<Credits>
  standingOf(operator: Address, signal?: AbortSignal): Promise<Standing>
}

/** Names one counter everywhere. */
export interface CounterKey {
  readonly payer: Address
  readonly session: Address
  /** The operator. */
  readonly miner: Address
  readonly collection: Hash32
}

/** What vouchers on one counter are worth. */
export interface Assurance {
  /** On top of what was redeemed: certain to be paid, to all counters of this payer at this miner together. */
  readonly assured: Credits
  /** Redeemed on this counter. */
  readonly claimed: Credits
  /** Redeemed on all counters of the session key. */
  readonly spent: Credits
  /** `owes`: the payer signed more than it could pay. `revoked`: it takes its session key back. Neither assures more. */
  readonly payer: 'good' | 'owes' | 'revoked'
}

/** Who answers for an operator, and with what. */
export interface Standing {
  /** `undefined` where the operator is bound to nobody. */
  readonly owner: Address | undefined
  /** Bound, within its certificate, not revoked, its owner not tombstoned. */
  readonly isActive: boolean
  /** Of the owner: what thaws does not count. */
  readonly stake: Credits
}

export interface ChainHead {
  readonly blockNumber: bigint
  /** Seconds. */
  readonly blockTime: bigint
  readonly blockHash: Hash32
}
