/**
 * Shows the evidence that this node keeps to the court of its network. An offence is punished once, whoever shows it; so what others
 * found is left to them for a while, and what was punished meanwhile costs nobody gas.
 */
import { type IdentityRegistryTypes, identityRegistry } from '../../../contracts/generated/identity-registry.ts'
import { type Reward, type StakeVaultTypes, stakeVault } from '../../../contracts/generated/stake-vault.ts'
import { abortable } from '../../../protocols/kernel/abortable.ts'
import { asMeshError, isMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, type Hash32, ZERO_ADDRESS } from '../../../protocols/kernel/ids.ts'
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'
import type { EvidenceSink } from '../../market/evidence-sink.ts'
import { EVIDENCE_MAX, type KeptEvidence } from '../../market/evidence-store.ts'
import { ContractReader } from '../contracts/contract-reader.ts'
import type { SettlingChain } from '../open-chain.ts'
import type { TransactionDesk } from '../transactions/transaction-desk.ts'
import { isOpen } from '../transactions/transaction-record.ts'
import { courtCall } from './court-call.ts'
import { rewardCall, rewardIn } from './reward.ts'

export interface CourtTuning {
  /** Between two looks at what is under way. */
  readonly lookMs: number
  /** What others found is left to them this long, and up to as long again: not everybody who was told comes at once. */
  readonly toldMs: number
  /** Before it is tried again where something must change first: an operator that is bound to nobody, gas money that is missing. */
  readonly laterMs: number
}

const usual: CourtTuning = { lookMs: 5_000, toldMs: 120_000, laterMs: 600_000 }

export type CourtDesk = Pick<TransactionDesk, 'find' | 'submit'>

export interface CourtSinkNeeds {
  readonly chain: Pick<SettlingChain, 'rpc' | 'contracts'>
  /** Opened for the first evidence, and held by who gives it: most nodes never have any. Its key pays the gas. */
  readonly desk: () => Promise<CourtDesk>
  /** Whose key that is. */
  readonly reporter: Address
  readonly clock: Clock
  /** Wei per gas: above it evidence waits, for its window is days. */
  readonly feePerGasMax: bigint
  /** An offence that was taken is punished, as it is seen the first time. */
  readonly onPunished?: (punished: Punished) => void
  /** A look failed, mostly for want of a chain; told once for each code until one succeeds. */
  readonly onFailure: (error: MeshError) => void
  readonly tuning?: CourtTuning
}

export interface Punished {
  readonly nullifier: Hash32
  readonly operator: Address
  /** It was this node that showed it. */
  readonly byUs: boolean
}

interface Case {
  /** Undefined where it is over. */
  evidence: KeptEvidence | undefined
  /** Monotonic. */
  dueAtMs: number
  standing: string
  isPunished: boolean
  reward: Reward | undefined
}

const PUNISHED = 'punished: its owner is tombstoned'

export class CourtSink implements EvidenceSink, AsyncDisposable {
  readonly #needs: CourtSinkNeeds
  readonly #tuning: CourtTuning
  readonly #registry: ContractReader<IdentityRegistryTypes>
  readonly #vault: ContractReader<StakeVaultTypes>
  readonly #cases = new Map<Hash32, Case>()
  readonly #stop = new AbortController()
  #timer: Timer | undefined
  #lookAtMs = 0
  #looking: Promise<void> = Promise.resolve()
  #failure: string | undefined

  constructor(needs: CourtSinkNeeds) {
    this.#needs = needs
    this.#tuning = needs.tuning ?? usual
    this.#registry = new ContractReader(needs.chain.rpc, identityRegistry, needs.chain.contracts.identityRegistry)
    this.#vault = new ContractReader(needs.chain.rpc, stakeVault, needs.chain.contracts.stakeVault)
  }

  take(evidence: KeptEvidence): void {
    const { clock } = this.#needs
    const { nullifier, source, agreement } = evidence
    if (this.#cases.has(nullifier) || this.#stop.signal.aborted) return
    // No more than are kept; what goes first is told of no more.
    if (this.#cases.size >= EVIDENCE_MAX) this.#cases.delete(this.#cases.keys().next().value!)
    // Whoever else shows it cannot open the agreement, and then its payer, who is ours, is given nothing.
    const isOurs = source === 'own' || agreement !== undefined
    const waitMs = isOurs ? 0 : this.#toldWaitMs(nullifier)
    const standing = isOurs ? 'is being shown to it' : 'left to whoever found it, for now'
    this.#cases.set(nullifier, {
      evidence,
      dueAtMs: clock.monotonicMs() + waitMs,
      standing,
      isPunished: false,
      reward: undefined,
    })
    this.#lookIn(waitMs === 0 ? 0 : this.#tuning.lookMs)
  }

