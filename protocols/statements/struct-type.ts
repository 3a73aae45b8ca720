/**
 * What an EIP-712 struct is to this code: its name, its fields in signing order, and whose key signs it. Type strings,
 * hashes, wire forms and codecs all follow from one such row, so they cannot drift apart.
 */
import type { Address, Hash32 } from '../kernel/ids.ts'

declare const brand: unique symbol
/** Four bytes as lower-case `0x` text. */
export type Bytes4 = `0x${string}` & { readonly [brand]: 'Bytes4' }

export type FieldType = 'address' | 'bytes32' | 'bytes4' | 'uint8' | 'uint16' | 'uint32' | 'uint64'

/** Hashes and addresses are `0x` text in memory, uint64 is bigint, narrower integers are numbers. */
type FieldTypeOf<V> = V extends Address
  ? 'address'
  : V extends Hash32
    ? 'bytes32'
    : V extends Bytes4
      ? 'bytes4'
      : V extends bigint
        ? 'uint64'
        : V extends number
          ? 'uint8' | 'uint16' | 'uint32'
          : never

declare const shape: unique symbol

export interface StructType<T> {
  /** Never set: tells the compiler T, which it cannot work out backwards from the fields. */
  readonly [shape]?: T
  readonly name: string
  /** In signing order. */
  readonly fields: { readonly [K in keyof T]-?: FieldTypeOf<T[K]> }
}

/** A struct that one key signs, and that may carry the bytes behind one of its hashes. */
export interface SignedType<T> extends StructType<T> {
  /** The field that holds the signer's address. */
  readonly signer: keyof T & string
  readonly payload?: {
    /** The field that is keccak256 of the payload's bytes as received. */
    readonly hash: keyof T & string
    /** `optional`: the struct alone is evidence too, and then travels without the bytes behind its hash. */
    readonly presence: 'required' | 'optional'
  }
}

/** Fields of a row in order. */
export function fieldsOf<T>(type: StructType<T>): readonly (readonly [name: keyof T & string, type: FieldType])[] {
  return Object.entries(type.fields) as unknown as readonly (readonly [keyof T & string, FieldType])[]
}

/** `Lease(address operator,bytes32 card,...)`: what EIP-712 hashes, without a space more than it has. */
export function typeString<T>(type: StructType<T>): string {
  return `${type.name}(${fieldsOf(type)
    .map(([name, kind]) => `${kind} ${name}`)
    .join(',')})`
}
