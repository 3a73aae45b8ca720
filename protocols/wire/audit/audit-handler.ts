/** The answering side: keeps commitments, and holds what was audited against the secret that opens them. */
import { MeshError } from '../../kernel/errors.ts'
import type { Hash32, PeerId } from '../../kernel/ids.ts'
import type { Handler } from '../../kernel/protocol.ts'
import type { AuditRefusal, AuditRequest, AuditResponse, ToldAudit } from './audit-messages.ts'

/** A secret that opened a commitment of before. */
export interface OpenedEpoch {
  readonly peer: PeerId
  readonly epoch: number
  readonly secret: Uint8Array
}

export interface AuditedDesk {
  commit(peer: PeerId, epoch: number, commitment: Hash32): AuditRefusal | undefined
  /** Takes back a commitment that this secret opens. */
  reveal(peer: PeerId, epoch: number, secret: Uint8Array): OpenedEpoch | AuditRefusal
  told(epoch: OpenedEpoch, audit: ToldAudit): AuditRefusal | undefined
}

export function answerAudit(desk: AuditedDesk): Handler<AuditRequest, AuditResponse> {
  return async function* (first, more, { peer }) {
    if (first.kind === 'commit') {
      yield answerOf(desk.commit(peer, first.epoch, first.commitment))
      return
    }
    if (first.kind !== 'reveal') throw malformed('an outcome stands behind the secret that drew it')
    const opened = desk.reveal(peer, first.epoch, first.secret)
    if (typeof opened === 'string') {
      yield answerOf(opened)
      return
    }
    yield answerOf(undefined)
    for await (const request of more) {
      if (request.kind !== 'outcome') throw malformed('nothing but outcomes stands behind a secret')
      const { kind: _, ...audit } = request
      yield answerOf(desk.told(opened, audit))
    }
  }
}

const answerOf = (refusal: AuditRefusal | undefined): AuditResponse =>
  refusal === undefined ? { kind: 'noted' } : { kind: 'refused', reason: refusal }

const malformed = (why: string): MeshError => new MeshError('MALFORMED', { what: 'word of an audit', why })
