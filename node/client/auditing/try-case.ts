/** One audit from the question to the verdict: a canary where the question is private, a twin, and a referee where those two differ. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import { asMeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Address, AttemptId, Hash32, ModelId, PeerId } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Hasher } from '../../../protocols/kernel/ports.ts'
import { fairPriceMax } from '../../../protocols/rules/auditing/audit-budget.ts'
import { isUnsteady } from '../../../protocols/rules/auditing/audit-record.ts'
import {
  type AuditVerdict,
  bothUnsure,
  type InconclusiveReason,
  type JudgedPair,
  verdictOfThree,
  verdictOfTwo,
} from '../../../protocols/rules/auditing/audit-verdict.ts'
import { chooseTwin, judgedTwins } from '../../../protocols/rules/auditing/choose-twin.ts'
import { compareAnswers } from '../../../protocols/rules/auditing/compare-answers.ts'
import { toleranceOf } from '../../../protocols/rules/auditing/tolerance-class.ts'
import { agreementCodec } from '../../../protocols/statements/agreement.ts'
import { provenReceiptCodec } from '../../../protocols/statements/receipt-batch.ts'
import type { Receipt } from '../../../protocols/statements/struct-types.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import type { AuditBook } from './audit-book.ts'
import type { AuditParty, AuditRole, AuditRow } from './audit-row.ts'
import { type FoundTwin, findTwins, kernelHash, ownership, type TwinMarket } from './find-twins.ts'
import type { HeardProofs } from './heard-proofs.ts'

/** A job at one miner and no other, paid as any. */
export interface AuditRun {
  readonly miner: Address
  readonly model: ModelId
  readonly inputs: readonly Tensor[]
  readonly latencyMsMax: number | undefined
  readonly deadlineMs: number
  readonly priceMax: Credits
  readonly signal: AbortSignal
}

export interface AuditAnswer {
  readonly attempt: AttemptId
  readonly outputs: readonly Tensor[]
  readonly price: Credits
  readonly receipt: Receipt
}

/** @throws MeshError where there is no answer, or no receipt for it */
export type Rerun = (run: AuditRun) => Promise<AuditAnswer>

export interface AuditCase {
  readonly job: Omit<AuditRun, 'inputs' | 'priceMax' | 'signal'> & { readonly peer: PeerId }
  readonly inputs: readonly Tensor[]
  /** Undefined where the inputs are a canary's, which nobody has answered yet. */
  readonly answer: AuditAnswer | undefined
  /** Of the receipt that was drawn. */
  readonly kernelClass: Hash32
  /** Of the job that was drawn; nothing, where its card is leased. */
  readonly price: Credits
  /** Of each run. */
  readonly priceMax: Credits
}

export interface CaseNeeds {
  readonly rerun: Rerun
  readonly market: TwinMarket
  readonly book: AuditBook
  readonly proofs: HeardProofs
  readonly hasher: Pick<Hasher, 'keccak256'>
  /** In 0..1, without 1. */
  readonly draw: () => number
}

type Found = Omit<AuditRow, 'drawn' | 'atMs' | 'share' | 'model' | 'cost'>

interface Witness {
  readonly role: AuditRole
  readonly miner: Address
  readonly answer?: AuditAnswer
}

/** A ceiling that only what is free keeps to. */
const LEAST = credits(1)

