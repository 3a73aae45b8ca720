/**
 * Where a job is run: at the edge first, and in the cloud where its application allows that and the edge cannot. The rule says which
 * (protocols/rules/venue); this asks it before the job, when the edge has failed, after each failover, and when only so much of the
 * deadline is left as the cloud needs. Nothing is sent to a cloud that the rule has not named.
 */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { abortError, asMeshError, isMeshError, MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { JobId } from '../../../protocols/kernel/ids.ts'
import { CREDITS_MAX, type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Clock, Random, Timer } from '../../../protocols/kernel/ports.ts'
import type { PolicyWeights, RoutingPolicy } from '../../../protocols/rules/routing/routing-policy.ts'
import {
  type CloudConsent,
  type CloudReason,
  chooseVenue,
  type EdgeView,
  type VenueVerdict,
} from '../../../protocols/rules/venue/choose-venue.ts'
import type { Tensor, TensorHeader } from '../../../protocols/wire/job/tensor.ts'
import { CloudDesk } from '../cloud/cloud-desk.ts'
import { JobCharge } from './job-charge.ts'
import { type JobAnswer, type JobEvent, type JobWish, newJobId, startedEvent } from './job-event.ts'

/** What an application says of its job beside what it wants run. */
export interface VenueWish extends Omit<JobWish, 'job'> {
  readonly consent: CloudConsent
  /** Never leaves the edge, whatever the consent. */
  readonly isSensitive: boolean
  /** Weights of one's own are for miners: between venues they count as `balanced`. */
  readonly policy: RoutingPolicy | PolicyWeights
}

export interface Venues {
  /** Its answer is the edge's, or the cloud's; both say which. @throws MeshError NO_VENUE, CLOUD_*, and what the edge throws */
  run(wish: VenueWish): Promise<VenueAnswer>
}

export type VenueAnswer =
  | { readonly venue: 'edge'; readonly answer: JobAnswer; readonly fallBack: boolean }
  | { readonly venue: 'cloud'; readonly answer: CloudAnswer }

/** What a cloud answered: there is no miner, no receipt and no voucher, and what it cost stands on the cloud's own bill. */
export interface CloudAnswer {
  readonly venue: 'cloud'
  readonly job: JobId
  readonly provider: string
  /** What the endpoint says that it ran: a model of its own, which stands in for the mesh's by its owner's word. */
  readonly served: string
  /** Why the job went there. */
  readonly why: CloudReason
  /** Whether a miner of the mesh could still have been asked. */
  readonly fallBack: boolean
  /** Miners that were asked before. */
  readonly attempts: number
  readonly traceId?: string
  readonly outputs: readonly Tensor[]
  /** By the configured tariff, in credits. */
  readonly price: Credits
  readonly cloudMs: number
  readonly totalMs: number
  /** Its text ends at the limit of tokens. */
  readonly isCut: boolean
}

export interface EdgePort {
  /** Offers are known, and the inputs are what the model takes. @throws MeshError NO_PEERS, INPUT_* */
  prepare(wish: JobWish): Promise<void>
  /** The offers that are known now, weighed as the next job would weigh them. */
  view(wish: JobWish): Pick<EdgeView, 'best' | 'nearest'>
  /** @throws MeshError NO_MINER, PRICE_CEILING, ESCROW_SHORT, ...; the signal's reason */
  run(wish: JobWish): Promise<JobAnswer>
}

export interface VenueNeeds {
  readonly clock: Clock
  readonly random: Random
  readonly cloud: CloudDesk | undefined
  readonly edge: EdgePort
}

export function venues(needs: VenueNeeds): Venues {
  return {
    async run(wish) {
      if (wish.consent !== 'never') return new VenueJob(needs, wish).run()
      await needs.edge.prepare(wish)
      return { venue: 'edge', answer: await needs.edge.run(wish), fallBack: false }
    },
  }
}

/** Between two looks at whether the time of the edge is over. */
const LOOK_MS_MIN = 1

/** Errors of the edge after which the job may go on elsewhere; of others its inputs are the cause, or ourselves. */
const EDGE_OVER = new Set(['PRICE_CEILING', 'ESCROW_SHORT'])
const isEdgeOver = ({ code, fault }: MeshError): boolean =>
  EDGE_OVER.has(code) || fault === 'network' || fault === 'chain' || fault === 'remote'

type EdgeVerdict = Extract<VenueVerdict, { venue: 'edge' }>

/** One job on its way between venues. Each of them is tried at most once more after the other has failed. */
class VenueJob {
  readonly #needs: VenueNeeds
  readonly #wish: VenueWish
  readonly #charge = new JobCharge()
  readonly #startedMs: number
  #job: JobId | undefined
  #attempts = 0
  #failovers = 0
  #edgeError: MeshError | undefined
  #cloudError: MeshError | undefined

  constructor(needs: VenueNeeds, wish: VenueWish) {
    this.#needs = needs
    this.#wish = { ...wish, onEvent: (event) => this.#hear(event, wish.onEvent) }
    this.#startedMs = needs.clock.monotonicMs()
  }

  async run(): Promise<VenueAnswer> {
    const wish = this.#wish
    try {
      await this.#needs.edge.prepare(wish)
    } catch (error) {
      this.#edgeFailed(error)
    }
    for (;;) {
      throwIfAborted(wish.signal)
      const verdict = this.#verdict()
      if (verdict.venue === 'none') throw this.#nobody(verdict)
      const answer = verdict.venue === 'edge' ? await this.#edge(verdict) : await this.#cloud(verdict.why)
      if (answer !== undefined) return answer
    }
  }

  #hear(event: JobEvent, onEvent: JobWish['onEvent']): void {
    if (event.kind === 'started') this.#job = event.job
    if (event.kind === 'trying') this.#attempts++
    if (event.kind === 'failed') this.#failovers++
    this.#charge.take(event)
    onEvent(event)
  }

  #verdict(): VenueVerdict {
    const { clock, cloud, edge } = this.#needs
    const { model, inputs, consent, isSensitive, policy, priceMax, deadlineMs, endsAtMs } = this.#wish
    const seen = cloud?.view(model, inputs)
    const failed = this.#cloudError
    const view = seen === undefined || failed === undefined ? seen : { ...seen, hindrance: failed.message }
    return chooseVenue({
      policy: typeof policy === 'object' ? ('balanced' as const) : policy,
      consent,
      isSensitive,
      priceMax,
      deadlineMs,
      deadlineLeftMs: endsAtMs - clock.monotonicMs(),
      edge: {
        ...edge.view(this.#wish),
        failovers: this.#failovers,
        ended: this.#edgeError?.message,
        spent: this.#charge.total(CREDITS_MAX),
      },
      cloud: view,
    })
  }

  /** `undefined` where the job goes on elsewhere. */
  async #edge({ fallBack, againAtLeftMs }: EdgeVerdict): Promise<VenueAnswer | undefined> {
    const { clock, edge } = this.#needs
    const wish = this.#wish
    const turned = new AbortController()
    let timer: Timer | undefined
    const look = (): void => {
      const verdict = this.#verdict()
      if (verdict.venue === 'cloud') turned.abort(new MeshError('CANCELLED'))
      else if (verdict.venue === 'edge' && verdict.fallBack) lookAgainAt(verdict.againAtLeftMs)
    }
    // Timers are early by a fraction, and what the cloud needs may be known better by then.
    const lookAgainAt = (leftMs: number): void => {
      timer?.cancel()
      timer = clock.after(Math.max(LOOK_MS_MIN, wish.endsAtMs - clock.monotonicMs() - leftMs), look)
    }
    if (fallBack) lookAgainAt(againAtLeftMs)
    // The edge may come a second time, after a cloud that failed: the ceiling is that of both, with what was lost before.
    const spent = this.#charge.total(CREDITS_MAX)
    const priceMax = credits(spent < wish.priceMax ? wish.priceMax - spent : 0n)
    try {
      const answer = await edge.run({
        ...wish,
        priceMax,
        ...(this.#job === undefined ? {} : { job: this.#job }),
        signal: fallBack ? AbortSignal.any([wish.signal, turned.signal]) : wish.signal,
        onEvent: (event) => {
          wish.onEvent(event)
          // Where the runner goes on to the next miner: it looks at its signal before that.
          if (fallBack && event.kind === 'failed') look()
        },
      })
      return { venue: 'edge', answer, fallBack }
    } catch (error) {
      if (!turned.signal.aborted) this.#edgeFailed(error)
      return undefined
    } finally {
      timer?.cancel()
    }
  }

  async #cloud(why: CloudReason): Promise<VenueAnswer | undefined> {
    const { clock, random, cloud, edge } = this.#needs
    const wish = this.#wish
    const { model, inputs, priceMax, signal } = wish
    const desk = cloud!
    const { provider } = desk
    if (this.#job === undefined) wish.onEvent(startedEvent(newJobId(random), wish))
    const most = desk.view(model, inputs)!.priceMax
    wish.onEvent({ kind: 'cloud-asked', provider, target: desk.targetOf(model), priceMax: most, why })
    try {
      // What attempts at the edge may have cost is no longer there to spend.
      const left = credits(priceMax - (this.#charge.total(CREDITS_MAX) - most))
      const answered = await abortable(desk.run(model, inputs, left, signal), signal)
      const { outputs, price, served, isCut, tookMs } = answered
      const headers = outputs.map(
        ({ name, type, dims, byteLength }): TensorHeader => ({ name, type, dims, byteLength }),
      )
      wish.onEvent({ kind: 'cloud-answered', provider, served, price, tookMs, isCut, outputs: headers })
      return {
        venue: 'cloud',
        answer: {
          venue: 'cloud',
          job: this.#job!,
          provider,
          served,
          why,
          fallBack: this.#edgeError === undefined && edge.view(wish).best !== undefined,
          attempts: this.#attempts,
          ...(wish.span === undefined ? {} : { traceId: wish.span.traceId }),
          outputs,
          price,
          cloudMs: tookMs,
          totalMs: clock.monotonicMs() - this.#startedMs,
          isCut,
        },
      }
    } catch (error) {
      const failed = signal.aborted ? abortError(signal) : asMeshError(error)
      const mayCost = CloudDesk.isFree(failed) ? credits(0) : most
      wish.onEvent({ kind: 'cloud-failed', provider, error: failed, mayCost })
      if (signal.aborted || failed.fault === 'bug') throw failed
      this.#cloudError = failed
      return undefined
    }
  }

  /** @throws the error where no other venue would do better */
  #edgeFailed(error: unknown): void {
    const failed = asMeshError(error)
    if (this.#wish.signal.aborted) throw abortError(this.#wish.signal)
    if (!isEdgeOver(failed)) throw failed
    this.#edgeError = failed
  }

  #nobody({ edge, cloud, closest }: Extract<VenueVerdict, { venue: 'none' }>): MeshError {
    const cause = this.#cloudError ?? this.#edgeError
    // It says by itself all that there is to say, and what to do about it.
    if (isMeshError(cause, 'CLOUD_CREDENTIAL')) return cause
    return new MeshError('NO_VENUE', { model: this.#wish.model, edge, cloud, closest }, cause)
  }
}
