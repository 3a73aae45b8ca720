/** The court structs as ethers knows them: the other implementation that ours is compared with. */
import { type TypedDataDomain, TypedDataEncoder, type TypedDataField } from 'ethers'
import { DOMAIN_NAME, DOMAIN_VERSION, networkSalt } from '../../../protocols/statements/domain.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { fieldsOf, type StructType } from '../../../protocols/statements/struct-type.ts'

export function ethersDomain({ network, crypto }: SigningDomain): TypedDataDomain {
  return {
    name: DOMAIN_NAME,
    version: DOMAIN_VERSION,
    chainId: network.chainId,
    salt: networkSalt(crypto, network.networkId),
  }
}

export function ethersTypes<T>(type: StructType<T>): Record<string, TypedDataField[]> {
  return { [type.name]: fieldsOf(type).map(([name, kind]) => ({ name, type: kind })) }
}

export interface EthersHashes {
  readonly typeString: string
  structHash(value: unknown): string
  digest(value: unknown): string
}

export function ethersHashes<T>(domain: SigningDomain, type: StructType<T>): EthersHashes {
  const types = ethersTypes(type)
  const encoder = TypedDataEncoder.from(types)
  const of = ethersDomain(domain)
  return {
    typeString: encoder.encodeType(type.name),
    structHash: (value) => encoder.hashStruct(type.name, value as Record<string, unknown>),
    digest: (value) => TypedDataEncoder.hash(of, types, value as Record<string, unknown>),
  }
}
