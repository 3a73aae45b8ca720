/**
 * Jobs whose time is witnessed, at their miner: what an agreement may promise by the offer's terms, the secret behind its beacon, and
 * the miner's own word with the witnesses. A job that is late lowers what its counter owes, as the client's books do.
 */
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, type AttemptId, type Hash32, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Clock, Signer, Timer } from '../../../protocols/kernel/ports.ts'
import type { LatencyClass } from '../../../protocols/rules/pricing/latency-class.ts'
import { judgeService, type ServiceVerdict } from '../../../protocols/rules/service-level/judge-service.ts'
import { publicKeyOfPeerId } from '../../../protocols/statements/peer-id.ts'
import {
  latencyClassCode,
  policyHash,
  receiptDigest,
  serviceSeed,
  signTimeStamp,
} from '../../../protocols/statements/service-level.ts'
import { encodeSigned } from '../../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { type Receipt, receiptStatus, type Terms, timeStampType } from '../../../protocols/statements/struct-types.ts'
import type { Ready, RunRequest } from '../../../protocols/wire/job/job-messages.ts'
import { drawPanel } from '../../client/service-level/draw-panel.ts'
import type { OwnerStakes } from '../../client/service-level/owner-stakes.ts'
import { type PanelMember, type PanelNeeds, WitnessPanel } from '../../client/service-level/witness-panel.ts'
import type { Refused } from '../admission.ts'
import { SPENT } from '../job-admission.ts'
import type { OfferBoard } from '../offer-board.ts'
import type { OpenCounter } from '../paying/counter-table.ts'

/** Witnesses that have not answered by then have nothing to say: a dial, and twice the protocol's own patience. */
const VERDICT_MS_MAX = 8_000

/** Offers come and go, and stake is looked up anew after five minutes. */
const PREPARED_MS = 5_000

export interface WitnessedJobsNeeds extends PanelNeeds {
  readonly domain: SigningDomain
  readonly signer: Signer
  readonly clock: Clock
  readonly board: Pick<OfferBoard, 'grantUnder' | 'spend'>
  readonly stakes: OwnerStakes
  /** Operators that are known now, this one too. */
  readonly operators: () => readonly PanelMember[]
  /** Lets go of what a late answer is not worth, durably. */
  readonly letOff: (counter: OpenCounter, amount: Credits) => Promise<void>
  readonly onJudged: (judged: JudgedHere) => void
  readonly onFailure: (error: MeshError) => void
}

export interface JudgedHere {
  readonly attempt: AttemptId
  readonly verdict: ServiceVerdict
  /** Of the receipt's price. */
  readonly letOff: Credits
}

/** One of them, from when it was taken to its verdict. */
export interface WitnessedJob {
  readonly terms: Terms
  readonly latencyClass: LatencyClass
  readonly base: Credits
  readonly seed: Hash32
  readonly secret: Uint8Array
  readonly payer: Address
  panel?: WitnessPanel
}

export class WitnessedJobs implements Disposable {
  readonly #needs: WitnessedJobsNeeds
  readonly #stop = new AbortController()
  #timer: Timer | undefined

  constructor(needs: WitnessedJobsNeeds) {
    this.#needs = needs
  }

  /** Knows whose stake is behind which operator when the first job comes. */
  start(): void {
    this.#needs.stakes.prepare(this.#needs.operators())
    this.#timer = this.#needs.clock.after(PREPARED_MS, () => this.start())
  }

  /** Why an agreement with this policy is not taken; nothing against one without. */
  refusal({ terms, spec }: RunRequest, base: Credits): Refused | undefined {
    if (terms.policy === ZERO_HASH) return undefined
    const grant = this.#needs.board.grantUnder(terms.offerHead)
    if (grant === undefined) return policy('this offer grants nothing of its service')
    this.#needs.stakes.prepare(this.#needs.operators())
    const { domain } = this.#needs
    const latencyClass = latencyClassCode[spec.latencyClass]
    const expected = policyHash(domain, { terms: grant.head.termsHash, latencyClass, base })
    if (terms.policy !== expected) return policy('the policy is not what the terms of this offer make of the job')
    return grant.isSpent ? SPENT : undefined
  }

  /** Takes the beacon for this attempt alone; `undefined` where another was quicker. */
  accept(attempt: AttemptId, { terms, spec }: RunRequest, base: Credits): WitnessedJob | undefined {
    const { board, domain } = this.#needs
    const grant = board.grantUnder(terms.offerHead)
    const secret = board.spend(terms.offerHead)
    if (grant === undefined || secret === undefined) return undefined
    return {
      terms: grant.terms,
      latencyClass: spec.latencyClass,
      base,
      seed: serviceSeed(domain.crypto, attempt, secret),
      secret,
      payer: terms.payer,
    }
  }

  /** The input is complete: from now on the time counts. What is to be told to the client, before anything else. */
  inputComplete(job: WitnessedJob): Omit<Ready, 'kind' | 'attempt'> {
    const { domain, signer, clock, stakes, operators } = this.#needs
    const { seed, secret, terms, payer } = job
    const stamp = encodeSigned(timeStampType, signTimeStamp(domain, signer, seed, clock.nowMs()))
    const draw = { crypto: domain.crypto, seed, terms, miner: signer.address, payer }
    const members = drawPanel(draw, operators(), stakes)
    job.panel = new WitnessPanel(this.#needs, members, this.#stop.signal)
    // Shown by this side too: the connections are open when the end is to be shown, and nobody can show it later than it was.
    job.panel.show('start', seed)
    return { secret, stamp, witnesses: members.flatMap(({ peer }) => publicKeyOfPeerId(peer) ?? []) }
  }

  /** The attempt is over; its receipt waits to be signed. */
  ended(job: WitnessedJob, receipt: Receipt, counter: OpenCounter): void {
    if (receipt.status !== receiptStatus.finished || job.panel === undefined) return
    job.panel.show('end', receiptDigest(this.#needs.domain, receipt))
    this.#judge(job, job.panel, receipt, counter).catch((error: unknown) => this.#needs.onFailure(asMeshError(error)))
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
    this.#stop.abort(new MeshError('CANCELLED'))
  }

  async #judge(job: WitnessedJob, panel: WitnessPanel, receipt: Receipt, counter: OpenCounter): Promise<void> {
    const { clock, letOff, onJudged } = this.#needs
    {
      using deadline = new Deadline(clock, VERDICT_MS_MAX, 'the word of the witnesses', this.#stop.signal)
      await panel.settled(deadline.signal)
    }
    if (this.#stop.signal.aborted) return
    const intervalsMs = panel.intervalsMs()
    const verdict = judgeService(job, { kind: 'finished', usage: receipt.usage, intervalsMs })
    const over = credits(verdict.kind === 'late' && receipt.price > verdict.paid ? receipt.price - verdict.paid : 0n)
    if (over > 0n) await letOff(counter, over)
    onJudged({ attempt: receipt.agreement, verdict, letOff: over })
  }
}

const policy = (detail: string): Refused => ({ reason: 'POLICY', detail, retryAfterMs: 0 })
