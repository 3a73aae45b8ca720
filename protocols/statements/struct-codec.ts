/** Structs as CBOR: the fields in signing order, hashes and addresses as byte strings, integers as integers. */
import { addressCodec, type Codec, fixedHex, hash32Codec, record, u8, u16, u32, u64 } from '../kernel/codec.ts'
import { type Bytes4, type FieldType, fieldsOf, type StructType } from './struct-type.ts'

const codecs: Readonly<Record<FieldType, Codec<unknown>>> = {
  address: addressCodec as Codec<unknown>,
  bytes32: hash32Codec as Codec<unknown>,
  bytes4: fixedHex<Bytes4>(4) as Codec<unknown>,
  uint8: u8 as Codec<unknown>,
  uint16: u16 as Codec<unknown>,
  uint32: u32 as Codec<unknown>,
  uint64: u64 as Codec<unknown>,
}

export interface FieldCodec<T> {
  readonly name: keyof T & string
  readonly codec: Codec<unknown>
}

export function fieldCodecs<T>(type: StructType<T>): readonly FieldCodec<T>[] {
  return fieldsOf(type).map(([name, kind]) => ({ name, codec: codecs[kind] }))
}

/** Codec by field, in signing order. */
export function structCodecs<T extends object>(type: StructType<T>): { readonly [K in keyof T]-?: Codec<T[K]> } {
  return Object.fromEntries(fieldCodecs(type).map(({ name, codec }) => [name, codec])) as {
    readonly [K in keyof T]-?: Codec<T[K]>
  }
}

/** The fields alone, as one array: for structs that are only hashed, and as a part of other messages. */
export function structCodec<T extends object>(type: StructType<T>): Codec<T> {
  return record<T>(structCodecs(type))
}
