/**
 * Keeps what a client's miners are assured ahead of what they are promised: where a channel runs low, more of the loose balance is set
 * aside for it, for several miners in one transaction. Without it a client stops at its share of the reserve.
 */
import { encodeCall } from '../../../contracts/binding/contract-codec.ts'
import { type EscrowTypes, escrow } from '../../../contracts/generated/escrow.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { ChainView, Clock, Random, Timer } from '../../../protocols/kernel/ports.ts'
import { type ChannelUse, isShort, needsFilling, shareOut } from '../../../protocols/rules/settlement/channel-need.ts'
import { ContractReader } from '../contracts/contract-reader.ts'
import type { SettlingChain } from '../open-chain.ts'
import type { TransactionDesk } from '../transactions/transaction-desk.ts'

/** Miners that are filled up in one transaction: as many as a client works with. */
const MINERS_AT_ONCE = 8
/** What is promised to more miners than this is looked at no more: the longest quiet goes. */
const MINERS_MAX = 256
/** So that several that run low at a time share a transaction. */
const GATHER_MS = 500
/** After a failure, for example without gas money: not again at once. */
const AGAIN_MS = 60_000

export interface ChannelKeeperNeeds {
  readonly chain: SettlingChain
  readonly view: Pick<ChainView, 'assuranceOf'>
  /** By the journal: what a miner was promised on this client's counter there, in this run and before. */
  readonly promisedTo: (miner: Address) => Credits
  readonly clock: Clock
  readonly random: Random
  readonly payer: Address
  readonly session: Address
  readonly desk: () => Promise<Pick<TransactionDesk, 'perform'>>
  /** Set aside at a time for one miner; 0 sets nothing aside. */
  readonly filling: Credits
  /** What may run at one miner unpaid: all of its credit window, and the price of one job. */
  readonly atOnceMax: Credits
  /** Wei per gas. */
  readonly feePerGasMax: bigint
  readonly onFilled: (miners: readonly Address[], amount: Credits) => void
  readonly onFailure: (error: MeshError) => void
}

interface Known {
  use: ChannelUse | undefined
  promised: Credits
  isAsking: boolean
  /** It has refused work for want of escrow since the chain was last asked. */
  hasRefused: boolean
}

export class ChannelKeeper implements AsyncDisposable {
  readonly #needs: ChannelKeeperNeeds
  readonly #escrow: ContractReader<EscrowTypes>
  readonly #miners = new Map<Address, Known>()
  readonly #low = new Set<Address>()
  readonly #stop = new AbortController()
  readonly #running = new Set<Promise<void>>()
  #timer: Timer | undefined
  #filling: Promise<void> = Promise.resolve()
  #pausedUntilMs = Number.NEGATIVE_INFINITY

  constructor(needs: ChannelKeeperNeeds) {
    this.#needs = needs
    this.#escrow = new ContractReader(needs.chain.rpc, escrow, needs.chain.contracts.escrow)
  }

  /** The client has promised a miner this much in all. */
  promised(miner: Address, cumulative: Credits): void {
    const known = this.#know(miner, cumulative)
    if (known === undefined) return
    if (known.use === undefined) this.#ask(miner, known)
    else if (needsFilling({ ...known.use, promised: cumulative }, this.#needs.filling)) this.#fillLater(miner)
  }

  /**
   * The miner takes no work of this client for want of escrow: it is filled up where that is so. A client that starts at the end of what
   * it had set aside promises nothing more, and would wait for ever.
   */
  refused(miner: Address): void {
    const known = this.#know(miner, this.#needs.promisedTo(miner))
    if (known === undefined) return
    known.hasRefused = true
    this.#ask(miner, known)
  }

  #know(miner: Address, promised: Credits): Known | undefined {
    if (this.#needs.filling === 0n || this.#stop.signal.aborted) return undefined
    const known = this.#miners.get(miner) ?? { use: undefined, promised, isAsking: false, hasRefused: false }
    known.promised = promised
    this.#miners.delete(miner)
    if (this.#miners.size >= MINERS_MAX) this.#miners.delete(this.#miners.keys().next().value!)
    this.#miners.set(miner, known)
    return known
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new MeshError('CANCELLED'))
    this.#timer?.cancel()
    await Promise.all([...this.#running, this.#filling])
  }

  #ask(miner: Address, known: Known): void {
    if (known.isAsking || this.#needs.clock.monotonicMs() < this.#pausedUntilMs) return
    known.isAsking = true
    const asking = this.#look(miner, known).finally(() => {
      known.isAsking = false
      this.#running.delete(asking)
    })
    this.#running.add(asking)
  }

  async #look(miner: Address, known: Known): Promise<void> {
    const { view, payer, session, filling } = this.#needs
    try {
      const counter = { payer, session, miner, collection: ZERO_HASH }
      const { assured, claimed } = await view.assuranceOf(counter, this.#stop.signal)
      const ceiling = credits(claimed + assured)
      const free = ceiling > known.promised ? ceiling - known.promised : 0n
      known.use = { ceiling, freeThen: credits(free), promised: known.promised }
      const isRefusedRightly = known.hasRefused && isShort(known.use, this.#needs.atOnceMax)
      known.hasRefused = false
      if (isRefusedRightly || free === 0n || needsFilling(known.use, filling)) this.#fillLater(miner)
    } catch (error) {
      this.#failed(error)
    }
  }

  #fillLater(miner: Address): void {
    const { clock } = this.#needs
    if (clock.monotonicMs() < this.#pausedUntilMs) return
    this.#low.add(miner)
    this.#timer ??= clock.after(GATHER_MS, () => {
      this.#timer = undefined
      this.#filling = this.#filling.then(() => this.#fill())
    })
  }

  async #fill(): Promise<void> {
    const { payer, filling, desk, random, feePerGasMax, onFilled } = this.#needs
    const { signal } = this.#stop
    const miners = [...this.#low].slice(0, MINERS_AT_ONCE)
    this.#low.clear()
    if (signal.aborted || miners.length === 0) return
    try {
      const { balance, thawing } = await this.#escrow.read('accountOf', [payer], signal)
      const parts = shareOut(miners, filling, credits(balance - thawing))
      if (parts.length === 0) throw new MeshError('ESCROW_LOOSE', { asked: filling, there: balance - thawing })
      const data = encodeCall(escrow, 'fund', [parts.map(({ miner }) => miner), parts.map(({ amount }) => amount)])
      const purpose = `fund/${toHex(random.bytes(8)).slice(2)}`
      await (await desk()).perform({ purpose, to: this.#escrow.address, data, feePerGasMax }, { signal })
      onFilled(
        parts.map(({ miner }) => miner),
        credits(parts.reduce((sum, { amount }) => sum + amount, 0n)),
      )
      for (const { miner } of parts) {
        const known = this.#miners.get(miner)
        if (known !== undefined) await this.#look(miner, known)
      }
    } catch (error) {
      this.#failed(error)
    }
  }

  #failed(error: unknown): void {
    if (this.#stop.signal.aborted) return
    this.#low.clear()
    this.#pausedUntilMs = this.#needs.clock.monotonicMs() + AGAIN_MS
    this.#needs.onFailure(asMeshError(error))
  }
}
