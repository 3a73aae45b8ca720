/** One job from the first offer to the voucher, as `jobs show` tells it: a pure sum of what happened. */
import type { ErrorCode, MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, AttemptId, Hash32, JobId, ModelId, PeerId } from '../../../protocols/kernel/ids.ts'
import type { AttemptStateName } from '../../../protocols/rules/jobs/attempt-states.ts'
import type { LatencyClass } from '../../../protocols/rules/pricing/latency-class.ts'
import type { CloudReason } from '../../../protocols/rules/venue/choose-venue.ts'
import type { RunNotes } from '../../../protocols/wire/job/job-messages.ts'
import type { TensorHeader } from '../../../protocols/wire/job/tensor.ts'
import type { ChosenBecause } from '../choosing/miner-choice.ts'
import type { CloudEvent } from '../cloud/cloud-event.ts'
import type { LineEvent } from '../paying/line-event.ts'
import type { JobEvent } from '../running/job-event.ts'
import { type ServiceStory, serviceStory, serviceText } from '../service-level/service-story.ts'

/** Plain JSON: amounts are decimal text in credits, times Unix milliseconds. No input, output or address is in it. */
export interface JobStory {
  readonly job: JobId
  readonly model: ModelId
  readonly modelName: string
  readonly latencyClass: LatencyClass
  readonly priceMax: string
  readonly deadlineMs: number
  readonly inputs: readonly TensorHeader[]
  /** Where the job was traced. */
  readonly traceId?: string
  /** The client asked it itself, to look at the answer to another job. */
  readonly isAudit?: true
  readonly startedAtMs: number
  readonly state: 'running' | 'answered' | 'failed'
  readonly endedAtMs?: number
  readonly error?: StoryError
  readonly attempts: readonly AttemptStory[]
  /** Where it went to a cloud. */
  readonly cloud?: CloudStory
}

/** It signs no receipt and gets no voucher: what it costs says its bill. */
export interface CloudStory {
  readonly provider: string
  /** What the endpoint calls the model, and what it says that it ran. */
  readonly target: string
  readonly served?: string
  readonly why: CloudReason
  readonly state: 'asked' | 'answered' | 'failed'
  readonly askedAtMs: number
  /** By the configured tariff: the most that it may cost, and what it cost. */
  readonly priceMax: string
  readonly price?: string
  readonly tookMs?: number
  readonly isCut?: boolean
  readonly outputs?: readonly TensorHeader[]
  readonly error?: StoryError
}

export interface AttemptStory {
  readonly attempt: AttemptId
  readonly miner: Address
  readonly peer: PeerId
  readonly offer: Hash32
  readonly price: string
  /** Why this miner. */
  readonly chosen?: ChosenBecause
  readonly state: AttemptStateName
  readonly steps: readonly StoryStep[]
  readonly roundTripMs?: number
  readonly waitedMs?: number
  readonly computedMs?: number
  /** How the miner says that it changed the job to run it. */
  readonly notes?: RunNotes
  readonly outputs?: readonly TensorHeader[]
  /** Root of the signed batch that holds the receipt, and what it says. */
  readonly receipt?: { readonly batch: Hash32; readonly outputRoot: Hash32; readonly price: string }
  /** The cumulative voucher that pays it. */
  readonly voucher?: { readonly cumulative: string; readonly agreementsHash: Hash32 }
  /** How it was served, where its time was witnessed. */
  readonly service?: ServiceStory
  readonly error?: StoryError
}

export interface StoryStep {
  readonly atMs: number
  readonly what: string
}

export interface StoryError {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
}

/** One line of a list of jobs. */
export interface StorySummary {
  readonly job: JobId
  readonly model: string
  readonly isAudit?: true
  readonly state: JobStory['state']
  readonly startedAtMs: number
  readonly tookMs?: number
  readonly attempts: number
  /** Of the last attempt; absent where a cloud answered. */
  readonly miner?: Address
  readonly cloud?: string
  readonly price?: string
  readonly error?: ErrorCode
}

export function storySummary(story: JobStory): StorySummary {
  const { job, modelName, state, startedAtMs, endedAtMs, attempts, cloud, error } = story
  const last = attempts.at(-1)
  const isCloud = cloud?.state === 'answered'
  return {
    job,
    model: modelName,
    state,
    startedAtMs,
    ...(endedAtMs === undefined ? {} : { tookMs: endedAtMs - startedAtMs }),
    attempts: attempts.length,
    ...(story.isAudit === undefined ? {} : { isAudit: story.isAudit }),
    ...(isCloud ? { cloud: cloud.provider, price: cloud.price ?? cloud.priceMax } : {}),
    ...(last === undefined || isCloud ? {} : { miner: last.miner, price: last.price }),
    ...(error === undefined ? {} : { error: error.code }),
  }
}

/** Progress words are folded after this many: the last one is what counts. */
const STEPS_MAX = 32

export const storyError = ({ code, message, hint }: MeshError): StoryError => ({ code, message, hint })

