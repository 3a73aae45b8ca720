/** The protocol as a value. */
import type { Protocol } from '../../kernel/protocol.ts'
import { type AuditRequest, type AuditResponse, auditRequestCodec, auditResponseCodec } from './audit-messages.ts'

/** Audits of one epoch that a miner is told of: those of a client that gives it thousands of jobs an hour. */
export const OUTCOMES_MAX = 255

export const auditProtocol: Protocol<AuditRequest, AuditResponse> = {
  name: 'audit',
  major: 1,
  request: auditRequestCodec,
  response: auditResponseCodec,
  // A client commits and reveals once an epoch: an hour as a rule, some seconds in a trial.
  limits: {
    inFlightPerPeerMax: 2,
    callsPerSecondMax: 2,
    requestsMax: 1 + OUTCOMES_MAX,
    responsesMax: 1 + OUTCOMES_MAX,
  },
  timeouts: { firstResponseMs: 10_000, betweenMs: 10_000 },
}
