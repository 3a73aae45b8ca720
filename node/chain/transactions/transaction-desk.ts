/**
 * Sends what a node intends on a chain, with one key. An intent is durable before anything leaves, and from then on it is looked
 * after until it lies deep enough, across restarts of the node and of the chain. README.md has the rules.
 */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { asMeshError, MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { Clock, Signer } from '../../../protocols/kernel/ports.ts'
import type { ChainRpc } from '../rpc/chain-rpc.ts'
import { estimateGas } from './estimate-gas.ts'
import { gasLimit, offerFees } from './fee-rules.ts'
import { gasShort } from './gas-short.ts'
import type { ErrorNames } from './revert-reason.ts'
import type { TransactionJournal } from './transaction-journal.ts'
import {
  isOpen,
  type TransactionCall,
  type TransactionIntent,
  type TransactionRecord,
  type TransactionStep,
} from './transaction-record.ts'
import { TransactionRound } from './transaction-round.ts'

/** Pools of the chain's nodes promise room for 16 of one account. */
export const OPEN_MAX = 16
/** How often it is looked whether the chain has forgotten what it confirmed. */
const WATCH_MS = 60_000
const KEEP_ALIVE_MS = 60_000

export interface TransactionTuning {
  /** Blocks that one must lie under, its own included. */
  readonly confirmations: number
  /** Between two looks while something is open: about half of the time between blocks. */
  readonly lookMs: number
  /** Given to a transaction before it is signed again for more. */
  readonly stuckMs: number
  /** A pool that was full, or has restarted, hears of it again after this. */
  readonly sendAgainMs: number
}

export interface TransactionDeskNeeds {
  readonly journal: TransactionJournal
  readonly chain: ChainRpc
  readonly signer: Signer
  readonly clock: Clock
  readonly tuning: TransactionTuning
  readonly errorNames?: ErrorNames
  /** Each step of each transaction, once. */
  readonly onStep?: (step: TransactionStep) => void
  /** A round failed, mostly for want of a chain; the next one tries again. Told once for each code until one succeeds. */
  readonly onFailure?: (error: MeshError) => void
}

export interface Quote {
  readonly gas: bigint
  /** Wei per gas that the next block takes. */
  readonly feePerGas: bigint
  /** What it would cost now, and at most, in wei; `valueWei` not included. */
  readonly feeWei: bigint
  readonly feeWeiMax: bigint
  /** It would wait, for a block costs more than its ceiling. */
  readonly waits: boolean
}

export interface PerformOptions {
  readonly signal?: AbortSignal
  /** The steps of this transaction. */
  readonly onStep?: (step: TransactionStep) => void
}

export class TransactionDesk implements AsyncDisposable {
  readonly #needs: TransactionDeskNeeds
  readonly #round: TransactionRound
  readonly #stop = new AbortController()
  readonly #listeners = new Set<(step: TransactionStep) => void>()
  #wake = Promise.withResolvers<void>()
  #failure: string | undefined
  readonly #ended: Promise<void>
  #looks = 0

  /** Takes up what an earlier run left. */
  constructor(needs: TransactionDeskNeeds) {
    this.#needs = needs
    this.#round = new TransactionRound({ ...needs, onStep: (step) => this.#tell(step) })
    this.#ended = this.#lookAfter()
  }

  get sender(): Address {
    return this.#needs.signer.address
  }

  /** How often it has looked after all that is open, without a failure. */
  get looks(): number {
    return this.#looks
  }

  /** Those that are not settled. */
  open(): readonly TransactionRecord[] {
    return this.#needs.journal.open(this.sender)
  }

  find(purpose: string): TransactionRecord | undefined {
    return this.#needs.journal.find(purpose)
  }

  /**
   * What it would cost; changes nothing.
   * @throws MeshError as {@link estimateGas}
   */
  async quote(call: TransactionCall, purpose = 'this', signal?: AbortSignal): Promise<Quote> {
    const { chain, errorNames } = this.#needs
    const estimate = await estimateGas({ chain, sender: this.sender, errorNames }, call, purpose, signal)
    const offer = offerFees(await chain.feeHistory(signal), call.feePerGasMax)
    if (offer.kind === 'offer') {
      const { expected, fees } = offer
      const feeWeiMax = gasLimit(estimate) * fees.feeMax
      return { gas: estimate, feePerGas: expected, feeWei: estimate * expected, feeWeiMax, waits: false }
    }
    const feeWeiMax = gasLimit(estimate) * call.feePerGasMax
    return { gas: estimate, feePerGas: offer.asked, feeWei: estimate * offer.asked, feeWeiMax, waits: true }
  }

  /**
   * Makes it durable and sees to it from now on. For a purpose that is known nothing new is made: its record is returned, and where
   * it waits for lower fees a higher ceiling is taken over.
   * @throws MeshError TRANSACTION_REVERTS, GAS_SHORT, LIMIT, CHAIN_*: nothing is planned then; DISK_FULL, SIGNING_STOPPED
   */
  async submit(intent: TransactionIntent, signal?: AbortSignal): Promise<TransactionRecord> {
    const { journal } = this.#needs
    const known = journal.find(intent.purpose)
    if (known !== undefined) {
      if (!isOpen(known) || intent.feePerGasMax <= known.feePerGasMax) return known
      await journal.raiseCeiling(intent.purpose, intent.feePerGasMax)
      this.#wakeUp()
      return journal.find(intent.purpose) ?? known
    }
    throwIfAborted(signal)
    if (this.open().length >= OPEN_MAX)
      throw new MeshError('LIMIT', { what: 'transactions that are not settled', max: OPEN_MAX })
    const quote = await this.quote(intent, intent.purpose, signal)
    await this.#requireMoney(intent, quote, signal)
    const record = await journal.plan(this.sender, intent)
    this.#tell({ kind: 'changed', record })
    this.#wakeUp()
    return record
  }

  /** Settled one way or the other. @throws MeshError NOT_FOUND where it was forgotten; the signal's reason: it goes on nevertheless */
  async settled(purpose: string, { signal, onStep }: PerformOptions = {}): Promise<TransactionRecord> {
    const { promise, resolve, reject } = Promise.withResolvers<TransactionRecord>()
    const look = (): void => {
      const record = this.find(purpose)
      if (record === undefined) reject(new MeshError('NOT_FOUND', { what: 'transaction', id: purpose }))
      else if (!isOpen(record)) resolve(record)
    }
    const listener = (step: TransactionStep): void => {
      if (step.record.purpose !== purpose) return
      onStep?.(step)
      look()
    }
    this.#listeners.add(listener)
    // Timers of the desk let a process end, and a command that waits here has nothing else to live for.
    const alive = setInterval(() => undefined, KEEP_ALIVE_MS)
    try {
      look()
      return await abortable(
        promise,
        signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal]),
      )
    } finally {
      clearInterval(alive)
      this.#listeners.delete(listener)
    }
  }

  /**
   * {@link submit} and {@link settled}.
   * @returns a confirmed one
   * @throws MeshError as those two; TRANSACTION_FAILED
   */
  async perform(intent: TransactionIntent, options: PerformOptions = {}): Promise<TransactionRecord> {
    await this.submit(intent, options.signal)
    const record = await this.settled(intent.purpose, options)
    if (record.state === 'confirmed') return record
    throw new MeshError('TRANSACTION_FAILED', { purpose: intent.purpose, reason: record.reason ?? 'it gave no reason' })
  }

  /** Takes back one that waits and was never signed. @returns false where it is under way or settled */
  async withdraw(purpose: string): Promise<boolean> {
    const record = this.find(purpose)
    if (record === undefined || !(await this.#needs.journal.forget(purpose))) return false
    this.#tell({ kind: 'changed', record })
    return true
  }

  /** What is open stays so; the next run goes on with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new MeshError('CANCELLED'))
    this.#wakeUp()
    await this.#ended
  }

  async #requireMoney({ purpose, valueWei = 0n }: TransactionIntent, quote: Quote, signal: AbortSignal | undefined) {
    const { chain } = this.#needs
    const needWei = valueWei + quote.feeWeiMax
    const haveWei = await chain.balance(this.sender, signal)
    if (haveWei < needWei) throw gasShort({ address: this.sender, purpose, chainId: chain.chainId, haveWei, needWei })
  }

  #tell(step: TransactionStep): void {
    this.#needs.onStep?.(step)
    for (const listener of [...this.#listeners]) listener(step)
  }

  #wakeUp(): void {
    this.#wake.resolve()
  }

  /** Never throws: what fails is told of, and tried again. */
  async #lookAfter(): Promise<void> {
    const { clock, tuning, onFailure } = this.#needs
    while (!this.#stop.signal.aborted) {
      this.#wake = Promise.withResolvers()
      try {
        await this.#round.run(this.#stop.signal)
        this.#failure = undefined
        this.#looks++
      } catch (error) {
        if (this.#stop.signal.aborted) return
        const failed = asMeshError(error)
        if (this.#failure !== failed.code) onFailure?.(failed)
        this.#failure = failed.code
      }
      const pauseMs = this.open().length > 0 || this.#failure !== undefined ? tuning.lookMs : WATCH_MS
      const timer = clock.after(pauseMs, () => this.#wakeUp())
      await this.#wake.promise
      timer.cancel()
    }
  }
}
