/** Values for every court struct: an everyday one, the smallest and the largest. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import {
  type FieldType,
  fieldsOf,
  type SignedType,
  type StructType,
} from '../../../protocols/statements/struct-type.ts'
import { structTypes } from '../../../protocols/statements/struct-types.ts'
import { cast, digestOf, type Member } from './cast.ts'

export type AnyStruct = Record<string, string | number | bigint>
export type AnyType = StructType<AnyStruct> & Partial<Pick<SignedType<AnyStruct>, 'signer' | 'payload'>>

export const allTypes = Object.values(structTypes) as unknown as readonly AnyType[]
export const isSigned = (type: AnyType): type is SignedType<AnyStruct> => type.signer !== undefined

const signers: Readonly<Record<string, Member>> = {
  owner: cast.owner,
  operator: cast.operator,
  payer: cast.payer,
  session: cast.session,
  author: cast.operator,
  miner: cast.operator,
  witness: cast.operator,
}

export function signerOf(type: SignedType<AnyStruct>): Member {
  return signers[type.signer]!
}

/** Amounts and times that show every byte of their word. */
const everyday: Readonly<Record<FieldType, (name: string) => string | number | bigint>> = {
  address: (name) => signers[name]?.signer.address ?? (toHex(digestOf(name).subarray(12)) as Address),
  bytes32: (name) => toHex(digestOf(name)),
  bytes4: () => '0x6f627376',
  uint8: () => 1,
  uint16: () => 0x0102,
  uint32: () => 0x0102_0304,
  uint64: (name) => (name.endsWith('Ms') ? 1_790_000_000_123n : 0x0102_0304_0506_0708n),
}
const zero: Readonly<Record<FieldType, string | number | bigint>> = {
  address: `0x${'00'.repeat(20)}`,
  bytes32: `0x${'00'.repeat(32)}`,
  bytes4: '0x00000000',
  uint8: 0,
  uint16: 0,
  uint32: 0,
  uint64: 0n,
}
const largest: Readonly<Record<FieldType, string | number | bigint>> = {
  address: `0x${'ff'.repeat(20)}`,
  bytes32: `0x${'ff'.repeat(32)}`,
  bytes4: '0xffffffff',
  uint8: 255,
  uint16: 65_535,
  uint32: 4_294_967_295,
  uint64: 2n ** 64n - 1n,
}

const isParty = (type: AnyType, name: string): boolean =>
  name === type.signer || (type.name === 'KeyCert' && (name === 'owner' || name === 'operator'))

function fill(type: AnyType, of: (name: string, kind: FieldType) => string | number | bigint): AnyStruct {
  const entries = fieldsOf(type).map(([name, kind]) => {
    if (isParty(type, name)) return [name, everyday.address(name)]
    // 0 is no receipt status, and no time lies in a certificate that ends before it starts.
    if (type.name === 'Receipt' && name === 'status' && of(name, kind) === 0) return [name, 1]
    if (type.name === 'KeyCert' && name === 'notBefore') return [name, 0n]
    if (type.name === 'KeyCert' && name === 'notAfter' && of(name, kind) === 0n) return [name, 1n]
    return [name, of(name, kind)]
  })
  return Object.fromEntries(entries) as AnyStruct
}

export function samplesOf(type: AnyType): readonly { readonly name: string; readonly value: AnyStruct }[] {
  return [
    { name: 'everyday', value: fill(type, (name, kind) => everyday[kind](name)) },
    { name: 'smallest', value: fill(type, (_, kind) => zero[kind]) },
    { name: 'largest', value: fill(type, (_, kind) => largest[kind]) },
  ]
}
