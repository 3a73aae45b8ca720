/** `run`: one job through this node's client, with its evidence behind. */

import { z } from 'zod'
import { abortable } from '../../../protocols/kernel/abortable.ts'
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import { modelId } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { routingPolicies } from '../../../protocols/rules/routing/routing-policy.ts'
import { cloudConsents, cloudSentence } from '../../../protocols/rules/venue/choose-venue.ts'
import type { RunNotes } from '../../../protocols/wire/job/job-messages.ts'
import type { ChosenBecause } from '../../client/choosing/miner-choice.ts'
import type { MeshClient } from '../../client/mesh-client.ts'
import type { Answer } from '../../client/running/infer-options.ts'
import type { JobEvent } from '../../client/running/job-runner.ts'
import type { CloudAnswer } from '../../client/running/venues.ts'
import type { AttemptStory } from '../../client/telling/job-story.ts'
import { systemClock } from '../../roles/system-clock.ts'
import { creditParam } from './credit-param.ts'
import { parseParams } from './parse-params.ts'
import { jsonOfTensor, type TensorJson, tensorOfJson, tensorsSchema } from './tensor-json.ts'

/** A receipt comes within milliseconds, its voucher a quarter of a second later; a slow miner is not waited for longer. */
const EVIDENCE_MS_MAX = 5_000

const schema = z.strictObject({
  model: z.string().min(1).max(64),
  inputs: tensorsSchema,
  priceMax: creditParam.optional(),
  latencyMsMax: z.number().positive().optional(),
  policy: z.enum(routingPolicies).optional(),
  hedge: z.boolean().optional(),
  deadlineMs: z.number().positive().optional(),
  cloud: z.enum(cloudConsents).optional(),
  sensitive: z.boolean().optional(),
  serviceLevel: z.literal('witnessed').optional(),
  trace: z.boolean().optional(),
  /** Longer ones are no trace of any version. */
  traceparent: z.string().max(256).optional(),
})

export type RunAnswer = EdgeRunAnswer | CloudRunAnswer

interface RunAnswerOfAny {
  readonly job: string
  readonly model: string
  readonly attempts: number
  readonly traceId?: string
  readonly price: bigint
  readonly totalMs: number
  /** Whether the other venue could have taken over. */
  readonly fallBack: boolean
  readonly outputs: readonly TensorJson[]
}

export interface EdgeRunAnswer extends RunAnswerOfAny {
  readonly venue: 'edge'
  readonly attempt: string
  readonly miner: string
  /** Why this miner. */
  readonly chosen?: ChosenBecause
  readonly waitedMs: number
  readonly computedMs: number
  readonly roundTripMs: number
  /** How the miner says that it changed the job to run it; absent where it changed nothing. */
  readonly notes?: RunNotes
}

export interface CloudRunAnswer extends RunAnswerOfAny {
  readonly venue: 'cloud'
  readonly provider: string
  readonly served: string
  readonly why: string
  readonly cloudMs: number
  readonly isCut: boolean
}

export type RunEvent =
  | {
      readonly kind: 'progress'
      readonly event: string
      readonly miner?: string
      readonly provider?: string
      readonly detail?: string
      readonly etaMs?: number
    }
  /** The answer, before its evidence. */
  | { readonly kind: 'answer'; readonly answer: RunAnswer }

export interface RunResult {
  readonly job: string
  /** Absent where it did not come in time: then nothing is paid for it. */
  readonly receipt?: AttemptStory['receipt']
  readonly voucher?: AttemptStory['voucher']
  /** How it was served, where that was witnessed; absent where witnesses were not heard in time. */
  readonly service?: AttemptStory['service']
  /** Why the evidence is not complete. */
  readonly problem?: { readonly code: string; readonly message: string }
  readonly settles: boolean
}

