/** Where the compiler puts what a contract stores: words of 32 bytes, counted from the layout that it prints. */
import { fromHex, toHex } from '../../kernel/bytes.ts'
import type { Address, Hash32 } from '../../kernel/ids.ts'
import type { Hasher } from '../../kernel/ports.ts'

const WORD_BITS = 256n
const WORD_BYTES = 32

/** @throws RangeError where `slot` is no word */
export function slotAt(slot: bigint): Hash32 {
  if (slot < 0n || slot >> WORD_BITS !== 0n) throw new RangeError('a slot is a word of 32 bytes')
  return `0x${slot.toString(16).padStart(2 * WORD_BYTES, '0')}` as Hash32
}

/** A field of a struct: `words` behind where the struct begins. */
export const slotAfter = (slot: Hash32, words: number): Hash32 =>
  slotAt(BigInt.asUintN(Number(WORD_BITS), BigInt(slot) + BigInt(words)))

/**
 * The entry of a mapping under an address or a word: keccak256(key . slot), the key filled up in front to 32 bytes. For a
 * mapping in a mapping it is asked again with what it gave.
 */
export function mappingSlot(hasher: Pick<Hasher, 'keccak256'>, key: Address | Hash32, slot: Hash32): Hash32 {
  const words = new Uint8Array(2 * WORD_BYTES)
  const bytes = fromHex(key)
  const place = fromHex(slot)
  if (bytes === undefined || bytes.length > WORD_BYTES || place?.length !== WORD_BYTES)
    throw new RangeError('a key and a slot of a mapping')
  words.set(bytes, WORD_BYTES - bytes.length)
  words.set(place, WORD_BYTES)
  return toHex(hasher.keccak256(words)) as Hash32
}

/** An unsigned field that shares its word with others: `offset` and `bytes` as the layout says, counted from the lowest byte. */
export function fieldOfWord(word: bigint, offset: number, bytes: number): bigint {
  if (offset < 0 || bytes < 1 || offset + bytes > WORD_BYTES) throw new RangeError('a field lies inside its word')
  return BigInt.asUintN(8 * bytes, word >> BigInt(8 * offset))
}
