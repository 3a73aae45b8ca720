/** The reader of each message that the vectors name. */
import type { Codec } from '../../../protocols/kernel/codec.ts'
import { auditRequestCodec, auditResponseCodec } from '../../../protocols/wire/audit/audit-messages.ts'
import { contentRequestCodec, contentResponseCodec } from '../../../protocols/wire/content/content-protocol.ts'
import { directoryEntryCodec, directoryQueryCodec } from '../../../protocols/wire/directory/directory-protocol.ts'
import { syncRequestCodec, syncResponseCodec } from '../../../protocols/wire/directory-sync/sync-messages.ts'
import { contradictionCodec } from '../../../protocols/wire/evidence/evidence.ts'
import { jobRequestCodec, jobResponseCodec } from '../../../protocols/wire/job/job-messages.ts'
import { leaseRequestCodec, leaseResponseCodec } from '../../../protocols/wire/lease/lease-messages.ts'
import { offerBodyCodec } from '../../../protocols/wire/offer/offer-body.ts'
import { offerTableProtocol, tableModelCodec } from '../../../protocols/wire/offer/offer-table.ts'
import { paymentRequestCodec, paymentResponseCodec } from '../../../protocols/wire/payment/payment-protocol.ts'
import { probeRequestCodec, probeResponseCodec } from '../../../protocols/wire/probe/probe-messages.ts'
import { observationBatchCodec } from '../../../protocols/wire/score/observation-batch.ts'
import { receiptsRequestCodec, receiptsResponseCodec } from '../../../protocols/wire/score/paid-receipts-protocol.ts'
import { scoreDigestCodec } from '../../../protocols/wire/score/score-digest.ts'
import { witnessRequestCodec, witnessResponseCodec } from '../../../protocols/wire/witness/witness-protocol.ts'

export const wireReaders: Readonly<Record<string, Codec<unknown>>> = {
  'audit request': auditRequestCodec as Codec<unknown>,
  'audit response': auditResponseCodec as Codec<unknown>,
  'job request': jobRequestCodec as Codec<unknown>,
  'job response': jobResponseCodec as Codec<unknown>,
  'payment request': paymentRequestCodec as Codec<unknown>,
  'payment response': paymentResponseCodec as Codec<unknown>,
  'lease request': leaseRequestCodec as Codec<unknown>,
  'lease response': leaseResponseCodec as Codec<unknown>,
  'offer body': offerBodyCodec as Codec<unknown>,
  'table model': tableModelCodec as Codec<unknown>,
  'table request': offerTableProtocol.request as Codec<unknown>,
  'directory query': directoryQueryCodec as Codec<unknown>,
  'content request': contentRequestCodec as Codec<unknown>,
  'content response': contentResponseCodec as Codec<unknown>,
  'directory entry': directoryEntryCodec as Codec<unknown>,
  evidence: contradictionCodec as Codec<unknown>,
  'probe request': probeRequestCodec as Codec<unknown>,
  'probe response': probeResponseCodec as Codec<unknown>,
  'observation batch': observationBatchCodec as Codec<unknown>,
  'score digest': scoreDigestCodec as Codec<unknown>,
  'receipts request': receiptsRequestCodec as Codec<unknown>,
  'receipts response': receiptsResponseCodec as Codec<unknown>,
  'sync request': syncRequestCodec as Codec<unknown>,
  'sync response': syncResponseCodec as Codec<unknown>,
  'witness request': witnessRequestCodec as Codec<unknown>,
  'witness response': witnessResponseCodec as Codec<unknown>,
}
