/**
 * Branded identifiers: a bare string cannot be passed where an id is meant, nor one kind of id for another.
 * Hashes and addresses are lower-case `0x` text in memory (they are map keys and appear in output) and raw bytes on the wire.
 */

declare const brand: unique symbol
type Branded<T, Name extends string> = T & { readonly [brand]: Name }

/** 20-byte EVM address, lower case, without checksum. */
export type Address = Branded<`0x${string}`, 'Address'>
/** 32-byte digest. */
export type Hash32 = Branded<`0x${string}`, 'Hash32'>
/** libp2p peer id in base58 or base36 text. */
export type PeerId = Branded<string, 'PeerId'>
/** Struct hash of the Agreement: names one try of one job at one miner. */
export type AttemptId = Hash32
/** Chosen by the client; the same for every attempt of one job: a miner runs one key of one client at most once. */
export type JobId = Branded<string, 'JobId'>
/** CIDv1 text (raw codec, sha2-256) of a model's file. */
export type ModelId = Branded<string, 'ModelId'>
/** Human-readable name of a network, for example `local`. */
export type NetworkId = Branded<string, 'NetworkId'>

const ADDRESS = /^0x[0-9a-f]{40}$/
const HASH = /^0x[0-9a-f]{64}$/

export const isAddress = (text: string): text is Address => ADDRESS.test(text)
export const isHash32 = (text: string): text is Hash32 => HASH.test(text)

/** @throws RangeError where `text` is no 20-byte `0x` text; upper case is folded. */
export function address(text: string): Address {
  const lower = text.toLowerCase()
  if (!isAddress(lower)) throw new RangeError('an address is 0x and 40 hexadecimal digits')
  return lower
}

/** @throws RangeError where `text` is no 32-byte `0x` text; upper case is folded. */
export function hash32(text: string): Hash32 {
  const lower = text.toLowerCase()
  if (!isHash32(lower)) throw new RangeError('a hash is 0x and 64 hexadecimal digits')
  return lower
}

export const peerId = (text: string): PeerId => text as PeerId
export const jobId = (text: string): JobId => text as JobId
export const modelId = (text: string): ModelId => text as ModelId
export const networkId = (text: string): NetworkId => text as NetworkId

/** What a field holds that names nothing: no grant, no collection, no beacon. */
export const ZERO_HASH: Hash32 = hash32(`0x${'0'.repeat(64)}`)
export const ZERO_ADDRESS: Address = address(`0x${'0'.repeat(40)}`)