/** @throws MeshError USAGE, and what {@link MeshClient.infer} throws */
export async function runJob(
  { client, settles }: { readonly client: MeshClient; readonly settles: boolean },
  params: unknown,
  signal: AbortSignal,
  emit: (event: RunEvent) => Promise<void>,
): Promise<RunResult> {
  const {
    model,
    inputs,
    priceMax,
    latencyMsMax,
    policy,
    hedge,
    deadlineMs,
    cloud,
    sensitive,
    serviceLevel,
    trace,
    traceparent,
  } = parseParams(schema, params)
  const answer = await client.infer({
    model: modelId(model),
    inputs: inputs.map(tensorOfJson),
    signal,
    onEvent: (event) => tell(event, emit),
    ...(priceMax === undefined ? {} : { priceMax: credits(BigInt(priceMax)) }),
    ...(latencyMsMax === undefined ? {} : { latencyMsMax }),
    ...(policy === undefined ? {} : { policy }),
    ...(hedge === undefined ? {} : { hedge }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(cloud === undefined ? {} : { cloud }),
    ...(sensitive === undefined ? {} : { sensitive }),
    ...(serviceLevel === undefined ? {} : { serviceLevel }),
    ...(trace === undefined ? {} : { trace }),
    ...(traceparent === undefined ? {} : { traceparent }),
  })
  await emit({ kind: 'answer', answer: answerJson(model, answer) })
  // A cloud signs nothing, and is paid by its own bill.
  return answer.venue === 'cloud' ? { job: answer.job, settles } : evidenceOf(client, answer, settles, signal)
}

async function evidenceOf(
  client: MeshClient,
  answer: Answer,
  settles: boolean,
  signal: AbortSignal,
): Promise<RunResult> {
  using deadline = new Deadline(systemClock, EVIDENCE_MS_MAX, 'the evidence', signal)
  let problem: MeshError | undefined
  try {
    await abortable(answer.receipt, deadline.signal)
    await abortable(Promise.resolve(answer.service), deadline.signal)
    if (!(await client.settle(EVIDENCE_MS_MAX, deadline.signal, answer.miner))) {
      problem = new MeshError('TIMEOUT', { what: 'the confirmation of the voucher', ms: EVIDENCE_MS_MAX })
    }
  } catch (error) {
    problem = asMeshError(error)
  }
  const attempt = client.stories.find(answer.job)?.attempts.find(({ attempt: id }) => id === answer.attempt)
  return {
    job: answer.job,
    ...(attempt?.receipt === undefined ? {} : { receipt: attempt.receipt }),
    ...(attempt?.voucher === undefined ? {} : { voucher: attempt.voucher }),
    ...(attempt?.service === undefined ? {} : { service: attempt.service }),
    ...(problem === undefined ? {} : { problem: { code: problem.code, message: problem.message } }),
    settles,
  }
}

function answerJson(model: string, answer: Answer | CloudAnswer): RunAnswer {
  const outputs = answer.outputs.map(jsonOfTensor)
  if (answer.venue === 'cloud') return { ...answer, model, outputs }
  const { receipt: _, service: __, ...shown } = answer
  return { ...shown, model, outputs }
}

/** A caller that does not hear of progress is told nothing; the job goes on until its signal says otherwise. */
function tell(event: JobEvent, emit: (event: RunEvent) => Promise<void>): void {
  const progress = progressOf(event)
  if (progress !== undefined) emit({ kind: 'progress', ...progress }).catch(() => undefined)
}

type Progress = Omit<Extract<RunEvent, { kind: 'progress' }>, 'kind'>

function progressOf(event: JobEvent): Progress | undefined {
  switch (event.kind) {
    case 'trying':
      return { event: 'trying', miner: event.miner }
    case 'progress':
      return { event: event.stage, etaMs: event.etaMs }
    case 'refused':
      return { event: 'refused', miner: event.miner, detail: `${event.reason}: ${event.detail}` }
    case 'failed':
      return { event: 'failed', miner: event.miner, detail: event.error.message }
    case 'begun':
      return { event: 'running' }
    case 'resumed':
      return { event: 'resumed' }
    case 'cloud-asked':
      return { event: 'cloud', provider: event.provider, detail: cloudSentence(event.why) }
    case 'cloud-failed':
      return { event: 'cloud failed', provider: event.provider, detail: event.error.message }
    case 'started':
    case 'finished':
    case 'outrun':
    case 'cloud-answered':
    case 'service':
      return undefined
  }
}