  standing(nullifier: Hash32): string | undefined {
    return this.#cases.get(nullifier)?.standing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new MeshError('CANCELLED'))
    this.#timer?.cancel()
    await this.#looking
  }

  /** Spread by who asks and of what: the same for one of them after a restart. */
  #toldWaitMs(nullifier: Hash32): number {
    const share = (hex: string): number => Number.parseInt(hex.slice(-4), 16) / 0x1_0000
    return this.#tuning.toldMs * (1 + ((share(nullifier) + share(this.#needs.reporter)) % 1))
  }

  /** A look that is sooner stays. */
  #lookIn(ms: number): void {
    const { clock } = this.#needs
    const atMs = clock.monotonicMs() + ms
    if (this.#timer !== undefined && this.#lookAtMs <= atMs) return
    this.#timer?.cancel()
    this.#lookAtMs = atMs
    this.#timer = clock.after(ms, () => {
      this.#timer = undefined
      this.#looking = this.#looking.then(() => this.#lookAtAll())
    })
  }

  async #lookAtAll(): Promise<void> {
    const { clock } = this.#needs
    for (const each of this.#cases.values()) {
      if (this.#stop.signal.aborted) return
      if (each.evidence !== undefined && each.dueAtMs <= clock.monotonicMs())
        await this.#lookSafely(each, each.evidence)
    }
    if (this.#stop.signal.aborted) return
    const dueAtMs = [...this.#cases.values()].flatMap((each) => (each.evidence === undefined ? [] : [each.dueAtMs]))
    if (dueAtMs.length > 0) {
      const next = dueAtMs.reduce((soonest, ms) => Math.min(soonest, ms)) - clock.monotonicMs()
      this.#lookIn(Math.max(this.#tuning.lookMs, next))
    }
  }

  async #lookSafely(each: Case, evidence: KeptEvidence): Promise<void> {
    try {
      const desk = await abortable(this.#needs.desk(), this.#stop.signal)
      await this.#look(desk, each, evidence)
      this.#failure = undefined
    } catch (error) {
      if (this.#stop.signal.aborted) return
      const failed = asMeshError(error)
      this.#wait(each, this.#tuning.lookMs, `waits: ${failed.message}`)
      if (this.#failure !== failed.code) this.#needs.onFailure(failed)
      this.#failure = failed.code
    }
  }

  async #look(desk: CourtDesk, each: Case, evidence: KeptEvidence): Promise<void> {
    const { lookMs, laterMs } = this.#tuning
    const { signal } = this.#stop
    const { nullifier, operator } = evidence
    const sent = desk.find(purposeOf(nullifier))
    if (each.isPunished || (await this.#registry.read('punishedAt', [nullifier], signal)) > 0n) {
      await this.#punished(desk, each, evidence)
      return
    }
    if (sent?.state === 'failed') end(each, `refused: ${sent.reason ?? 'the court gave no reason'}`)
    else if (sent !== undefined) this.#wait(each, lookMs, isOpen(sent) ? `shown to it: ${sent.state}` : 'shown to it')
    else if ((await this.#registry.read('ownerOf', [operator], signal)) === ZERO_ADDRESS)
      this.#wait(each, laterMs, 'nobody answers for it: the operator is bound to no owner')
    else await this.#show(desk, each, evidence)
  }

  async #show(desk: CourtDesk, each: Case, evidence: KeptEvidence): Promise<void> {
    const { chain, feePerGasMax } = this.#needs
    const { lookMs, laterMs } = this.#tuning
    const call = courtCall(chain.contracts, evidence.contradiction, evidence.agreement)
    if (call === undefined) {
      end(each, 'no court of this network judges it')
      return
    }
    try {
      const purpose = purposeOf(evidence.nullifier)
      const { state } = await desk.submit({ purpose, ...call, feePerGasMax }, this.#stop.signal)
      this.#wait(each, lookMs, `shown to it: ${state}`)
    } catch (error) {
      if (isMeshError(error, 'GAS_SHORT')) this.#wait(each, laterMs, `waits: ${error.message}`)
      else if (isMeshError(error, 'TRANSACTION_REVERTS')) await this.#refused(desk, each, evidence, error)
      else throw error
    }
  }

  /** Somebody was quicker, or it is too old. */
  async #refused(desk: CourtDesk, each: Case, evidence: KeptEvidence, error: MeshError): Promise<void> {
    const at = await this.#registry.read('punishedAt', [evidence.nullifier], this.#stop.signal)
    if (at > 0n) await this.#punished(desk, each, evidence)
    else end(each, `refused: ${String(error.facts.reason)}`)
  }

  async #punished(desk: CourtDesk, each: Case, { nullifier, operator }: KeptEvidence): Promise<void> {
    const sent = desk.find(purposeOf(nullifier))
    if (sent !== undefined && isOpen(sent) && sent.mined === undefined) {
      // By ours, or before it: the desk looks as often as this does.
      this.#wait(each, this.#tuning.lookMs, PUNISHED)
      return
    }
    const byUs = sent?.mined !== undefined && sent.state !== 'failed'
    if (!each.isPunished) this.#needs.onPunished?.({ nullifier, operator, byUs })
    each.isPunished = true
    if (!byUs) end(each, PUNISHED)
    // The block may not stay: what is in it is read when it does.
    else if (isOpen(sent)) this.#wait(each, this.#tuning.lookMs, PUNISHED)
    else await this.#fetchReward(desk, each, nullifier, sent.mined!.blockNumber)
  }

  /** What the slash gives to this node and to whom it harmed lies with the vault until the evidence window is over. */
  async #fetchReward(desk: CourtDesk, each: Case, nullifier: Hash32, block: bigint): Promise<void> {
    const { chain, clock } = this.#needs
    const { lookMs, laterMs } = this.#tuning
    const { signal } = this.#stop
    const sent = desk.find(rewardPurposeOf(nullifier))
    if (sent !== undefined) {
      if (isOpen(sent)) this.#wait(each, lookMs, `${PUNISHED}; its reward is on its way`)
      else end(each, `${PUNISHED}; its reward ${sent.state === 'failed' ? 'was refused' : 'is paid'}`)
      return
    }
    const blocks = { fromBlock: block, toBlock: block }
    each.reward ??= await rewardIn(chain.rpc, chain.contracts.stakeVault, nullifier, blocks, signal)
    const { reward } = each
    if (reward === undefined) end(each, PUNISHED)
    else if (!(await this.#vault.read('rewardIsOwed', [reward], signal))) end(each, `${PUNISHED}; its reward is paid`)
    else {
      const fromMs = Number(reward.payableFrom) * 1_000
      const leftMs = fromMs - clock.nowMs()
      if (leftMs <= 0) await this.#askForReward(desk, each, nullifier, reward)
      else {
        const from = new Date(fromMs).toISOString()
        this.#wait(each, Math.min(leftMs + lookMs, laterMs), `${PUNISHED}; its reward is payable from ${from}`)
      }
    }
  }

  async #askForReward(desk: CourtDesk, each: Case, nullifier: Hash32, reward: Reward): Promise<void> {
    const { chain, feePerGasMax } = this.#needs
    const call = rewardCall(chain.contracts.stakeVault, reward)
    try {
      await desk.submit({ purpose: rewardPurposeOf(nullifier), ...call, feePerGasMax }, this.#stop.signal)
      this.#wait(each, this.#tuning.lookMs, `${PUNISHED}; its reward is on its way`)
    } catch (error) {
      // The chain's clock may be behind this one's, and somebody may have been quicker: both are looked at then.
      if (!isMeshError(error, 'GAS_SHORT') && !isMeshError(error, 'TRANSACTION_REVERTS')) throw error
      this.#wait(each, this.#tuning.laterMs, `${PUNISHED}; its reward waits: ${error.message}`)
    }
  }

  #wait(each: Case, ms: number, standing: string): void {
    each.dueAtMs = this.#needs.clock.monotonicMs() + ms
    each.standing = standing
  }
}

function end(each: Case, standing: string): void {
  each.evidence = undefined
  each.standing = standing
}

/** An offence is shown once by one key, and its reward asked for once. */
const purposeOf = (nullifier: Hash32): string => `evidence/${nullifier}`
const rewardPurposeOf = (nullifier: Hash32): string => `reward/${nullifier}`
