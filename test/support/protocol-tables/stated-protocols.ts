/**
 * What the README of each folder in protocols/wire states in figures, from where the code has them. Of a protocol, a topic and a
 * record space follow the rows that all of them have; what is the folder's own is named here, as its README names it.
 */
import { ANSWER_MS_MAX } from '../../../node/client/finding/find-offers.ts'
import { STEP_SECONDS_MAX } from '../../../node/client/leasing/leases.ts'
import { ONE_SYNC_MS_MAX } from '../../../node/market/directory-sync.ts'
import { CHANGE_MS_MIN } from '../../../node/market/profile-board.ts'
import {
  DIGESTS_MAX,
  DIGESTS_OF_PEER_MAX,
  REMEMBERED_MS,
  SIGNATURES_PER_SECOND_MAX,
} from '../../../node/market/witness-book.ts'
import { PROBE_MS_MAX } from '../../../node/measure/engine-probe-desk.ts'
import { COUNT_OF_ONE } from '../../../node/measure/probe-budget.ts'
import { IDLE_MS_MAX } from '../../../node/network/calls/calling-session.ts'
import { DEAD_MS, SILENT_MS, UNSENT_BYTES_MAX } from '../../../node/network/calls/session-stream.ts'
import { RATERS_MAX } from '../../../node/quality/others-word.ts'
import { KEEP_BYTES_MAX, KEEP_MS } from '../../../node/work/attempt-shelf.ts'
import { COMMITMENTS_MAX, COMMITMENTS_OF_PEER_MAX } from '../../../node/work/auditing/audits-told.ts'
import {
  DETAIL_BYTES_MAX,
  FRAME_BYTES_MAX,
  FUTURE_MS_MAX,
  INPUT_BYTES_MAX,
  OUTPUT_BYTES_MAX,
  PEER_WINDOW_BYTES_MAX,
  PROCESS_WINDOW_BYTES_MAX,
  SIGNED_BYTES_MAX,
  WINDOW_BYTES_INITIAL,
  WINDOW_BYTES_MAX,
} from '../../../protocols/kernel/limits.ts'
import type { Protocol } from '../../../protocols/kernel/protocol.ts'
import type { RecordSpace } from '../../../protocols/kernel/record-space.ts'
import type { Topic } from '../../../protocols/kernel/topic.ts'
import { RECEIPT_MS_MAX } from '../../../protocols/rules/jobs/attempt-states.ts'
import {
  LEASE_AHEAD_SECONDS_MAX,
  LEASE_SECONDS_MAX,
  LEASE_SECONDS_MIN,
} from '../../../protocols/rules/leasing/lease-period.ts'
import { STEP_SECONDS_MIN } from '../../../protocols/rules/leasing/lease-price.ts'
import { REST_SECONDS_MAX } from '../../../protocols/rules/leasing/lease-rest.ts'
import { ROUND_TRIPS_MIN, WORK_MS_MAX } from '../../../protocols/rules/probing/probe-size.ts'
import { AGREEMENT_TIME_SKEW_S_MAX } from '../../../protocols/statements/agreement.ts'
import { STATEMENT_LIFETIME_MS_MAX } from '../../../protocols/statements/envelope.ts'
import { OPERATORS_MAX, RECEIPTS_MAX } from '../../../protocols/statements/heard-receipts.ts'
import { BATCH_DEPTH_MAX, BATCH_RECEIPTS_MAX } from '../../../protocols/statements/receipt-batch.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { auditRefusals } from '../../../protocols/wire/audit/audit-messages.ts'
import { auditProtocol, OUTCOMES_MAX } from '../../../protocols/wire/audit/audit-protocol.ts'
import { CHUNK_BYTES, CONTENT_BYTES_MAX } from '../../../protocols/wire/content/chunk-list.ts'
import { contentProtocol, PAGE_HASHES, RUN_CHUNKS_MAX } from '../../../protocols/wire/content/content-protocol.ts'
import { DIRECTORY_OFFERS_MAX, directoryProtocol } from '../../../protocols/wire/directory/directory-protocol.ts'
import { BUCKET_BITS_MAX, MARK_BYTES } from '../../../protocols/wire/directory-sync/offer-buckets.ts'
import { SYNC_OFFERS_MAX, syncProtocol } from '../../../protocols/wire/directory-sync/sync-protocol.ts'
import { evidenceTopic } from '../../../protocols/wire/evidence/evidence-topic.ts'
import { DEADLINE_MS_MAX, INLINE_BYTES_MAX } from '../../../protocols/wire/job/job-messages.ts'
import { jobProtocol } from '../../../protocols/wire/job/job-protocol.ts'
import { refusalReasons } from '../../../protocols/wire/job/refusals.ts'
import { DIM_MAX, DIMS_MAX, NAME_BYTES_MAX, TENSORS_MAX } from '../../../protocols/wire/job/tensor.ts'
import { CARDS_MAX, LEASES_MAX, leaseRefusals } from '../../../protocols/wire/lease/lease-messages.ts'
import { leaseProtocol } from '../../../protocols/wire/lease/lease-protocol.ts'
import { HEADS_MAX, HEADS_OF_ONE_MAX } from '../../../protocols/wire/offer/heard-heads.ts'
import {
  OFFER_BODY_BYTES_MAX,
  OFFER_BYTES_MAX,
  OFFER_MODELS_MAX,
  OFFER_TTL_MS,
  PRICE_MAX,
} from '../../../protocols/wire/offer/offer-body.ts'
import {
  KERNEL_CLASS_BYTES_MAX,
  MODEL_NAME_BYTES_MAX,
  offerTableProtocol,
  TABLE_MODELS_MAX,
} from '../../../protocols/wire/offer/offer-table.ts'
import { offerTopic } from '../../../protocols/wire/offer/offer-topic.ts'
import { WAITING_MAX } from '../../../protocols/wire/payment/payment-handler.ts'
import { ATTEMPTS_MAX, paymentProtocol, voucherVerdicts } from '../../../protocols/wire/payment/payment-protocol.ts'
import { probeRefusals } from '../../../protocols/wire/probe/probe-messages.ts'
import { probeProtocol } from '../../../protocols/wire/probe/probe-protocol.ts'
import { PROFILE_TTL_MS, profileSpace } from '../../../protocols/wire/profile/profile.ts'
import { PROFILE_BODY_BYTES_MAX } from '../../../protocols/wire/profile/profile-body.ts'
import {
  BATCH_ENTRIES_MAX,
  BATCH_PAYLOAD_BYTES_MAX,
  BATCH_SUBJECTS_MAX,
} from '../../../protocols/wire/score/observation-batch.ts'
import { paidReceiptsProtocol, RECEIPTS_ASKED_MAX } from '../../../protocols/wire/score/paid-receipts-protocol.ts'
import { DIGEST_PAYLOAD_BYTES_MAX, DIGEST_SUBJECTS_MAX } from '../../../protocols/wire/score/score-digest.ts'
import { BATCH_LIFETIME_MS, DIGEST_LIFETIME_MS, scoreTopic } from '../../../protocols/wire/score/score-topic.ts'
import { PAYLOAD_BYTES_MAX } from '../../../protocols/wire/session/frames.ts'
import { MESSAGE_COST_BYTES } from '../../../protocols/wire/session/receive-window.ts'
import { witnessProtocol } from '../../../protocols/wire/witness/witness-protocol.ts'
import { domain } from '../statement-vectors/cast.ts'
import { bytes, count, duration, seconds } from './figures.ts'

