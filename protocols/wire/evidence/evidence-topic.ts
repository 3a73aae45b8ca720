/** Gossip of contradictions, a topic per region: who finds one tells everybody who may be served by that operator. */
import type { Address, Hash32 } from '../../kernel/ids.ts'
import type { Judged, Topic } from '../../kernel/topic.ts'
import { contradictionFault, nullifier } from '../../statements/contradiction.ts'
import { decodeJudged } from '../../statements/decode-verdict.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import { contradictionCodec, EVIDENCE_BYTES_MAX, type Evidence, isInOrder, operatorOf } from './evidence.ts'

/** One is enough to be barred; a second may come from who had not heard of the first. */
const PER_OPERATOR_PER_MINUTE_MAX = 4

export interface EvidenceDesk {
  /** True where this offence is known, or the operator is barred already: nothing is checked, and nothing passed on. */
  isKnown(operator: Address, nullifier: Hash32): boolean
  /**
   * False where this node never heard an offer of the operator. Keys cost nothing, and each may contradict itself: what nobody
   * here could be served by is not worth its signatures, nor its way through the mesh.
   */
  concerns(operator: Address): boolean
}

export function evidenceTopic(domain: SigningDomain, desk: EvidenceDesk): Topic<Evidence> {
  return {
    name: 'evidence',
    major: 1,
    bytesMax: EVIDENCE_BYTES_MAX,
    perAuthorPerMinuteMax: PER_OPERATOR_PER_MINUTE_MAX,
    judge: (data) => judge(domain, data, desk),
  }
}

function judge(domain: SigningDomain, data: Uint8Array, desk: EvidenceDesk): Judged<Evidence> {
  const decoded = decodeJudged(contradictionCodec, data)
  if (decoded.kind === 'refused') return decoded.judged
  const contradiction = decoded.value
  const operator = operatorOf(contradiction)
  const under = nullifier(domain.crypto, contradiction)
  if (desk.isKnown(operator, under)) return { verdict: 'ignore', reason: 'known' }
  if (!desk.concerns(operator)) return { verdict: 'ignore', reason: 'of an operator without an offer' }
  if (!isInOrder(domain, contradiction)) return { verdict: 'reject', reason: 'not in order' }
  const fault = contradictionFault(domain, contradiction)
  if (fault !== undefined) return { verdict: 'reject', reason: fault }
  return { verdict: 'accept', value: { nullifier: under, operator, contradiction }, author: operator }
}
