/**
 * Brings contradictions before the contract that punishes them. Everybody who hears of one may; so that not all pay for the same, who
 * found it goes at once and who was told waits a while and looks whether it is done.
 */
import { identityRegistry } from '../../../contracts/generated/identity-registry.ts'
import { errorCatalogue } from '../../../protocols/kernel/error-catalogue.ts'
import { asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, type Hash32, ZERO_ADDRESS } from '../../../protocols/kernel/ids.ts'
import type { Clock, Random, Timer } from '../../../protocols/kernel/ports.ts'
import type { EvidenceSink } from '../../market/evidence-sink.ts'
import type { KeptEvidence } from '../../market/evidence-store.ts'
import { ContractReader } from '../contracts/contract-reader.ts'
import type { SettlingChain } from '../open-chain.ts'
import type { TransactionDesk } from '../transactions/transaction-desk.ts'
import { courtCall } from './court-call.ts'

/** Cases at once: each is a transaction, and operators that contradict themselves are few. */
const CASES_MAX = 64
/** Blocks within which who found it should be done; those who were told spread over as many more. */
const OTHERS_BLOCKS = 20
/** After a failure that may pass, as a chain that is away. */
const AGAIN_MS = 60_000

export interface ContradictionCourtNeeds {
  readonly chain: SettlingChain
  readonly clock: Clock
  readonly random: Random
  readonly desk: () => Promise<Pick<TransactionDesk, 'submit' | 'settled' | 'find' | 'sender'>>
  /** Wei per gas. A reporter earns a fifth of what is taken. */
  readonly feePerGasMax: bigint
  readonly onEvent: (event: CourtEvent) => void
}

export type CourtEvent =
  | { readonly kind: 'punished'; readonly nullifier: Hash32; readonly operator: Address; readonly byUs: boolean }
  /** The court does not take it: not bound, too old, or no gas money here. */
  | { readonly kind: 'dismissed'; readonly nullifier: Hash32; readonly operator: Address; readonly error: MeshError }

export class ContradictionCourt implements EvidenceSink, AsyncDisposable {
  readonly #needs: ContradictionCourtNeeds
  readonly #registry: ContractReader<NonNullable<(typeof identityRegistry)['types']>>
  readonly #stop = new AbortController()
  readonly #cases = new Map<Hash32, string>()
  readonly #timers = new Set<Timer>()
  readonly #running = new Set<Promise<void>>()

  constructor(needs: ContradictionCourtNeeds) {
    this.#needs = needs
    this.#registry = new ContractReader(needs.chain.rpc, identityRegistry, needs.chain.contracts.identityRegistry)
  }

  take(evidence: KeptEvidence): void {
    const { nullifier, source } = evidence
    if (this.#cases.has(nullifier) || this.#cases.size >= CASES_MAX) return
    this.#cases.set(nullifier, 'waits to be shown to the court')
    this.#later(evidence, source === 'own' ? 0 : this.#patienceMs())
  }

  standing(nullifier: Hash32): string | undefined {
    return this.#cases.get(nullifier)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new MeshError('CANCELLED'))
    for (const timer of this.#timers) timer.cancel()
    await Promise.all(this.#running)
  }

  #patienceMs(): number {
    const [byte = 0] = this.#needs.random.bytes(1)
    return OTHERS_BLOCKS * (1 + byte / 255) * this.#needs.chain.periodSeconds * 1_000
  }

  #later(evidence: KeptEvidence, ms: number): void {
    if (this.#stop.signal.aborted) return
    const timer = this.#needs.clock.after(ms, () => {
      this.#timers.delete(timer)
      const running = this.#try(evidence).finally(() => this.#running.delete(running))
      this.#running.add(running)
    })
    this.#timers.add(timer)
  }

  async #try(evidence: KeptEvidence): Promise<void> {
    const { nullifier, operator } = evidence
    const { onEvent } = this.#needs
    try {
      const byUs = await this.#show(evidence)
      this.#cases.set(nullifier, byUs ? 'punished, shown by this node' : 'punished, shown by another')
      onEvent({ kind: 'punished', nullifier, operator, byUs })
    } catch (failure) {
      if (this.#stop.signal.aborted) return
      const error = asMeshError(failure)
      this.#cases.set(nullifier, error.message)
      // What the contract says to it stays so; a chain that is away comes back.
      if (errorCatalogue[error.code].retryable) this.#later(evidence, AGAIN_MS)
      else onEvent({ kind: 'dismissed', nullifier, operator, error })
    }
  }

  /** @returns whether it was this node's to show */
  async #show({ nullifier, operator, contradiction }: KeptEvidence): Promise<boolean> {
    const { signal } = this.#stop
    if (await this.#isPunished(nullifier)) return false
    const owner = await this.#registry.read('ownerOf', [operator], signal)
    if (owner === ZERO_ADDRESS) throw new MeshError('COURT_DISMISSED', { operator, why: 'no owner answers for it' })
    const data = courtCall(contradiction)
    if (data === undefined) throw new MeshError('COURT_DISMISSED', { operator, why: 'no court tries leases yet' })
    const desk = await this.#needs.desk()
    const purpose = `evidence/${nullifier}`
    const to = this.#needs.chain.contracts.evidenceSlasher
    try {
      await desk.submit({ purpose, to, data, feePerGasMax: this.#needs.feePerGasMax }, signal)
    } catch (error) {
      // Another was quicker.
      if (await this.#isPunished(nullifier)) return false
      throw error
    }
    this.#cases.set(nullifier, 'shown to the court, in no block yet')
    const { state, reason } = await desk.settled(purpose, { signal })
    if (state === 'confirmed') return true
    if (await this.#isPunished(nullifier)) return false
    throw new MeshError('COURT_DISMISSED', { operator, why: reason ?? 'it gave no reason' })
  }

  async #isPunished(nullifier: Hash32): Promise<boolean> {
    return (await this.#registry.read('punishedAt', [nullifier], this.#stop.signal)) > 0n
  }
}
