/**
 * Hears what miners sign, wherever this node hears it, and notices where one key says two things that cannot both be true. What
 * it finds, or is told by gossip and has checked, it keeps on disk, tells on, and bars the operator.
 */
import { AgeingMap } from '../../protocols/kernel/ageing-map.ts'
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, AttemptId, Hash32 } from '../../protocols/kernel/ids.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { Judged, Topic } from '../../protocols/kernel/topic.ts'
import { type Contradiction, nullifier } from '../../protocols/statements/contradiction.ts'
import { HeardReceipts } from '../../protocols/statements/heard-receipts.ts'
import type { ProvenReceipt } from '../../protocols/statements/receipt-batch.ts'
import type { Signed } from '../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import type { Agreement, Lease } from '../../protocols/statements/struct-types.ts'
import { type Evidence, evidenceOf } from '../../protocols/wire/evidence/evidence.ts'
import type { EvidenceDesk } from '../../protocols/wire/evidence/evidence-topic.ts'
import { HeardLeases } from '../../protocols/wire/lease/heard-leases.ts'
import { HeardHeads } from '../../protocols/wire/offer/heard-heads.ts'
import type { Offer } from '../../protocols/wire/offer/offer.ts'
import type { MinerWatch } from '../client/miner-watch.ts'
import { SEEN_MS } from '../network/gossip/gossip-law.ts'
import { RateTable } from '../network/peers/rate-table.ts'
import {
  EVIDENCE_MAX,
  type EvidenceHead,
  type EvidenceSource,
  type EvidenceStore,
  type KeptEvidence,
} from './evidence-store.ts'

export interface ContradictionWatchNeeds {
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly store: EvidenceStore
  /** Kept on disk: found here, or told by others. */
  readonly onKept: (evidence: KeptEvidence) => void
  /** Others should hear of it: it was found here, or its operator still offers itself to those who did not. */
  readonly tell: (evidence: KeptEvidence) => void
  readonly onFailure: (error: MeshError) => void
}

/** Above the time for which gossip remembers what it has seen: said earlier, the same bytes would go nowhere. */
const TELL_AGAIN_MS = 1.5 * SEEN_MS
/** A miner that forgot what it signed shows it soon: of its latest attempts it is asked again. 3 MB. */
const AGREEMENTS_MAX = 4_096

export class ContradictionWatch implements MinerWatch, EvidenceDesk, AsyncDisposable {
  readonly #needs: ContradictionWatchNeeds
  readonly #heads: HeardHeads
  readonly #receipts: HeardReceipts
  readonly #leases: HeardLeases
  /** Of this node's own client, the newest last. */
  readonly #agreements = new AgeingMap<AttemptId, Agreement>()
  readonly #keeping = new Set<Promise<void>>()
  /** Operators that others heard of lately; of as many as can be named. */
  readonly #told = new RateTable(1, TELL_AGAIN_MS, EVIDENCE_MAX)

  constructor(needs: ContradictionWatchNeeds) {
    this.#needs = needs
    this.#heads = new HeardHeads(needs.domain)
    this.#receipts = new HeardReceipts(needs.domain)
    this.#leases = new HeardLeases(needs.domain)
  }

  isBarred(operator: Address): boolean {
    return this.#needs.store.isNamed(operator)
  }

  isKnown(operator: Address, of: Hash32): boolean {
    return this.isBarred(operator) || this.#needs.store.has(of)
  }

  concerns(operator: Address): boolean {
    return this.#heads.hasHeard(operator)
  }

  /** The oldest first. */
  kept(): readonly EvidenceHead[] {
    return this.#needs.store.heads()
  }

  evidence(of: Hash32): KeptEvidence | undefined {
    return this.#needs.store.get(of)
  }

  /**
   * The topic of offers, with an ear on what it judges. What it ignores, for it is old or nothing new, is held against what
   * was heard before; offers of who is barred are passed on by nobody who knows.
   */
  over(topic: Topic<Offer>): Topic<Offer> {
    return {
      ...topic,
      judge: (data, context) => {
        const judged = topic.judge(data, context)
        if (judged.value !== undefined) this.heardOffer(judged.value)
        else if (mayBeSigned(judged)) this.#take(this.#heads.holdAgainst(data), 'own')
        return judged.value !== undefined && this.isBarred(judged.value.miner) ? BARRED : judged
      },
    }
  }

  heardOffer(offer: Offer): void {
    this.#take(this.#heads.hear(offer), 'own')
    if (this.isBarred(offer.miner)) this.#tellAgain(offer.miner)
  }

  heardReceipt(proven: ProvenReceipt): void {
    this.#take(this.#receipts.hear(proven), 'own')
  }

  heardLease(lease: Signed<Lease>): void {
    this.#take(this.#leases.hear(lease), 'own')
  }

  agreed(attempt: AttemptId, agreement: Agreement): void {
    if (this.#agreements.size >= AGREEMENTS_MAX) this.#agreements.delete(this.#agreements.oldest()!)
    this.#agreements.set(attempt, agreement)
  }

  /** @param evidence checked by the topic's judge */
  told(evidence: Evidence): void {
    this.#keep(evidence, 'told')
  }

  /** Writes what waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#keeping)
  }

  #take(found: Contradiction | undefined, source: EvidenceSource): void {
    if (found === undefined) return
    const { domain, store } = this.#needs
    if (!store.has(nullifier(domain.crypto, found))) this.#keep(evidenceOf(domain, found), source)
  }

  /** Whoever offers itself reaches those who have not heard of it: after a restart, or where gossip lost it. */
  #tellAgain(operator: Address): void {
    const { store, clock, tell, onFailure } = this.#needs
    if (!this.#told.allows(operator, clock.monotonicMs())) return
    const head = store.heads().find((kept) => kept.operator === operator)
    try {
      const evidence = head === undefined ? undefined : store.get(head.nullifier)
      if (evidence !== undefined) tell(evidence)
    } catch (error) {
      // What this disk has lost is no fault of who handed the offer on.
      onFailure(asMeshError(error))
    }
  }

  /** With the operator that it was made with: another's receipts may name it too, and a court would not take that. */
  #opened(contradiction: Contradiction): Agreement | undefined {
    if (contradiction.kind !== 'receipts') return undefined
    const { agreement, operator } = contradiction.a.receipt
    const known = this.#agreements.get(agreement)
    return known?.operator === operator ? known : undefined
  }

  #keep(evidence: Evidence, source: EvidenceSource): void {
    const { store, clock, onKept, onFailure, tell } = this.#needs
    this.#told.allows(evidence.operator, clock.monotonicMs())
    const foundAtMs = Math.trunc(clock.nowMs())
    const { contradiction } = evidence
    const agreement = this.#opened(contradiction)
    const opened = agreement === undefined ? {} : { agreement }
    const kept: KeptEvidence = { ...evidence, kind: contradiction.kind, source, foundAtMs, ...opened }
    const keeping = store
      .keep(evidence, source, foundAtMs, agreement)
      .then((isNew) => {
        if (!isNew) return
        onKept(kept)
        if (source === 'own') tell(kept)
      })
      .catch((error: unknown) => onFailure(asMeshError(error)))
      .finally(() => this.#keeping.delete(keeping))
    this.#keeping.add(keeping)
  }
}

const BARRED: Judged<never> = { verdict: 'ignore', reason: 'its operator contradicted itself' }

/** What was found to be no statement of its operator is not looked at again: a forger would make twice the work. */
const mayBeSigned = ({ verdict, reason = '' }: Judged<unknown>): boolean =>
  verdict !== 'reject' || !/^(malformed|false-signature|key-is-not-signer|payload-differs)/.test(reason)
