/** One look after everything that is open: what was mined, what is stuck, what may be signed. */
import { assert, MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { ChainHead } from '../../../protocols/kernel/ports.ts'
import type { TransactionReceipt } from '../rpc/chain-rpc.ts'
import { type Fees, gasLimit, isStuck, offerFees, raiseFees, SIGNATURES_MAX } from './fee-rules.ts'
import { NonceSearch } from './find-foreign.ts'
import { gasShort } from './gas-short.ts'
import { gapBelow, type Nonces, nextNonce } from './nonce-rules.ts'
import { isRevert, revertReason } from './revert-reason.ts'
import { sendRefusal } from './send-refusals.ts'
import { gasLimitOf, signTransaction } from './sign-transaction.ts'
import type { TransactionDeskNeeds } from './transaction-desk.ts'
import { holdsNonce, type SignedForm, type TransactionRecord, type TransactionStep } from './transaction-record.ts'

/** Purposes of transfers that only take a number. */
const FILLER = 'fill/'

export interface TransactionRoundNeeds extends TransactionDeskNeeds {
  readonly onStep: (step: TransactionStep) => void
}

interface Look {
  readonly head: ChainHead
  /** Transactions of the sender that are in blocks. */
  readonly mined: bigint
  readonly signal: AbortSignal
}

export class TransactionRound {
  readonly #needs: TransactionRoundNeeds
  readonly #search: NonceSearch
  /** When bytes left last in this run, and what a waiting one was told of last; of open ones only. */
  readonly #sentAtMs = new Map<string, number>()
  readonly #told = new Map<string, string>()
  #isSameChain = false

  constructor(needs: TransactionRoundNeeds) {
    this.#needs = needs
    this.#search = new NonceSearch(needs.chain, needs.signer.address)
  }

  /** @throws MeshError CHAIN_*, DISK_FULL, SIGNING_STOPPED; the signal's reason. What was done until then stays done. */
  async run(signal: AbortSignal): Promise<void> {
    const { chain, signer } = this.#needs
    const head = await chain.head(signal)
    await this.#requireSameChain(signal)
    const look: Look = { head, mined: await chain.nonce(signer.address, 'latest', signal), signal }
    await this.#reopen(look)
    for (const record of this.#open().filter(holdsNonce)) await this.#follow(record, look)
    await this.#signPlanned(look)
    this.#forgetSettled()
  }

  #open(): readonly TransactionRecord[] {
    return this.#needs.journal.open(this.#needs.signer.address)
  }

  async #requireSameChain(signal: AbortSignal): Promise<void> {
    if (this.#isSameChain) return
    const { chain, journal } = this.#needs
    const genesis = await chain.blockHash(0n, signal)
    if (genesis === undefined) throw new MeshError('CHAIN_REFUSED', { what: 'its first block', why: 'it has none' })
    await journal.requireGenesis(genesis)
    this.#isSameChain = true
  }

  /** The chain has forgotten more than confirms one: what it knew is sent again, the same bytes. */
  async #reopen({ mined, signal }: Look): Promise<void> {
    const { chain, journal, signer } = this.#needs
    for (const record of journal.settledFrom(signer.address, mined)) {
      if (record.mined !== undefined && (await chain.receipt(record.mined.hash, signal)) !== undefined) continue
      if (await journal.markUnmined(record.purpose)) this.#tell('unmined', record.purpose)
    }
  }

  async #follow(record: TransactionRecord, look: Look): Promise<void> {
    throwIfAborted(look.signal)
    const forms = this.#needs.journal.forms(record)
    assert(forms.length > 0 && record.nonce !== undefined, 'what was signed is kept until it is settled')
    const receipt = await this.#receiptOf(forms, look.signal)
    if (receipt !== undefined) return this.#wasMined(record, receipt, look)
    if (record.state === 'mined') {
      await this.#needs.journal.markUnmined(record.purpose)
      this.#tell('unmined', record.purpose)
      this.#sentAtMs.delete(record.purpose)
    }
    if (record.nonce < look.mined) return this.#maybeDisplaced(record, forms, look)
    if (await this.#raise(record, forms, look)) return
    await this.#send(record, forms[0]!, look.signal)
  }

  async #receiptOf(forms: readonly SignedForm[], signal: AbortSignal): Promise<TransactionReceipt | undefined> {
    for (const { hash } of forms) {
      const receipt = await this.#needs.chain.receipt(hash, signal)
      if (receipt !== undefined) return receipt
    }
    return undefined
  }

  async #wasMined(record: TransactionRecord, receipt: TransactionReceipt, look: Look): Promise<void> {
    const { journal, tuning } = this.#needs
    const { purpose } = record
    if (record.state !== 'mined' || record.mined?.blockHash !== receipt.blockHash) {
      await journal.markMined(purpose, receipt)
      this.#tell('changed', purpose)
    }
    const depth = look.head.blockNumber - receipt.blockNumber + 1n
    if (depth < BigInt(tuning.confirmations)) return
    const reason = receipt.succeeded ? undefined : await this.#whyFailed(record, receipt, look.signal)
    await journal.settle(purpose, reason)
    this.#tell('changed', purpose)
  }

  /** Runs it once more on the state before its block, then after it, to hear what the contract says. */
  async #whyFailed(
    { purpose, to, data, valueWei }: TransactionRecord,
    receipt: TransactionReceipt,
    signal: AbortSignal,
  ) {
    const { chain, signer, journal, errorNames } = this.#needs
    const form = journal.forms({ purpose }).find(({ hash }) => hash === receipt.hash)
    if (form !== undefined && receipt.gasUsed === gasLimitOf(form.raw)) return 'it ran out of gas'
    const again = { from: signer.address, to, data, value: valueWei }
    for (const at of [receipt.blockNumber - 1n, receipt.blockNumber]) {
      const outcome = await chain.tryCall(again, at, { signal })
      if (outcome.kind === 'refused' && isRevert(outcome.refusal)) return revertReason(outcome.refusal, errorNames)
    }
    return 'the contract refused, and the chain does not say why'
  }

  /** Its number is used, and no signature of ours has a receipt: the blocks say by what. */
  async #maybeDisplaced(record: TransactionRecord, forms: readonly SignedForm[], look: Look): Promise<void> {
    const nonce = record.nonce!
    const from = forms.reduce(
      (first, { signedHead }) => (signedHead < first ? signedHead : first),
      look.head.blockNumber,
    )
    const taken = await this.#search.find(nonce, from, look.head.blockNumber, look.signal)
    if (taken === undefined || forms.some(({ hash }) => hash === taken.hash)) return
    // Until then its block may be given up, and ours mined in its place.
    if (look.head.blockNumber - taken.blockNumber + 1n < BigInt(this.#needs.tuning.confirmations)) return
    this.#search.forget(nonce)
    await this.#needs.journal.replan(record.purpose)
    // The number is taken, and more was not wanted of it.
    if (record.purpose.startsWith(FILLER)) await this.#needs.journal.forget(record.purpose)
    const now = this.#needs.journal.find(record.purpose)
    if (now !== undefined) this.#needs.onStep({ kind: 'displaced', record: now, by: taken.hash })
  }

  /** Signs it once more for more, where blocks pass it by. Only the lowest: those after it wait for it. */
  async #raise(record: TransactionRecord, forms: readonly SignedForm[], look: Look): Promise<boolean> {
    const { chain, clock, journal, tuning } = this.#needs
    const newest = forms[0]!
    const waited = { nowMs: clock.nowMs(), head: look.head.blockNumber, ...newest }
    if (record.nonce !== look.mined || !isStuck(waited, tuning.stuckMs) || forms.length >= SIGNATURES_MAX) return false
    const offer = offerFees(await chain.feeHistory(look.signal), record.feePerGasMax)
    const fees = offer.kind === 'above' ? undefined : raiseFees(newest.fees, offer.fees, record.feePerGasMax)
    if (fees === undefined) {
      const asked = offer.kind === 'above' ? offer.asked : newest.fees.feeMax
      this.#waits(record, this.#feesHigh(record, asked))
      return false
    }
    const form = this.#sign(record, record.nonce, gasLimitOf(newest.raw), fees, look)
    if (!(await journal.signAgain(record.purpose, form))) return false
    this.#needs.onStep({ kind: 'raised', record: journal.find(record.purpose) ?? record, fees })
    this.#sentAtMs.delete(record.purpose)
    await this.#send(record, form, look.signal)
    return true
  }

  /** The same bytes as often as it likes: one number is mined once. */
  async #send({ purpose }: TransactionRecord, form: SignedForm, signal: AbortSignal): Promise<void> {
    const { chain, clock, journal, signer, tuning } = this.#needs
    const record = journal.find(purpose)
    if (record === undefined) return
    const lastMs = this.#sentAtMs.get(purpose)
    if (lastMs !== undefined && clock.monotonicMs() - lastMs < tuning.sendAgainMs) return
    this.#sentAtMs.set(purpose, clock.monotonicMs())
    const refusal = await chain.sendRaw(form.raw, signal)
    const meaning = refusal === undefined ? 'known' : sendRefusal(refusal)
    if (meaning === 'known' || meaning === 'used') {
      this.#told.delete(purpose)
      if (record.state === 'signed' && (await journal.markSent(purpose))) this.#tell('changed', purpose)
      return
    }
    // It stays signed, and goes again in the next round: what it lacks may come.
    this.#sentAtMs.delete(purpose)
    if (meaning === 'money') {
      const haveWei = await chain.balance(signer.address, signal)
      this.#lacks(record, haveWei, record.valueWei + gasLimitOf(form.raw) * form.fees.feeMax)
    } else if (meaning === 'cheap') this.#waits(record, this.#feesHigh(record, form.fees.feeMax))
    else this.#waits(record, new MeshError('CHAIN_REFUSED', { what: purpose, why: refusal!.message }))
  }

  async #signPlanned(look: Look): Promise<void> {
    const { chain, signer } = this.#needs
    const open = this.#open()
    const planned = open.filter(({ state }) => state === 'planned')
    const held = new Set(open.filter(holdsNonce).map(({ nonce }) => nonce!))
    if (planned.length === 0 && held.size === 0) return
    const waiting = await chain.nonce(signer.address, 'pending', look.signal)
    const fees = planned.length === 0 ? undefined : await chain.feeHistory(look.signal)
    for (const record of fees === undefined ? [] : planned) {
      throwIfAborted(look.signal)
      const nonces: Nonces = { mined: look.mined, waiting, held }
      const nonce = await this.#signOne(record, nextNonce(nonces), fees!, look)
      if (nonce !== undefined) held.add(nonce)
    }
    const gap = gapBelow({ mined: look.mined, waiting, held })
    if (gap !== undefined) await this.#planFiller(gap)
  }

  /** @returns the number that it has now, where it could be signed */
  async #signOne(
    record: TransactionRecord,
    nonce: bigint,
    history: Parameters<typeof offerFees>[0],
    look: Look,
  ): Promise<bigint | undefined> {
    const { chain, journal, signer, errorNames } = this.#needs
    const { purpose, to, data, valueWei, feePerGasMax } = record
    const offer = offerFees(history, feePerGasMax)
    if (offer.kind === 'above') {
      this.#waits(record, this.#feesHigh(record, offer.asked))
      return undefined
    }
    // Once more, for it may have waited for hours.
    const estimate = await chain.estimateGas({ from: signer.address, to, data, value: valueWei }, look.signal)
    if (estimate.kind === 'refused') {
      const { refusal } = estimate
      if (isRevert(refusal)) {
        await journal.settle(purpose, revertReason(refusal, errorNames))
        this.#tell('changed', purpose)
      } else this.#waits(record, new MeshError('CHAIN_REFUSED', { what: purpose, why: refusal.message }))
      return undefined
    }
    const gas = gasLimit(estimate.value)
    const haveWei = await chain.balance(signer.address, look.signal)
    const needWei = valueWei + gas * offer.fees.feeMax
    if (haveWei < needWei) {
      this.#lacks(record, haveWei, needWei)
      return undefined
    }
    const form = this.#sign(record, nonce, gas, offer.fees, look)
    if (!(await journal.sign(purpose, nonce, form))) return undefined
    this.#told.delete(purpose)
    this.#tell('changed', purpose)
    await this.#send(record, form, look.signal)
    return nonce
  }

  /** Nobody has the number that others wait for: a transfer of nothing to ourselves takes it, at the next look. */
  async #planFiller(gap: bigint): Promise<void> {
    const { clock, journal, signer, tuning } = this.#needs
    const waiting = this.#open().filter(({ nonce }) => nonce !== undefined && nonce > gap)
    const sinceMs = Math.min(...waiting.map((record) => journal.forms(record)[0]!.signedAtMs))
    // What others sent under it may still be on its way to this endpoint.
    if (clock.nowMs() - sinceMs < tuning.stuckMs) return
    const feePerGasMax = waiting.reduce((most, each) => (each.feePerGasMax > most ? each.feePerGasMax : most), 0n)
    const filler = { purpose: `${FILLER}${gap}`, to: signer.address, data: '0x', feePerGasMax } as const
    const record = await journal.plan(signer.address, filler)
    if (record.state === 'planned') this.#tell('changed', record.purpose)
  }

  #sign(record: TransactionRecord, nonce: bigint, gas: bigint, fees: Fees, look: Look): SignedForm {
    const { chain, clock, signer } = this.#needs
    const unsigned = { chainId: chain.chainId, call: record, nonce, gasLimit: gas, fees }
    return {
      ...signTransaction(unsigned, signer),
      signedAtMs: clock.nowMs(),
      signedHead: look.head.blockNumber,
    }
  }

  #feesHigh({ purpose, feePerGasMax }: TransactionRecord, asked: bigint): MeshError {
    return new MeshError('FEES_HIGH', { purpose, asked, max: feePerGasMax })
  }

  #lacks(record: TransactionRecord, haveWei: bigint, needWei: bigint): void {
    const { chain, signer } = this.#needs
    const { purpose } = record
    this.#waits(record, gasShort({ address: signer.address, purpose, chainId: chain.chainId, haveWei, needWei }))
  }

  /** Told once until the reason changes. */
  #waits(record: TransactionRecord, error: MeshError): void {
    if (this.#told.get(record.purpose) === error.code) return
    this.#told.set(record.purpose, error.code)
    this.#needs.onStep({ kind: 'waiting', record, error })
  }

  #tell(kind: 'changed' | 'unmined', purpose: string): void {
    const record = this.#needs.journal.find(purpose)
    if (record !== undefined) this.#needs.onStep({ kind, record })
  }

  #forgetSettled(): void {
    const open = new Set(this.#open().map(({ purpose }) => purpose))
    for (const map of [this.#sentAtMs, this.#told]) {
      for (const purpose of map.keys()) if (!open.has(purpose)) map.delete(purpose)
    }
  }
}
