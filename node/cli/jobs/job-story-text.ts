/** The story of a job as people read it. */
import { cloudSentence } from '../../../protocols/rules/venue/choose-venue.ts'
import { type ServiceStory, serviceText } from '../../client/service-level/service-story.ts'
import type { AttemptStory, CloudStory, JobStory } from '../../client/telling/job-story.ts'
import { bytesText } from '../screen/byte-sizes.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { durationText } from '../screen/durations.ts'
import { amountOf } from '../screen/numbers.ts'
import { printable } from '../screen/printable.ts'
import { pairs } from '../screen/table.ts'
import { chosenText } from './chosen-text.ts'
import { notesText } from './run-notes-text.ts'
import { settledMark } from './unsettled.ts'

/** What a miner tells of an attempt, as JSON. */
export interface ServedJson {
  readonly attempt: string
  readonly status: string
  readonly price: string
  readonly usage: string
  readonly waitedMs: number
  readonly computedMs: number
  readonly outputRoot: string
  readonly batchSequence: string
}

/** @param settles whether a chain stands behind the amounts */
export function jobStoryText(story: JobStory, settles = false): string {
  const took = story.endedAtMs === undefined ? '' : ` after ${durationText(story.endedAtMs - story.startedAtMs)}`
  const input = story.inputs.map(
    ({ name, type, dims, byteLength }) => `${name} ${type} [${dims.join(', ')}] ${bytesText(byteLength)}`,
  )
  const head = pairs([
    ['job', story.job],
    ...(story.isAudit === true
      ? ([['asked', 'by this node itself, to look at the answer to another job']] as const)
      : []),
    ['model', `${story.modelName} (${story.model})`],
    ['started', new Date(story.startedAtMs).toISOString()],
    ['input', input.join('; ')],
    [
      'wish',
      `${story.latencyClass}, at most ${unitsText(BigInt(story.priceMax))}, within ${durationText(story.deadlineMs)}`,
    ],
    ...(story.traceId === undefined ? [] : ([['trace', story.traceId]] as const)),
    ['state', `${story.state}${took}, ${amountOf(story.attempts.length, 'attempt')}`],
    ...(story.error === undefined
      ? []
      : ([
          ['error', story.error.message],
          ['next', story.error.hint],
        ] as const)),
  ])
  const attempts = story.attempts.map((attempt, i) => attemptText(attempt, i + 1, story.startedAtMs, settles))
  const cloud = story.cloud === undefined ? [] : [cloudText(story.cloud, story.startedAtMs)]
  return [head, ...attempts, ...cloud].join('\n\n')
}

function cloudText(cloud: CloudStory, startedAtMs: number): string {
  const { provider, target, served, why, state, askedAtMs, priceMax, price, tookMs, isCut, error } = cloud
  const most = `at most ${unitsText(BigInt(priceMax))}`
  return pairs([
    ['cloud', `${printable(provider)}, asked for ${printable(target)}`],
    ['because', `${cloudSentence(why)}, +${durationText(Math.max(0, askedAtMs - startedAtMs))}`],
    ['state', `${state}${tookMs === undefined ? '' : ` after ${durationText(tookMs)}`}`],
    ['price', price === undefined ? most : `${unitsText(BigInt(price))}, ${most}; on the cloud's own bill`],
    ...(served === undefined ? [] : [['ran', printable(served)] as const]),
    ...(isCut === true ? [['cut', 'its text ends at the limit of tokens'] as const] : []),
    ...(error === undefined ? [] : [['error', printable(error.message)] as const]),
  ])
}

function attemptText(attempt: AttemptStory, number: number, startedAtMs: number, settles: boolean): string {
  const { receipt, voucher, roundTripMs } = attempt
  const ran = notesText(attempt.notes)
  const facts = pairs([
    [`attempt ${number}`, attempt.attempt],
    ['miner', attempt.miner],
    ...(attempt.chosen === undefined ? [] : ([['chosen', chosenText(attempt.chosen)]] as const)),
    ['offer', `${attempt.offer} at ${unitsText(BigInt(attempt.price))}`],
    ['state', attempt.state],
    ...(roundTripMs === undefined
      ? []
      : ([
          [
            'timings',
            `${durationText(roundTripMs)} there and back: ${durationText(attempt.waitedMs)} waiting, ${durationText(attempt.computedMs)} computing`,
          ],
        ] as const)),
    ...(ran === undefined ? [] : ([['ran', ran]] as const)),
    ...(receipt === undefined
      ? []
      : ([
          ['receipt', `${unitsText(BigInt(receipt.price))}, output ${receipt.outputRoot}, in batch ${receipt.batch}`],
        ] as const)),
    ...(voucher === undefined
      ? []
      : ([
          [
            'voucher',
            `${unitsText(BigInt(voucher.cumulative))} in all, covers ${voucher.agreementsHash}${settledMark(settles)}`,
          ],
        ] as const)),
    ...(attempt.service === undefined ? [] : serviceRows(attempt.service, settles)),
    ...(attempt.error === undefined ? [] : ([['error', attempt.error.message]] as const)),
  ])
  const steps = attempt.steps.map(
    ({ atMs, what }) => `  +${durationText(Math.max(0, atMs - startedAtMs)).padEnd(9)} ${printable(what)}`,
  )
  return [facts, ...steps].join('\n')
}

/** What is owed for a witnessed attempt, and what the miner would owe where a court decided. */
function serviceRows(service: ServiceStory, settles: boolean): readonly (readonly [string, string])[] {
  const mark = settledMark(settles)
  const owed = BigInt(service.compensation)
  return [
    ['service', `${serviceText(service)}; ${unitsText(BigInt(service.paid))}${mark} owed for it`],
    ...(owed === 0n ? [] : ([['owed back', `${unitsText(owed)} by its terms; nothing enforces it yet`]] as const)),
  ]
}

export const servedText = (served: ServedJson, settles = false): string =>
  pairs([
    ['attempt', served.attempt],
    ['state', served.status],
    ['price', `${unitsText(BigInt(served.price))}${settledMark(settles)}`],
    ['timings', `${durationText(served.waitedMs)} waiting, ${durationText(served.computedMs)} computing`],
    ['output', served.outputRoot],
    ['batch', served.batchSequence],
  ])
