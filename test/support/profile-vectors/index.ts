/** The whole of protocols/wire/profile/vectors.json, made anew: fixed keys and deterministic signatures give the same bytes. */
import { domain } from '../statement-vectors/cast.ts'
import { type Json, toJson } from '../statement-vectors/json.ts'
import { bodies, invalidBodies, laterBodies } from './body-vectors.ts'
import { profileRecords } from './record-vectors.ts'

export const PROFILE_VECTORS_PATH = new URL('../../../protocols/wire/profile/vectors.json', import.meta.url)

export function profileVectors(): { readonly [name: string]: Json } {
  return {
    about:
      'Made by test/support/documents/make-profile-vectors.ts; read README.md beside this file. uint64 as decimal text, bytes as 0x text.',
    domain: { networkId: domain.network.networkId, chainId: domain.network.chainId.toString() },
    bodies: toJson(bodies()),
    laterBodies: toJson(laterBodies()),
    invalidBodies: toJson(invalidBodies()),
    records: toJson(profileRecords()),
  }
}