/** @throws MeshError CANCELLED; whatever else goes wrong is inconclusive */
export async function tryCase(needs: CaseNeeds, one: AuditCase, signal: AbortSignal): Promise<Found> {
  const { hasher, market, book, draw } = needs
  const { job, inputs } = one
  const by = one.answer === undefined ? 'canary' : 'twin'
  const ask = async (miner: Address, priceMax = one.priceMax): Promise<AuditAnswer | undefined> => {
    try {
      return await needs.rerun({ ...job, miner, inputs, priceMax, signal })
    } catch (error) {
      throwIfAborted(signal)
      if (asMeshError(error).fault === 'bug') throw error
      return undefined
    }
  }
  // Its miner knows what it sold the job for, and may have raised its price since; a lease may be over.
  const ownMax = one.price === 0n ? LEAST : fairPriceMax(one.price, [], one.priceMax)
  const audited = one.answer ?? (await ask(job.miner, ownMax))
  if (audited === undefined) {
    const parties = partiesOf(needs, [{ role: 'audited', miner: job.miner }], [nothing('no-answer')])
    return { kernelClass: one.kernelClass, tolerance: toleranceOf(undefined), by, parties }
  }
  const { kernelClass } = audited.receipt
  const candidates = await findTwins({ market, book, hasher }, { ...job, audited: job.miner }, draw, signal)
  const known = candidates.find(({ miner }) => miner === job.miner) ?? {
    miner: job.miner,
    // Its offer is gone by now: what is known of it without.
    ...((await ownership(market, job, signal)) ?? { owner: undefined, network: undefined }),
  }
  const kernelText = candidates
    .flatMap(({ kernelTexts }) => kernelTexts)
    .find((text) => kernelHash(hasher, text) === kernelClass)
  const tolerance = toleranceOf(kernelText)
  const facts = { kernelClass, tolerance, by, ...(kernelText === undefined ? {} : { kernelText }) } as const
  const witnesses: Witness[] = [{ role: 'audited', miner: job.miner, answer: audited }]
  const end = (verdicts: readonly AuditVerdict[], more: Partial<Found> = {}): Found => ({
    ...facts,
    ...more,
    parties: partiesOf(needs, witnesses, verdicts),
  })
  const able = candidates.filter(({ kernelClasses }) => kernelClasses.includes(kernelClass))
  const asked = able.map(({ asks }) => asks)
  const priceMax = fairPriceMax(audited.price, asked, one.priceMax)
  /** The answer of somebody apart from those, by the same arithmetic. */
  const next = async (role: AuditRole, among: readonly FoundTwin[], apartFrom: readonly Apart[]) => {
    const chosen = chooseTwin(among, { kernelClass, apartFrom, priceMax }, draw)
    if (chosen === undefined) return 'nobody'
    const answer = await ask(chosen.miner, priceMax)
    witnesses.push({ role, miner: chosen.miner, ...(answer === undefined ? {} : { answer }) })
    if (answer === undefined) return 'failed'
    return answer.receipt.kernelClass === kernelClass ? { chosen, answer } : 'other-class'
  }

  const twins = judgedTwins(candidates, { kernelClass, apartFrom: [known], priceMax })
  const twin = await next('twin', twins ?? [], [known])
  if (twin === 'nobody') return end([nothing('no-twin')])
  if (typeof twin === 'string') {
    const why = nothing(twin === 'failed' ? 'twin-failed' : 'other-class')
    return end([why, why])
  }
  const compared = compareAnswers(audited.outputs, twin.answer.outputs, tolerance)
  const verdict = verdictOfTwo(compared)
  if (verdict !== undefined) {
    return end([verdict, verdict], compared.kind === 'same' ? { error: compared.error } : { where: compared.where })
  }
  const where = compared.kind === 'same' ? {} : { where: compared.where }
  const referee = await next('referee', candidates, [known, twin.chosen])
  if (typeof referee === 'string') return end(pair(bothUnsure('no-referee'), nothing('no-referee')), where)
  const judged = verdictOfThree(
    compareAnswers(referee.answer.outputs, audited.outputs, tolerance),
    compareAnswers(referee.answer.outputs, twin.answer.outputs, tolerance),
  )
  const isDecided = judged.audited.outcome !== 'inconclusive'
  const third: AuditVerdict = isDecided ? { outcome: 'matched' } : nothing('undecided')
  const miners = [job.miner, twin.chosen.miner, referee.chosen.miner]
  if (isDecided && staysUnsteady(book, job.model, kernelClass, miners, pair(judged, third))) {
    return end(pair(bothUnsure('unsteady'), nothing('unsteady')), where)
  }
  return end(pair(judged, third), where)
}

type Apart = Pick<FoundTwin, 'miner' | 'owner' | 'network'>

const nothing = (why: InconclusiveReason): AuditVerdict => ({ outcome: 'inconclusive', why })
const pair = ({ audited, twin }: JudgedPair, third: AuditVerdict): readonly AuditVerdict[] => [audited, twin, third]

/** With what this audit found, most of those who were looked at there differ. */
function staysUnsteady(
  book: AuditBook,
  model: ModelId,
  kernelClass: Receipt['kernelClass'],
  miners: readonly Address[],
  verdicts: readonly AuditVerdict[],
): boolean {
  const differed = new Map(book.differedOver(model, kernelClass))
  for (const [i, miner] of miners.entries()) {
    differed.set(miner, (differed.get(miner) ?? false) || verdicts[i]!.outcome === 'mismatched')
  }
  return isUnsteady([...differed.values()])
}

function partiesOf(
  { proofs }: Pick<CaseNeeds, 'proofs'>,
  witnesses: readonly Witness[],
  verdicts: readonly AuditVerdict[],
): readonly AuditParty[] {
  const isEvidence = verdicts.some(({ outcome }) => outcome === 'mismatched')
  return witnesses.map(({ role, miner, answer }, i): AuditParty => {
    const verdict = verdicts[i] ?? verdicts.at(-1)!
    const proof = answer === undefined || !isEvidence ? undefined : proofs.of(answer.attempt)
    return {
      ...{ role, miner, outcome: verdict.outcome },
      ...('why' in verdict ? { why: verdict.why } : {}),
      ...(answer === undefined ? {} : { attempt: answer.attempt, outputRoot: answer.receipt.outputRoot }),
      ...(proof?.receipt === undefined ? {} : { receipt: toHex(encode(provenReceiptCodec, proof.receipt)) }),
      ...(proof?.agreement === undefined ? {} : { agreement: toHex(encode(agreementCodec, proof.agreement)) }),
    }
  })
}
