/** The session grant of the last run on disk: every peer that was shown it knows it, so it is no secret. */
import { readFileSync } from 'node:fs'
import { encodeSigned, openSigned, type Signed } from '../../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { type SessionGrant, sessionGrantType } from '../../../protocols/statements/struct-types.ts'
import { replaceFile } from '../../storage/durable-file.ts'
import { storageError } from '../../storage/sqlite.ts'

export type GrantTerms = Omit<SessionGrant, 'notAfter' | 'nonce' | 'maxTotal' | 'maxPerMiner'>

export class GrantFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** `undefined` where there is none that says exactly this and is good beyond `untilSeconds`: then a new one is signed. */
  read(domain: SigningDomain, terms: GrantTerms, untilSeconds: bigint): Signed<SessionGrant> | undefined {
    try {
      const grant = openSigned(domain, sessionGrantType, new Uint8Array(readFileSync(this.#path)))
      const isWanted = Object.entries(terms).every(([key, wanted]) => grant.value[key as keyof GrantTerms] === wanted)
      return isWanted && grant.value.notAfter > untilSeconds ? grant : undefined
    } catch {
      // Absent, damaged or of another network: a grant is made anew at no cost.
      return undefined
    }
  }

  /** @throws MeshError DISK_FULL, DATA_FOLDER_READ_ONLY */
  write(grant: Signed<SessionGrant>): void {
    try {
      replaceFile(this.#path, encodeSigned(sessionGrantType, grant), 0o600)
    } catch (error) {
      throw storageError(error, this.#path)
    }
  }
}
