/** The telling side. */
import { MeshError } from '../../kernel/errors.ts'
import type { Hash32, PeerId } from '../../kernel/ids.ts'
import type { Network } from '../../kernel/network.ts'
import type { CallOptions } from '../../kernel/protocol.ts'
import type { AuditRefusal, AuditRequest, AuditResponse, ToldAudit } from './audit-messages.ts'
import { auditProtocol, OUTCOMES_MAX } from './audit-protocol.ts'

type Answer = 'noted' | AuditRefusal

const word = (response: AuditResponse): Answer => (response.kind === 'noted' ? 'noted' : response.reason)

/** @throws MeshError what Network.call throws; MALFORMED where nothing is answered */
export async function tellCommitment(
  network: Pick<Network, 'call'>,
  miner: PeerId,
  epoch: number,
  commitment: Hash32,
  options: CallOptions,
): Promise<Answer> {
  for await (const response of network.call(miner, auditProtocol, { kind: 'commit', epoch, commitment }, options)) {
    return word(response)
  }
  throw unanswered()
}

/**
 * The secret of an epoch, and what the audits found that it drew: the first {@link OUTCOMES_MAX}.
 * @returns what the miner said of the secret and of each; fewer where it would not hear them
 * @throws MeshError as {@link tellCommitment}
 */
export async function tellAudits(
  network: Pick<Network, 'call'>,
  miner: PeerId,
  epoch: number,
  secret: Uint8Array,
  audits: readonly ToldAudit[],
  options: CallOptions,
): Promise<{ readonly secret: Answer; readonly audits: readonly Answer[] }> {
  const requests = async function* (): AsyncGenerator<AuditRequest> {
    yield { kind: 'reveal', epoch, secret }
    for (const audit of audits.slice(0, OUTCOMES_MAX)) yield { kind: 'outcome', ...audit }
  }
  const answers: Answer[] = []
  for await (const response of network.call(miner, auditProtocol, requests(), options)) answers.push(word(response))
  const [first, ...others] = answers
  if (first === undefined) throw unanswered()
  return { secret: first, audits: others }
}

const unanswered = (): MeshError => new MeshError('MALFORMED', { what: 'answer to an audit', why: 'there is none' })
