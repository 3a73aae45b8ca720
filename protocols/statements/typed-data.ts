/** A struct as wallets are asked to sign it (`eth_signTypedData_v4`): JSON that shows its owner every field. */
import type { Hash32 } from '../kernel/ids.ts'
import { DOMAIN_NAME, DOMAIN_VERSION, networkSalt } from './domain.ts'
import type { SigningDomain } from './struct-hash.ts'
import { type FieldType, fieldsOf, type StructType } from './struct-type.ts'

interface Field {
  readonly name: string
  readonly type: FieldType | 'string' | 'uint256'
}

export interface TypedData {
  readonly types: Readonly<Record<string, readonly Field[]>>
  readonly primaryType: string
  readonly domain: {
    readonly name: string
    readonly version: string
    /** Decimal text: JSON has no integers of this size. */
    readonly chainId: string
    readonly salt: Hash32
  }
  /** uint64 as decimal text. */
  readonly message: Readonly<Record<string, string | number>>
}

const domainFields: readonly Field[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'salt', type: 'bytes32' },
]

/** Its EIP-712 digest is `domain.digest(type, value)`. */
export function typedData<T>({ network, crypto }: SigningDomain, type: StructType<T>, value: T): TypedData {
  const fields = fieldsOf(type)
  return {
    types: { EIP712Domain: domainFields, [type.name]: fields.map(([name, kind]) => ({ name, type: kind })) },
    primaryType: type.name,
    domain: {
      name: DOMAIN_NAME,
      version: DOMAIN_VERSION,
      chainId: String(network.chainId),
      salt: networkSalt(crypto, network.networkId),
    },
    message: Object.fromEntries(
      fields.map(([name]) => {
        const given: unknown = value[name]
        return [name, typeof given === 'bigint' ? String(given) : (given as string | number)]
      }),
    ),
  }
}