export function afterJobEvent(story: JobStory, event: JobEvent, atMs: number): JobStory {
  switch (event.kind) {
    case 'started':
      return story
    case 'trying': {
      const { attempt, miner, peer, offer, price, chosen } = event
      const steps = [{ atMs, what: 'agreed' }]
      const begun: AttemptStory = {
        ...{ attempt, miner, peer, offer, price: String(price), state: 'agreed', steps },
        ...(chosen === undefined ? {} : { chosen }),
      }
      return { ...story, attempts: [...story.attempts, begun] }
    }
    case 'progress': {
      const left = event.etaMs > 0 ? `, about ${event.etaMs} ms left` : ''
      const place = event.ahead === 0 ? 'next in line' : `queued behind ${event.ahead}`
      const what = `${event.stage === 'running' ? 'running' : place}${left}`
      return withAttempt(story, event.attempt, { state: 'started' }, { atMs, what })
    }
    case 'begun':
      return withAttempt(
        story,
        event.attempt,
        { state: 'started' },
        { atMs, what: 'the miner has begun, and signed so' },
      )
    case 'service': {
      const service = serviceStory(event.report)
      return withAttempt(story, event.attempt, { service }, { atMs, what: serviceText(service) })
    }
    case 'resumed':
      return withAttempt(story, event.attempt, { state: 'stalled' }, { atMs, what: 'lost the call, resumed' })
    case 'refused': {
      const what = `refused: ${event.reason}${event.detail === '' ? '' : ` (${event.detail})`}`
      return withNamed(story, event, { state: 'refused' }, { atMs, what })
    }
    case 'failed': {
      const error = storyError(event.error)
      const state = event.error.code === 'STALLED' ? 'stalled' : 'aborted'
      return withNamed(story, event, { state, error }, { atMs, what: event.error.message })
    }
    case 'outrun': {
      const what =
        event.paid > 0n
          ? 'another miner answered before it; its answer is paid'
          : 'another miner answered first: stopped, for nothing'
      return withAttempt(story, event.attempt, { state: event.paid > 0n ? 'finished' : 'aborted' }, { atMs, what })
    }
    case 'finished': {
      const { finished, roundTripMs } = event
      const figures = {
        state: 'finished' as const,
        roundTripMs,
        waitedMs: Number(finished.waitedUs) / 1_000,
        computedMs: Number(finished.computedUs) / 1_000,
        ...(finished.notes === undefined ? {} : { notes: finished.notes }),
        outputs: finished.outputs,
      }
      return withAttempt(story, event.attempt, figures, { atMs, what: 'finished' })
    }
    case 'cloud-asked':
    case 'cloud-answered':
    case 'cloud-failed':
      return { ...story, ...afterCloudEvent(story, event, atMs) }
  }
}

/** A job goes to the cloud once. */
function afterCloudEvent({ cloud }: JobStory, event: CloudEvent, atMs: number): Pick<JobStory, 'cloud'> {
  if (event.kind === 'cloud-asked') {
    const { provider, target, priceMax, why } = event
    return { cloud: { provider, target, why, state: 'asked', askedAtMs: atMs, priceMax: String(priceMax) } }
  }
  if (cloud === undefined) return {}
  if (event.kind === 'cloud-failed') {
    return { cloud: { ...cloud, state: 'failed', tookMs: atMs - cloud.askedAtMs, error: storyError(event.error) } }
  }
  const { served, price, tookMs, isCut, outputs } = event
  return { cloud: { ...cloud, state: 'answered', served, price: String(price), tookMs, isCut, outputs } }
}

/** What the payment line says of an attempt of this job. */
export function afterLineEvent(story: JobStory, attempt: AttemptId, event: LineEvent, atMs: number): JobStory {
  switch (event.kind) {
    case 'receipt': {
      const { batch, receipt } = event
      const told = { batch, outputRoot: receipt.outputRoot, price: String(receipt.price) }
      // What was paid ahead has its voucher already.
      const isPaid = attemptOf(story, attempt)?.voucher !== undefined
      const change = { state: isPaid ? ('paid' as const) : ('receipted' as const), receipt: told }
      return withAttempt(story, attempt, change, { atMs, what: 'receipt checked' })
    }
    case 'signed': {
      const { cumulative, hashAfter } = event.voucher
      const voucher = { cumulative: String(cumulative), agreementsHash: hashAfter }
      const isReceipted = attemptOf(story, attempt)?.receipt !== undefined
      const change = isReceipted ? { state: 'paid' as const, voucher } : { voucher }
      return withAttempt(story, attempt, change, { atMs, what: isReceipted ? 'voucher signed' : 'paid ahead' })
    }
    case 'dispute':
      return withAttempt(
        story,
        attempt,
        { state: 'disputed', error: storyError(event.error) },
        { atMs, what: 'disputed' },
      )
    case 'voucher':
    case 'conceded':
      return story
  }
}

const attemptOf = (story: JobStory, id: AttemptId): AttemptStory | undefined =>
  story.attempts.find(({ attempt }) => attempt === id)

function withAttempt(story: JobStory, id: AttemptId, change: Partial<AttemptStory>, step: StoryStep): JobStory {
  const attempts = story.attempts.map((attempt) =>
    attempt.attempt === id ? { ...attempt, ...change, steps: stepped(attempt.steps, step) } : attempt,
  )
  return { ...story, attempts }
}

/** Where only the miner is named its newest attempt is meant. Before any attempt there is none to tell of. */
function withNamed(
  story: JobStory,
  { attempt, miner }: { readonly attempt?: AttemptId; readonly miner: Address },
  change: Partial<AttemptStory>,
  step: StoryStep,
): JobStory {
  const id = attempt ?? story.attempts.findLast((each) => each.miner === miner)?.attempt
  return id === undefined ? story : withAttempt(story, id, change, step)
}

const stepped = (steps: readonly StoryStep[], step: StoryStep): readonly StoryStep[] =>
  steps.length < STEPS_MAX ? [...steps, step] : [...steps.slice(0, STEPS_MAX - 1), step]
