/** The certificate that a miner shows in its profile: read anew for each, so that a renewed one needs no new start. */
import { asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { SignedKeyCert } from '../../../protocols/statements/key-cert.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { certificateFault, readCertificate } from '../../keys/certificate-file.ts'

export interface OwnCertificateNeeds {
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly dataFolder: string
  readonly operator: Address
  readonly owner: Address | undefined
  /** Hears why one that is there is not shown, once for each reason. */
  readonly onFault: (error: MeshError) => void
}

/** A profile with a false certificate is refused by every reader, so one that does not hold is left out. */
export function ownCertificate(needs: OwnCertificateNeeds): () => SignedKeyCert | undefined {
  const { domain, clock, dataFolder, operator, owner, onFault } = needs
  let told: string | undefined
  return () => {
    try {
      const certificate = readCertificate(dataFolder)
      const facts = { operator, owner, nowMs: clock.nowMs() }
      const why = certificate === undefined ? undefined : certificateFault(domain, certificate, facts)
      if (why !== undefined) throw new MeshError('CERTIFICATE_INVALID', { why })
      told = undefined
      return certificate
    } catch (error) {
      const fault = asMeshError(error)
      if (fault.message !== told) onFault(fault)
      told = fault.message
      return undefined
    }
  }
}
