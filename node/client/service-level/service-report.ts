/** How one attempt was served, with what shows it. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import type { ServiceAgreement, ServiceVerdict } from '../../../protocols/rules/service-level/judge-service.ts'
import { encodeSigned } from '../../../protocols/statements/signed.ts'
import { timeStampType } from '../../../protocols/statements/struct-types.ts'
import type { WitnessPanel } from './witness-panel.ts'

export interface ServiceReport {
  readonly agreed: ServiceAgreement
  readonly verdict: ServiceVerdict
  /** Witnesses that stamped both ends. */
  readonly witnesses: number
  /** Of what witnesses were asked about. */
  readonly evidence?: ServiceEvidence
}

/** With offer head, agreement and receipt all that a court would need: as `0x` text. */
export interface ServiceEvidence {
  /** Behind the beacon of the offer's head. */
  readonly secret: Hash32
  /** Digest of the start, which drew the witnesses too. */
  readonly seed: Hash32
  /** Digest of the end: the receipt's struct hash. */
  readonly receipt: Hash32
  /** Signed TimeStamps of start and end, of each witness. */
  readonly stamps: readonly (readonly [start: string, end: string])[]
}

export const evidenceOf = (
  panel: WitnessPanel,
  { secret, seed, receipt }: { readonly secret: Uint8Array; readonly seed: Hash32; readonly receipt: Hash32 },
): ServiceEvidence => ({
  secret: toHex(secret) as Hash32,
  seed,
  receipt,
  stamps: panel
    .stamps()
    .map(({ start, end }) => [toHex(encodeSigned(timeStampType, start)), toHex(encodeSigned(timeStampType, end))]),
})
