/** The miner's profile: what it says of itself, and which of its cards each published claim is about. */
import { asMeshError } from '../../../protocols/kernel/errors.ts'
import { OWN_FEATURES } from '../../../protocols/kernel/features.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import { auditProtocol } from '../../../protocols/wire/audit/audit-protocol.ts'
import { directoryProtocol } from '../../../protocols/wire/directory/directory-protocol.ts'
import { syncProtocol } from '../../../protocols/wire/directory-sync/sync-protocol.ts'
import { jobProtocol } from '../../../protocols/wire/job/job-protocol.ts'
import { leaseProtocol } from '../../../protocols/wire/lease/lease-protocol.ts'
import { offerTableProtocol } from '../../../protocols/wire/offer/offer-table.ts'
import { paymentProtocol } from '../../../protocols/wire/payment/payment-protocol.ts'
import { probeProtocol } from '../../../protocols/wire/probe/probe-protocol.ts'
import { fitProfile } from '../../../protocols/wire/profile/fit-profile.ts'
import { profileKey, profileSpace } from '../../../protocols/wire/profile/profile.ts'
import type { ProfileBody } from '../../../protocols/wire/profile/profile-body.ts'
import { witnessProtocol } from '../../../protocols/wire/witness/witness-protocol.ts'
import { ProfileBoard } from '../../market/profile-board.ts'
import { PublishedClaims } from '../../measure/published-claims.ts'
import type { Libp2pNetwork } from '../../network/libp2p-network.ts'
import { programVersion } from '../../version.ts'
import type { Foundation } from '../foundation.ts'
import type { Content } from '../network/content.ts'
import type { Line } from './line.ts'
import type { OfferedCards } from './offered-cards.ts'
import { ownCertificate } from './own-certificate.ts'

interface ProfileNeeds {
  readonly mesh: Libp2pNetwork
  readonly signer: Signer
  readonly offered: OfferedCards
  readonly line: Pick<Line, 'inProfile'>
  readonly content: Pick<Content, 'protocols'>
  /** It leases its cards. */
  readonly leases: boolean
  /** It answers probes of its claims. */
  readonly isProbed: boolean
}

interface MinerProfile {
  readonly profile: ProfileBoard
  readonly published: PublishedClaims
}

export function openProfile(
  { domain, clock, bus, folder, journal, settings }: Foundation,
  { mesh, signer, offered, line, content, leases, isProbed }: ProfileNeeds,
): MinerProfile {
  const certificate = ownCertificate({
    domain,
    clock,
    dataFolder: folder.path,
    operator: signer.address,
    owner: settings.owner,
    onFault: bus.trouble("showing the owner's certificate"),
  })
  const protocols = [
    jobProtocol,
    paymentProtocol,
    offerTableProtocol,
    directoryProtocol,
    syncProtocol,
    auditProtocol,
    ...(leases ? [leaseProtocol] : []),
    ...(isProbed ? [probeProtocol] : []),
    ...(settings.witness === 'on' ? [witnessProtocol] : []),
    ...content.protocols,
  ].map(({ name, major }) => ({ name, major }))
  const describe = (): ProfileBody => {
    const signed = certificate()
    return fitProfile({
      ...(signed === undefined ? {} : { certificate: signed }),
      region: settings.region,
      gpuClass: offered.gpuClass,
      gpus: offered.inProfile(),
      ...line.inProfile(),
      features: BigInt(OWN_FEATURES),
      programVersion: programVersion(),
      protocols,
      roles: settings.roles,
    })
  }
  const published = new PublishedClaims()
  let described: readonly (string | undefined)[] = []
  const profile = new ProfileBoard({
    network: mesh,
    ...{ domain, signer, clock },
    describe: () => {
      described = offered.seatsInProfile()
      return describe()
    },
    nextSequence: async (nowMs) => {
      const cards = described
      const sequence = await journal.miner.nextSequence('profile', nowMs)
      published.note(sequence, cards)
      return sequence
    },
    onFailure: bus.trouble('publishing the profile'),
  })
  return { profile, published }
}

/** Others may remember more of this key than this folder does: then it is a copy, or a backup, and must not sign. */
export async function askForOwnPast(
  { domain, journal }: Foundation,
  mesh: Libp2pNetwork,
  signer: Signer,
  signal: AbortSignal | undefined,
): Promise<void> {
  const asked = mesh.getRecord(profileSpace(domain), profileKey(signer.address), signal)
  const known = await asked.catch((error: unknown) => {
    // Nobody has it, or nobody answers: the start waits for neither.
    if (signal?.aborted === true || asMeshError(error).fault === 'bug') throw error
    return undefined
  })
  if (known !== undefined) await journal.checkAgainst(known.sequence)
}
