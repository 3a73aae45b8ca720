/** The asking side: shows a witness a digest, and believes its own signature only. */
import { MeshError } from '../../kernel/errors.ts'
import type { Hash32, PeerId } from '../../kernel/ids.ts'
import type { Network } from '../../kernel/network.ts'
import { addressOfPeerId } from '../../statements/peer-id.ts'
import { requireSigned, type Signed } from '../../statements/signed.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import { type TimeStamp, timeStampType } from '../../statements/struct-types.ts'
import { witnessProtocol } from './witness-protocol.ts'

export interface WitnessNeeds {
  readonly network: Pick<Network, 'call'>
  readonly domain: SigningDomain
}

/**
 * @returns the witness's own stamp of this digest
 * @throws MeshError what Network.call throws; WRONG_SIGNER, WRONG_JOB, MALFORMED for another's, of another digest or badly signed
 */
export async function askWitness(
  { network, domain }: WitnessNeeds,
  witness: PeerId,
  digest: Hash32,
  signal?: AbortSignal,
): Promise<Signed<TimeStamp>> {
  for await (const stamp of network.call(
    witness,
    witnessProtocol,
    { digest },
    signal === undefined ? {} : { signal },
  )) {
    requireStamp(domain, stamp, { witness, digest })
    return stamp
  }
  throw new MeshError('MALFORMED', { what: 'answer of a witness', why: 'it is empty' })
}

/** @throws MeshError WRONG_SIGNER, WRONG_JOB, MALFORMED */
export function requireStamp(
  domain: SigningDomain,
  stamp: Signed<TimeStamp>,
  expected: { readonly witness: PeerId; readonly digest: Hash32 },
): void {
  const { witness, digest } = stamp.value
  const address = addressOfPeerId(domain.crypto, expected.witness) ?? 'no operator'
  if (witness !== address) throw new MeshError('WRONG_SIGNER', { given: witness, expected: address })
  if (digest !== expected.digest) throw new MeshError('WRONG_JOB', { given: digest, expected: expected.digest })
  requireSigned(domain, timeStampType, stamp)
}