export interface StatedProtocol {
  readonly protocol?: Protocol<never, never>
  readonly topic?: Topic<unknown>
  readonly space?: RecordSpace<never>
  /** Its own figures, by the name of their row. */
  readonly limits: Readonly<Record<string, string>>
  /** Words that it says no, or what became of something, with: the README explains each. */
  readonly words?: readonly string[]
}

const nobody = { isKnown: () => false, concerns: () => true }
const stated = <Request, Response>(protocol: Protocol<Request, Response>): Protocol<never, never> =>
  protocol as unknown as Protocol<never, never>

/** By folder. */
export const statedProtocols: Readonly<Record<string, StatedProtocol>> = {
  audit: {
    protocol: stated(auditProtocol),
    words: auditRefusals,
    limits: {
      'outcomes of a call': count(OUTCOMES_MAX),
      'open commitments': `${COMMITMENTS_OF_PEER_MAX} of a peer, ${count(COMMITMENTS_MAX)} in all`,
    },
  },
  content: {
    protocol: stated(contentProtocol),
    limits: {
      content: bytes(CONTENT_BYTES_MAX),
      chunk: bytes(CHUNK_BYTES),
      run: `${RUN_CHUNKS_MAX} chunks`,
      'hashes at once': count(PAGE_HASHES),
    },
  },
  directory: {
    protocol: stated(directoryProtocol),
    limits: {
      'offers of an answer': count(DIRECTORY_OFFERS_MAX),
      offer: bytes(OFFER_BYTES_MAX),
      'whole answer': duration(ANSWER_MS_MAX),
    },
  },
  'directory-sync': {
    protocol: stated(syncProtocol),
    limits: {
      'offers of a region': `${count(SYNC_OFFERS_MAX)} on each side`,
      digests: bytes(MARK_BYTES << BUCKET_BITS_MAX),
      'one sync': duration(ONE_SYNC_MS_MAX),
    },
  },
  evidence: {
    topic: evidenceTopic(domain, nobody),
    limits: {
      'heads heard, each as published': `${HEADS_OF_ONE_MAX} of an operator, ${count(HEADS_MAX)} in all`,
      'receipts heard, with their batches': `${RECEIPTS_MAX} of an operator, of ${OPERATORS_MAX}`,
    },
  },
  job: {
    protocol: stated(jobProtocol),
    words: refusalReasons,
    limits: {
      deadline: `${count(DEADLINE_MS_MAX)} ms`,
      'inline bytes': `${count(INLINE_BYTES_MAX)}, less above 34 tensors`,
      'tensors of a job': `${TENSORS_MAX} in, ${TENSORS_MAX} out`,
      dimensions: `${DIMS_MAX}, each at most ${count(DIM_MAX)}`,
      'name of a tensor': bytes(NAME_BYTES_MAX),
      'bytes of all inputs, outputs': `${bytes(INPUT_BYTES_MAX)}, ${bytes(OUTPUT_BYTES_MAX)}`,
      'signed bytes in a message': count(SIGNED_BYTES_MAX),
      detail: bytes(DETAIL_BYTES_MAX),
      'output kept for who comes back': `${bytes(KEEP_BYTES_MAX)}, ${duration(KEEP_MS)}`,
    },
  },
  lease: {
    protocol: stated(leaseProtocol),
    words: leaseRefusals,
    limits: {
      length: `${seconds(LEASE_SECONDS_MIN)} to ${seconds(LEASE_SECONDS_MAX)}`,
      ahead: seconds(LEASE_AHEAD_SECONDS_MAX),
      step: `${seconds(STEP_SECONDS_MIN)} to ${seconds(STEP_SECONDS_MAX)}`,
      'one rest': seconds(REST_SECONDS_MAX),
      cards: count(CARDS_MAX),
      'leases not over': count(LEASES_MAX),
      'block from the head': seconds(AGREEMENT_TIME_SKEW_S_MAX),
      'signed bytes': count(SIGNED_BYTES_MAX),
    },
  },
  offer: {
    protocol: stated(offerTableProtocol),
    topic: offerTopic(domain, new HighestSeen()),
    limits: {
      body: bytes(OFFER_BODY_BYTES_MAX),
      'models in it': count(OFFER_MODELS_MAX),
      'price, step': `${count(PRICE_MAX)} credits`,
      life: `${duration(OFFER_TTL_MS)}, ${duration(FUTURE_MS_MAX)} for clocks`,
      'models of a table': count(TABLE_MODELS_MAX),
      names: `model ${MODEL_NAME_BYTES_MAX}, kernel class ${KERNEL_CLASS_BYTES_MAX}, tensor ${NAME_BYTES_MAX} bytes`,
    },
  },
  payment: {
    protocol: stated(paymentProtocol),
    words: voucherVerdicts,
    limits: {
      'attempts in one message': count(ATTEMPTS_MAX),
      'receipts of a batch': `${BATCH_RECEIPTS_MAX}, depth ${BATCH_DEPTH_MAX}`,
      'signed bytes': count(SIGNED_BYTES_MAX),
      'messages that wait': count(WAITING_MAX),
      'receipt after a result': duration(RECEIPT_MS_MAX),
    },
  },
  probe: {
    protocol: stated(probeProtocol),
    words: probeRefusals,
    limits: {
      'of one prober': `${COUNT_OF_ONE} an hour, a quarter of what is lent (setting)`,
      'one probe': `${duration(PROBE_MS_MAX)}, and the memory that its owner sets`,
      distance: `a round trip of ${count(WORK_MS_MAX / ROUND_TRIPS_MIN)} ms`,
    },
  },
  profile: {
    space: profileSpace(domain) as unknown as RecordSpace<never>,
    limits: {
      body: bytes(PROFILE_BODY_BYTES_MAX),
      life: `at most ${duration(STATEMENT_LIFETIME_MS_MAX)}; ${duration(PROFILE_TTL_MS)} unless said otherwise`,
      'ahead of time': `${duration(FUTURE_MS_MAX)} (time of issue and sequence)`,
      'after its end': duration(FUTURE_MS_MAX),
      'put for a change': `one in ${duration(CHANGE_MS_MIN)}`,
    },
  },
  score: {
    protocol: stated(paidReceiptsProtocol),
    topic: scoreTopic(domain, new HighestSeen(), nobody),
    limits: {
      batch: `${bytes(BATCH_PAYLOAD_BYTES_MAX)}, ${BATCH_ENTRIES_MAX} entries, ${BATCH_SUBJECTS_MAX} miners`,
      digest: `${bytes(DIGEST_PAYLOAD_BYTES_MAX)}, ${DIGEST_SUBJECTS_MAX} miners`,
      'life of a batch': duration(BATCH_LIFETIME_MS),
      'life of a digest': duration(DIGEST_LIFETIME_MS),
      'receipts of a request': count(RECEIPTS_ASKED_MAX),
      'raters heard': `${RATERS_MAX} of a region`,
    },
  },
  session: {
    limits: {
      frame: bytes(FRAME_BYTES_MAX),
      payload: bytes(PAYLOAD_BYTES_MAX),
      'cost of a message beside its payload': bytes(MESSAGE_COST_BYTES),
      'first credit': bytes(WINDOW_BYTES_INITIAL),
      'largest window': bytes(WINDOW_BYTES_MAX),
      'windows of a peer': bytes(PEER_WINDOW_BYTES_MAX),
      'windows of the process': bytes(PROCESS_WINDOW_BYTES_MAX),
      'unread answers': bytes(UNSENT_BYTES_MAX),
      'silence before a ping': duration(SILENT_MS),
      'silence of a peer that is gone': duration(DEAD_MS),
      'unused stream': duration(IDLE_MS_MAX),
    },
  },
  witness: {
    protocol: stated(witnessProtocol),
    limits: {
      'signatures, all': `${SIGNATURES_PER_SECOND_MAX} a second`,
      'digests remembered': `${count(DIGESTS_MAX)}, of one peer ${count(DIGESTS_OF_PEER_MAX)}`,
      'remembered for': duration(REMEMBERED_MS),
    },
  },
}
