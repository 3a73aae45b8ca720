/** A client that asks some of its jobs again at a twin, as `rules/auditing` draws and judges them. */
import { toHex } from '../../protocols/kernel/bytes.ts'
import type { Address, Hash32 } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import type { Clock, Hasher } from '../../protocols/kernel/ports.ts'
import { auditRoom, fairPriceMax, runPriceMax } from '../../protocols/rules/auditing/audit-budget.ts'
import { EPOCHS, epochOf, isDrawn, secretOfEpoch } from '../../protocols/rules/auditing/audit-draw.ts'
import {
  type AuditNote,
  type AuditStanding,
  auditFactor,
  auditStanding,
} from '../../protocols/rules/auditing/audit-record.ts'
import { shareOf } from '../../protocols/rules/auditing/audit-share.ts'
import {
  type AuditVerdict,
  bothUnsure,
  verdictOfThree,
  verdictOfTwo,
} from '../../protocols/rules/auditing/audit-verdict.ts'
import {
  chooseTwin,
  judgedTwins,
  type TwinCandidate,
  type TwinWish,
} from '../../protocols/rules/auditing/choose-twin.ts'
import type { Comparison } from '../../protocols/rules/auditing/compare-answers.ts'
import type { SeededRandom } from '../clock/seeded-random.ts'

/** Of one miner: more than an audit of each job brings in the window of the rule would only be forgotten later. */
const NOTES_MAX = 256

export interface AuditorNeeds {
  readonly clock: Clock
  readonly hasher: Pick<Hasher, 'keccak256'>
  readonly random: SeededRandom
  /** Parts of a million. */
  readonly share: number
  /** Miners that can be asked now. */
  readonly candidates: () => readonly TwinCandidate[]
  /** Gives the same job to one of them, and pays for it; undefined where it did not answer. */
  readonly ask: (
    miner: Address,
    job: AuditedAnswer,
  ) => Promise<{ readonly output: Hash32; readonly price: Credits } | undefined>
  readonly found: (miner: Address, isMatch: boolean) => void
}

export interface AuditedAnswer {
  readonly miner: Address
  readonly price: Credits
  readonly input: Hash32
  readonly sizeMilli: number
  readonly output: Hash32
}

/** The arithmetic of all cards of a simulated market: its answers are hashes. */
export const KERNEL_CLASS: Hash32 = `0x${'11'.repeat(32)}` as Hash32

export class Auditor {
  readonly #needs: AuditorNeeds
  readonly #root: Uint8Array
  readonly #notes = new Map<Address, AuditNote[]>()
  #spent = 0n
  #audits = 0n

  constructor(needs: AuditorNeeds) {
    this.#needs = needs
    this.#root = needs.random.bytes(32)
  }

  /** Credits that audits cost. */
  get cost(): bigint {
    return this.#audits
  }

  standingOf(miner: Address): AuditStanding {
    const notes = this.#notes.get(miner)
    return notes === undefined ? 'untested' : auditStanding(notes, this.#needs.clock.nowMs())
  }

  factorOf(miner: Address): number {
    const notes = this.#notes.get(miner)
    return notes === undefined ? 1 : auditFactor(notes, this.#needs.clock.nowMs())
  }

  /** Of an answer that was paid for. */
  async heard(answer: AuditedAnswer): Promise<void> {
    this.#spent += answer.price
    const { share } = this.#needs
    const room = auditRoom(share, { spent: credits(this.#spent), audits: credits(this.#audits) })
    const most = runPriceMax(room, answer.price, 'twin')
    if (!this.#isDrawn(answer) || most === undefined) return
    const candidates = this.#needs.candidates()
    const asked = candidates.map(({ price }) => price)
    const priceMax = fairPriceMax(answer.price, asked, most)
    const apart = (...miners: readonly Address[]) => ({
      ...{ kernelClass: KERNEL_CLASS, priceMax },
      apartFrom: candidates.filter(({ miner }) => miners.includes(miner)),
    })
    const wish = apart(answer.miner)
    const twin = await this.#again(answer, judgedTwins(candidates, wish) ?? [], wish)
    if (twin === undefined) return
    const two = verdictOfTwo(compare(answer.output, twin.output))
    if (two !== undefined) {
      // Both are right, or nothing is known of either.
      this.#note(answer.miner, two)
      this.#note(twin.miner, two)
      return
    }
    const referee = await this.#again(answer, candidates, apart(answer.miner, twin.miner))
    const judged =
      referee === undefined
        ? bothUnsure('no-referee')
        : verdictOfThree(compare(referee.output, answer.output), compare(referee.output, twin.output))
    this.#note(answer.miner, judged.audited)
    this.#note(twin.miner, judged.twin)
  }

  #isDrawn({ miner, input, output }: AuditedAnswer): boolean {
    const { hasher, clock, share } = this.#needs
    const receipt = toHex(hasher.keccak256(new TextEncoder().encode(`${miner}/${input}/${output}`))) as Hash32
    const secret = secretOfEpoch(hasher, this.#root, epochOf(EPOCHS, clock.nowMs()))
    return isDrawn(hasher, secret, receipt, shareOf(share, this.standingOf(miner)))
  }

  async #again(answer: AuditedAnswer, candidates: readonly TwinCandidate[], wish: TwinWish) {
    const chosen = chooseTwin(candidates, wish, () => this.#needs.random.fraction())
    if (chosen === undefined) return undefined
    const said = await this.#needs.ask(chosen.miner, answer)
    if (said === undefined) return undefined
    this.#audits += said.price
    return { miner: chosen.miner, output: said.output }
  }

  #note(miner: Address, { outcome }: AuditVerdict): void {
    const notes = this.#notes.get(miner) ?? []
    this.#notes.set(miner, notes)
    notes.push({ atMs: this.#needs.clock.nowMs(), outcome })
    if (notes.length > NOTES_MAX) notes.shift()
    if (outcome !== 'inconclusive') this.#needs.found(miner, outcome === 'matched')
  }
}

const compare = (one: Hash32, other: Hash32): Comparison =>
  one === other ? { kind: 'same', error: 0 } : { kind: 'differs', where: { output: 0, what: 'values' } }
