/** Who appears in the vectors: five keys and a few networks, all derived from fixed words. */
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { Secp256k1Signer } from '../../../node/keys/secp256k1-signer.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { networkId } from '../../../protocols/kernel/ids.ts'
import { type SigningDomain, signingDomain } from '../../../protocols/statements/struct-hash.ts'

export const crypto = await createCrypto()

const encoder = new TextEncoder()

export interface Member {
  readonly secret: string
  readonly signer: Secp256k1Signer
}

function member(name: string): Member {
  const secret = crypto.keccak256(encoder.encode(`aitbc mesh test key ${name}`))
  return { secret: toHex(secret), signer: new Secp256k1Signer(secret, crypto) }
}

export const cast = {
  owner: member('owner'),
  operator: member('operator'),
  payer: member('payer'),
  session: member('session'),
  stranger: member('stranger'),
} as const

const network = (id: string, chainId: bigint): SigningDomain =>
  signingDomain({ networkId: networkId(id), chainId }, crypto)

/** The network of every signature in the vectors that says nothing else. */
export const domain = network('local', 31_337n)
export const otherNetwork = network('testnet', 31_337n)
export const otherChain = network('local', 1n)
export const domains = [
  domain,
  otherNetwork,
  otherChain,
  network('', 0n),
  network('Zürich-1', 2n ** 256n - 1n),
] as const

/** A word's hash: what stands for a digest wherever any would do. */
export const digestOf = (word: string): Uint8Array<ArrayBuffer> => crypto.keccak256(encoder.encode(word))
