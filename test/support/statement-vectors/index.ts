/** The whole of protocols/statements/vectors.json, made anew: fixed keys and deterministic signatures give the same bytes. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { DOMAIN_NAME, DOMAIN_TYPE_STRING, DOMAIN_VERSION, networkSalt } from '../../../protocols/statements/domain.ts'
import { crypto, domain, domains } from './cast.ts'
import { forbiddenValues, trailing } from './cbor-parts.ts'
import { contradictionVectors } from './contradiction-vectors.ts'
import { envelopeVectors } from './envelope-vectors.ts'
import { type Json, toJson } from './json.ts'
import { invalidKeyCerts } from './key-cert-vectors.ts'
import { invalidSigned, structVectors } from './signed-vectors.ts'
import { chainVectors, contentVectors, merkleVectors, messageIdVectors } from './tree-vectors.ts'

export const VECTORS_PATH = new URL('../../../protocols/statements/vectors.json', import.meta.url)

export function statementVectors(): { readonly [name: string]: Json } {
  return {
    about:
      'Made by test/support/documents/make-statement-vectors.ts; read README.md beside this file. uint64 as decimal text, bytes as 0x text.',
    domain: {
      typeString: DOMAIN_TYPE_STRING,
      name: DOMAIN_NAME,
      version: DOMAIN_VERSION,
      // Every signature below is for this network, unless its vector says another.
      networkId: domain.network.networkId,
      chainId: domain.network.chainId.toString(),
    },
    domains: domains.map(({ network, separator, tag }) => ({
      networkId: network.networkId,
      chainId: network.chainId.toString(),
      salt: networkSalt(crypto, network.networkId),
      separator,
      tag,
    })),
    ...chainVectors(),
    structs: structVectors(),
    invalidSigned: toJson(invalidSigned()),
    invalidKeyCerts: toJson(invalidKeyCerts()),
    envelopes: toJson(envelopeVectors()),
    merkle: { ...merkleVectors() },
    content: { ...contentVectors() },
    messageIds: messageIdVectors(),
    contradictions: contradictionVectors(),
    invalidCbor: Object.entries({ ...forbiddenValues, ...trailing }).map(([name, bytes]) => ({
      name,
      bytes: toHex(bytes),
    })),
  }
}

/** One vector a line: a change shows in a diff as the vectors that changed. */
export function vectorsText(vectors: { readonly [name: string]: Json }): string {
  const parts = Object.entries(vectors).map(([name, value]) => `${JSON.stringify(name)}: ${linesOf(value)}`)
  return `{\n${parts.join(',\n')}\n}\n`
}

function linesOf(value: Json): string {
  if (Array.isArray(value) && value.length > 0) return `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}\n]`
  if (typeof value === 'object' && value !== null && 'valid' in value)
    return `{\n${Object.entries(value)
      .map(([name, list]) => `${JSON.stringify(name)}: ${linesOf(list)}`)
      .join(',\n')}\n}`
  return JSON.stringify(value)
}
