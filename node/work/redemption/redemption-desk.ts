/**
 * Takes the miner's vouchers to the chain: looks now and then which are worth it, asks the escrow what it would pay, and hands one
 * transaction at a time to the desk that sees it through. What is paid is the contract's to say, never ours: a counter stands as
 * redeemed when the escrow says so under enough blocks, whoever relayed it.
 */
import type { Claim, EscrowTypes } from '../../../contracts/generated/escrow.ts'
import { abortable } from '../../../protocols/kernel/abortable.ts'
import { fromHex, toHex } from '../../../protocols/kernel/bytes.ts'
import { asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import { pause } from '../../../protocols/kernel/pause.ts'
import type { Clock, Hasher, Timer } from '../../../protocols/kernel/ports.ts'
import {
  type Redeemable,
  type RedemptionTerms,
  redemptionBatch,
} from '../../../protocols/rules/settlement/redemption-policy.ts'
import { readTogether } from '../../chain/contracts/contract-reader.ts'
import { STRANGERS } from '../../chain/money-desk.ts'
import type { SettlingChain } from '../../chain/open-chain.ts'
import type { TransactionDesk } from '../../chain/transactions/transaction-desk.ts'
import type { HeldVoucher, HeldVouchers } from '../journal/held-vouchers.ts'
import { claimOf } from './claim-of.ts'
import { type Claimable, claimable, EscrowClaims, NOTHING_DUE, type PreviewedClaim } from './escrow-claims.ts'
import { Recheck, type RecheckNeeds } from './recheck.ts'
import { inFlight, purposeOf } from './redemption-purpose.ts'

/** Counters that one look considers: what is more waits for the next. */
const HELD_MAX = 1_000
/** Pages of so many counters that one look leafs through for them: most are worth it, but whoever makes keys can leave dust on many. */
const PAGES_MAX = 64
/** What the escrow pays nothing on now sits out so long: it takes nobody else's place in a transaction. */
const REFUSED_MS = 10 * 60_000
const REFUSED_MAX = 10_000
/** Counters whose state is asked of the chain at once. */
const READS_AT_ONCE = 16
/** Somebody waits for it. */
const LOOK_AGAIN_MS = 250

export interface RedemptionTuning {
  readonly terms: RedemptionTerms
  /** Between two looks. */
  readonly lookMs: number
  /** Wei per gas: above this redemptions wait. */
  readonly feePerGasMax: bigint
}

export type RedemptionEvent =
  | { readonly kind: 'sent'; readonly vouchers: number; readonly amount: Credits; readonly reasons: readonly string[] }
  /** A counter was paid, for good. */
  | { readonly kind: 'paid'; readonly counter: string; readonly amount: Credits; readonly claimed: Credits }
  /** The chain lost blocks, and in them what it had paid: the voucher waits again. */
  | { readonly kind: 'forgotten'; readonly counter: string; readonly amount: Credits; readonly claimed: Credits }
  /** The escrow would pay nothing on this voucher. */
  | { readonly kind: 'refused'; readonly counter: string; readonly amount: Credits; readonly reason: string }

export interface RedemptionNeeds {
  readonly clock: Clock
  readonly hasher: Pick<Hasher, 'keccak256'>
  readonly chain: SettlingChain
  readonly desk: Pick<TransactionDesk, 'open' | 'find' | 'submit' | 'sender'>
  /** Of one contract set, and of the chain's view of it. */
  readonly journal: Pick<HeldVouchers, 'unredeemed' | 'recordRedeemed'> & RecheckNeeds['journal']
  readonly tuning: RedemptionTuning
  readonly onEvent: (event: RedemptionEvent) => void
  /** A look failed, mostly for want of a chain; the next one tries again. */
  readonly onFailure: (error: MeshError) => void
}

export interface PreviewedVoucher extends PreviewedClaim {
  readonly voucher: HeldVoucher
}

/** A voucher with what it stands on, as the escrow takes them. */
interface Held extends Claimable {
  readonly voucher: HeldVoucher
}

interface Refusal {
  readonly reason: string
  readonly cumulative: Credits
  /** Monotonic. */
  readonly untilMs: number
}

export class RedemptionDesk implements AsyncDisposable {
  readonly #needs: RedemptionNeeds
  readonly #claims: EscrowClaims
  readonly #stop = new AbortController()
  /** Told once for each voucher and reason. */
  readonly #refused = new Map<string, Refusal>()
  readonly #recheck: Recheck
  #timer: Timer | undefined
  #looking: Promise<void> = Promise.resolve()
  #failure: string | undefined

  constructor(needs: RedemptionNeeds) {
    this.#needs = needs
    this.#claims = new EscrowClaims(needs.chain.rpc, needs.chain.contracts.escrow)
    this.#recheck = new Recheck({
      clock: needs.clock,
      journal: needs.journal,
      claimedOf: ({ bytes }, block) => this.#claimedOf(claimOf(bytes), block),
    })
    this.#lookLater()
  }

  /**
   * Takes all that is worth its gas to the chain, whatever its age.
   * @param dust what is less is left; by the settings where absent
   * @returns true when the chain has paid it for good; false where something of it stayed unpaid for `withinMs`
   * @throws the signal's reason
   */
  async redeemAll(withinMs: number, signal?: AbortSignal, dust = this.#needs.tuning.terms.dust): Promise<boolean> {
    const { tuning, clock } = this.#needs
    const terms = { ...tuning.terms, ageMsMax: 0, dust }
    const endMs = clock.monotonicMs() + withinMs
    for (;;) {
      await abortable(this.#next(terms), signal)
      if (this.#worth(terms).length === 0) return true
      if (clock.monotonicMs() >= endMs || this.#stop.signal.aborted) return false
      await pause(clock, LOOK_AGAIN_MS, signal)
    }
  }

  /** What the escrow would do now with all that is held, the longest waiting first; sends nothing. @throws MeshError CHAIN_* */
  async preview(signal?: AbortSignal): Promise<readonly PreviewedVoucher[]> {
    const { journal, desk } = this.#needs
    const held = journal.unredeemed(HELD_MAX).map(heldOf)
    const previewed = await this.#claims.preview(held, desk.sender, signal)
    return previewed.map((each, i) => ({ ...each, voucher: held[i]!.voucher }))
  }

  /** Up to which total the chain has paid a counter for good. */
  redeemedOn(counter: string): Credits {
    return this.#needs.journal.voucherOf(counter)?.redeemed ?? credits(0)
  }

  /** Transactions of this node's operator that are not settled. */
  get transactionsOpen(): number {
    return this.#needs.desk.open().length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new MeshError('CANCELLED'))
    this.#timer?.cancel()
    await this.#looking
  }

  #lookLater(): void {
    if (this.#stop.signal.aborted) return
    this.#timer = this.#needs.clock.after(this.#needs.tuning.lookMs, () => {
      void this.#next(this.#needs.tuning.terms).then(() => this.#lookLater())
    })
  }

  #next(terms: RedemptionTerms): Promise<void> {
    this.#looking = this.#looking.then(() => this.#lookSafely(terms))
    return this.#looking
  }

  async #lookSafely(terms: RedemptionTerms): Promise<void> {
    if (this.#stop.signal.aborted) return
    try {
      await this.#look(terms)
      this.#failure = undefined
    } catch (error) {
      if (this.#stop.signal.aborted) return
      const failed = asMeshError(error)
      if (this.#failure !== failed.code) this.#needs.onFailure(failed)
      this.#failure = failed.code
    }
  }

  async #look(terms: RedemptionTerms): Promise<void> {
    const { clock, desk } = this.#needs
    await this.#takeBackForgotten()
    const known = this.#worth(terms).map(heldOf)
    const flying = inFlight(desk.open(), this.#claims.address)
    const open: Held[] = []
    for (let i = 0; i < known.length; i += READS_AT_ONCE) {
      const some = known.slice(i, i + READS_AT_ONCE)
      const paid = await this.#paidOf(some)
      some.forEach((held, j) => {
        if (paid[j]! < held.voucher.cumulative && !flying.has(held.voucher.counter)) open.push(held)
      })
    }
    const redeemables = await this.#redeemables(open)
    const batch = redemptionBatch(redeemables, terms, clock.nowMs())
    if (batch.length === 0) return
    const byCounter = new Map(open.map((held) => [held.voucher.counter, held]))
    await this.#send(
      batch.map(({ redeemable }) => byCounter.get(redeemable.counter)!),
      batch.map(({ reason }) => reason),
    )
  }

  /** Those that may be worth their gas, the longest waiting first. */
  #worth({ dust }: RedemptionTerms): readonly HeldVoucher[] {
    const { journal } = this.#needs
    const worth: HeldVoucher[] = []
    let last: HeldVoucher | undefined
    for (let page = 0; page < PAGES_MAX && worth.length < HELD_MAX; page++) {
      const some = journal.unredeemed(HELD_MAX, last)
      worth.push(...some.filter((each) => each.cumulative - each.redeemed >= dust && !this.#sitsOut(each)))
      if (some.length < HELD_MAX) break
      last = some.at(-1)
    }
    return worth.slice(0, HELD_MAX)
  }

  #sitsOut({ counter, cumulative }: HeldVoucher): boolean {
    const refused = this.#refused.get(counter)
    return refused?.cumulative === cumulative && this.#needs.clock.monotonicMs() < refused.untilMs
  }

  async #takeBackForgotten(): Promise<void> {
    const { chain, onEvent } = this.#needs
    const { blockNumber } = await chain.rpc.head(this.#stop.signal)
    for (const { counter, claimed, before } of await this.#recheck.look(blockNumber)) {
      this.#refused.delete(counter)
      onEvent({ kind: 'forgotten', counter, amount: credits(before - claimed), claimed })
    }
  }

  #claimedOf(claim: Claim, block: bigint): Promise<bigint> {
    return this.#claims.claimedOf(claim, this.#stop.signal, block)
  }

  /** What the escrow has paid each counter by the newest block; what it had paid under enough blocks is journalled. */
  async #paidOf(some: readonly Held[]): Promise<readonly bigint[]> {
    const { chain, journal, onEvent } = this.#needs
    const signal = this.#stop.signal
    const { blockNumber } = await chain.rpc.head(signal)
    const deep = blockNumber - BigInt(chain.confirmations - 1)
    const read = ({ claim }: Held, block: bigint): Promise<bigint> => this.#claimedOf(claim, block)
    const now = await Promise.all(some.map((held) => read(held, blockNumber)))
    // A counter that nothing was paid on now is asked no further: most of them.
    const beyond = some.filter(({ voucher }, i) => now[i]! > voucher.redeemed)
    const sure = deep < 0n ? [] : await Promise.all(beyond.map((held) => read(held, deep)))
    const paid = beyond.flatMap(({ voucher }, i) => {
      const claimed = credits(sure[i] ?? 0n)
      return claimed > voucher.redeemed ? [{ counter: voucher.counter, claimed, before: voucher.redeemed }] : []
    })
    await journal.recordRedeemed(paid)
    for (const { counter, claimed, before } of paid) {
      this.#refused.delete(counter)
      this.#recheck.paid(counter, blockNumber)
      onEvent({ kind: 'paid', counter, amount: credits(claimed - before), claimed })
    }
    return now
  }

  async #redeemables(open: readonly Held[]): Promise<readonly Redeemable[]> {
    const leaving = await this.#leaving(open)
    return open.map(({ voucher, claim, proof }) => ({
      counter: voucher.counter,
      amount: credits(voucher.cumulative - voucher.redeemed),
      sinceMs: voucher.sinceMs,
      grantEndsAt: proof?.grant.notAfter,
      isLeaving: leaving.has(claim.payer),
    }))
  }

  /** Payers that take back what this miner is assured, or a session key. */
  async #leaving(open: readonly Held[]): Promise<ReadonlySet<string>> {
    const signal = this.#stop.signal
    const leaving = new Set<string>()
    const look = async ({ claim }: Held): Promise<void> => {
      const { payer, session, miner } = claim
      const [account, channel, reserve, held] = await readTogether<
        EscrowTypes,
        ['accountOf', 'channelOf', 'channelOf', 'sessionOf']
      >(
        this.#claims.reader,
        [
          { name: 'accountOf', args: [payer] },
          { name: 'channelOf', args: [payer, miner] },
          { name: 'channelOf', args: [payer, STRANGERS] },
          { name: 'sessionOf', args: [payer, session] },
        ],
        signal,
      )
      const thaws = account.thawing + channel.thawing + reserve.thawing
      if (thaws > 0n || held.revokedFrom > 0n) leaving.add(payer)
    }
    for (let i = 0; i < open.length; i += READS_AT_ONCE) {
      await Promise.all(open.slice(i, i + READS_AT_ONCE).map(look))
    }
    return leaving
  }

  async #send(batch: readonly Held[], reasons: readonly string[]): Promise<void> {
    const { desk, tuning, hasher, onEvent } = this.#needs
    const payable = await this.#payable(batch)
    if (payable.length === 0) return
    const data = await this.#claims.callOf(payable, this.#stop.signal)
    const purpose = purposeOf(toHex(hasher.keccak256(fromHex(data)!)), desk)
    if (purpose === undefined) return
    await desk.submit({ purpose, to: this.#claims.address, data, feePerGasMax: tuning.feePerGasMax }, this.#stop.signal)
    const amount = payable.reduce((sum, { voucher }) => sum + voucher.cumulative - voucher.redeemed, 0n)
    onEvent({ kind: 'sent', vouchers: payable.length, amount: credits(amount), reasons: [...new Set(reasons)] })
  }

  /** Those on which the escrow would pay something now. */
  async #payable(batch: readonly Held[]): Promise<readonly Held[]> {
    const outcomes = await this.#claims.outcomesOf(batch, this.#needs.desk.sender, this.#stop.signal)
    return batch.filter((held, i) => {
      const { paid, reason } = outcomes[i]!
      if (paid > 0n) return true
      // Somebody was quicker: that is seen at the next look.
      if (reason !== NOTHING_DUE) this.#refuse(held, reason)
      return false
    })
  }

  #refuse({ voucher: { counter, cumulative, redeemed } }: Held, reason: string): void {
    const { clock, onEvent } = this.#needs
    const before = this.#refused.get(counter)
    this.#refused.delete(counter)
    if (this.#refused.size >= REFUSED_MAX) this.#refused.delete(this.#refused.keys().next().value!)
    this.#refused.set(counter, { reason, cumulative, untilMs: clock.monotonicMs() + REFUSED_MS })
    if (before?.reason !== reason) onEvent({ kind: 'refused', counter, amount: credits(cumulative - redeemed), reason })
  }
}

const heldOf = (voucher: HeldVoucher): Held => ({ voucher, ...claimable(voucher.bytes, voucher.grant) })
