/** What the READMEs of the rules and of the simulator say in numbers, made again from the constants. */
import { describe, expect, it } from 'vitest'
import { meshDegree } from '../../../node/network/gossip/gossip-law.ts'
import { networkPresets } from '../../../node/network/network-preset.ts'
import { EPOCHS } from '../../../protocols/rules/auditing/audit-draw.ts'
import {
  AUDIT_WINDOW_MS,
  BARRED_FROM,
  CLEARED_BY,
  PROVEN_MIN,
  STARVED_MS,
} from '../../../protocols/rules/auditing/audit-record.ts'
import { PPM, SENSITIVITY } from '../../../protocols/rules/auditing/audit-share.ts'
import { TOLERANCE } from '../../../protocols/rules/auditing/tolerance-class.ts'
import { edgeWeights } from '../../../protocols/rules/classification/edge-score.ts'
import { COMPLEXITY } from '../../../protocols/rules/pricing/complexity.ts'
import { SCORE_WEIGHTS } from '../../../protocols/rules/qos/miner-score.ts'
import { deviceLimits } from '../../../protocols/rules/scheduling/adapt-job.ts'
import { edgeLadder } from '../../../protocols/rules/thermal/heat-ladder.ts'
import { documentText, numbersOf } from '../../support/documents/source-numbers.ts'

const WORDS: Readonly<Record<number, string>> = {
  1: 'one',
  2: 'two',
  3: 'three',
  4: 'four',
  5: 'five',
  8: 'eight',
  10: 'ten',
  16: 'sixteen',
  20: 'twenty',
}
const word = (count: number): string => WORDS[count] ?? expect.fail(`${count} has no word here`)
const percent = (share: number): string => `${Math.round(100 * share)} %`
const grouped = (count: number): string => count.toLocaleString('en-US')
const MINUTE_MS = 60_000
/** A sentence that says a number in words of its own, for as long as it is that number. */
const so = (holds: boolean, sentence: string): string => (holds ? sentence : `something else than: ${sentence}`)

const rule = (file: string) => numbersOf(`protocols/rules/${file}.ts`)

function thermal(): readonly string[] {
  const ladder = rule('thermal/heat-ladder')
  const watch = rule('thermal/heat-watch')
  const course = rule('thermal/sensor-course')
  const sensor = rule('thermal/judge-sensor')
  const { warmC, hotC, criticalC, offC, backC } = edgeLadder
  return [
    `| ${warmC} C | \`warm\` | the owner is told; in quiet mode the load falls from here on, to ${percent(ladder('HOT_SHARE_MIN'))} at ${criticalC} C |`,
    `| ${hotC} C | \`hot\` | no new jobs,`,
    `| ${criticalC} C | \`critical\` | drains: at most ${percent(ladder('CRITICAL_SHARE_MAX'))} of the load |`,
    `| ${offC} C | \`off\` | running jobs end; back after a minute below ${backC} C`,
    `A step ends ${ladder('HYSTERESIS_C')} C below its beginning. The load falls at once and rises by ${percent(watch('SHARE_RISE_PER_S'))} a second.`,
    `the average over ${course('SMOOTHING_MS') / 1_000} s (EWMA), or where the trend of the last ${word(course('TREND_MS') / 1_000)} seconds leads in ${course('FORECAST_S')} s`,
    `bounded to ${course('TREND_C_PER_S_MAX')} C/s`,
    `It is asked every ${watch('CALM_MS') / 1_000} s, and every second above ${hotC} C`,
    `no new jobs ${ladder('LIMIT_MARGIN_C')} C below`,
    `is off ${ladder('SHUTDOWN_MARGIN_C')} C below it, if that is less than ${offC} C`,
    so(sensor('MISSES_MAX') === 1, 'answered once and does not twice in a row'),
    `stays low for ${course('STUCK_RUN_MS') / 1_000} s and high for ${course('STUCK_RUN_MS') / 1_000} s`,
  ]
}

function power(): readonly string[] {
  const course = rule('power/budget-course')
  const drawn = rule('power/drawn-power')
  const seat = rule('power/watched-seat')
  const curve = rule('power/seat-curve')
  const planned = rule('power/planned-shares')
  return [
    `Drawn is the mean of ${word(drawn('DRAWN_MS') / 1_000)} seconds`,
    `**Above the budget for ${word(course('OVER_MS') / 1_000)} seconds**`,
    `up to ${word(course('CHANCE_MS_MAX') / MINUTE_MS)} minutes`,
    so(seat('COMING_MS') === MINUTE_MS, 'is waited for, a minute at most'),
    so(seat('WHOLE_MS') === 30 * MINUTE_MS, 'for half an hour it works always or not at all'),
    `every ${word(drawn('DRAWN_MS') / 1_000)} seconds. It comes back after a minute at ${percent(course('CALM_SHARE'))} of the budget`,
    so(course('REDUCED_SHARE') === 0.02 && course('RAISED_SHARE') === 0.02, 'with a fiftieth of the budget'),
    `bring ${percent(planned('KEPT_SHARE'))} of the best; better ones come a minute after the last, ${word(planned('KEPT_ON_OFF_MS') / MINUTE_MS)} minutes where`,
    `does not for ${drawn('SILENT_MS') / 1_000} s gets no new jobs`,
    `again after ${word(drawn('BACK_MS') / 1_000)} seconds of words`,
    `Of each power the ${word(curve('PER_LEVEL_MAX'))} newest are kept, ${rule('power/power-curve')('POWER_SAMPLES_MAX')} in all`,
    `further than ${percent(curve('ERROR_MAX'))} from the best curve`,
  ]
}

function qos(): readonly string[] {
  const score = rule('qos/miner-score')
  const parts = rule('qos/components')
  const doubt = rule('qos/doubt')
  const blend = rule('qos/blend')
  const rater = rule('qos/rater-weight')
  const [best, worst] = [parts('LATENCY_BEST_MS'), parts('LATENCY_WORST_MS')]
  return [
    ...Object.entries(SCORE_WEIGHTS).map(([name, weight]) => `| ${name} | ${weight} | `),
    `clamp((${grouped(worst)} − p95) / ${grouped(worst - best)})`,
    `n / (n + ${score('CONFIDENCE_HALF')}) of n observations`,
    `Below ${score('CONFIDENCE_MIN')} the tier is U`,
    `a tier changes when the border is passed by ${word(score('HYSTERESIS_CENTI') / 100)} points`,
    `Accuracy takes its weight in ${word(score('AUDITS_FULL'))}ths`,
    `of one miner the ${rule('qos/observation')('OBSERVATIONS_MAX')} newest observations`,
    `(${doubt('LAG_MS_MIN')} ms not at all, ${doubt('LAG_MS_MAX')} ms in full)`,
    `the miners of at least ${word(doubt('OTHERS_MIN'))}, and at least half, of the other owners that were tried there in the same ${word(doubt('SLOT_S') / 60)} minutes`,
    `at most ${grouped(rater('FEE_CREDITS_MAX'))} credits`,
    `w / (w + ${rater('FEE_CREDITS_HALF')})`,
    `at most ${blend('COUNT_PER_RATER_MAX')} of a rater and ${blend('OTHERS_MAX')} of all others together`,
    `One own observation counts as ${word(blend('OWN_FACTOR'))}`,
  ]
}

function routing(): readonly string[] {
  const weigh = rule('routing/weigh-candidate')
  const choose = rule('routing/choose-miner')
  const breaker = rule('routing/circuit-breaker')
  return [
    `(latency + ${weigh('SOFT_MS')} ms)^l`,
    `times ${weigh('FAILURE_FACTOR')} for each recent failure`,
    `and ${weigh('UNKNOWN_QUALITY')} for the rest`,
    `the last ${numbersOf('node/network/peers/peer-ways.ts')('FAILED_DIAL_MS') / 1_000} s, while others did`,
    so(choose('NEAR_FACTOR') === 1.05, 'those within a twentieth of the least cost'),
    `At most ${percent(choose('NEWCOMER_SHARE'))} of the jobs`,
    `at most ${percent(choose('GROUP_SHARE_MAX'))} to those of one owner or network`,
    so(choose('NEWCOMER_COST_MAX') === 2, 'none that costs more than twice as much as the best'),
    `${word(breaker('FAULTS_MAX'))} failures in a row, or one that proves a broken rule, exclude a miner for ${breaker('EXCLUDED_MS') / 1_000} s`,
    so(breaker('EXCLUDED_MS_MAX') === 30 * MINUTE_MS, 'up to half an hour'),
    `places of ${rule('routing/offer-cells')('RADIUS_MS')} ms`,
    `within ${rule('routing/find-optimal-gpus')('BUDGET_MS')} ms unless it says otherwise`,
  ]
}

function auditing(): readonly string[] {
  const record = rule('auditing/audit-record')
  return [
    so(EPOCHS.lengthMs === 60 * MINUTE_MS, 'The secret is good for an hour'),
    `the secret ${word(EPOCHS.graceMs / MINUTE_MS)} minutes after the hour`,
    so(AUDIT_WINDOW_MS === 7 * 86_400_000, `${PROVEN_MIN} audits matched within a week`),
    `${CLEARED_BY} matched ones have not followed yet`,
    `${BARRED_FROM} differed within a week, and at least one of ${record('BARRED_IN')} that were judged`,
    `where d is the part of the lies that an audit finds (${SENSITIVITY / PPM})`,
    `| fp32 | rmse / rms <= ${TOLERANCE.tol32} |`,
    `| rmse / rms <= ${TOLERANCE.tol16} |`,
    so(
      STARVED_MS === 60 * MINUTE_MS,
      `for an hour the miner looks ${word(record('DOUBT_FACTOR'))} times as bad to this client (a second one: ${word(record('DOUBT_FACTOR') ** 2)} times)`,
    ),
    `most of at least ${word(record('UNSTEADY_MINERS_MIN'))} miners of one class`,
    `where ${word(rule('auditing/choose-twin')('TESTED_OWNERS_MIN'))} owners beside the audited one's have such`,
  ]
}

function classification(): readonly string[] {
  const score = rule('classification/edge-score')
  return [
    ...Object.entries(edgeWeights).map(([term, weight]) => `| ${term} | ${weight.toFixed(2)} | `),
    `${edgeLadder.hotC} C at work | ${score('COOL_C')} C at work`,
    `reaches ${percent(score('SHARE_OF_PEAK'))} of what is published`,
  ]
}

function coordinates(): readonly string[] {
  const vivaldi = rule('coordinates/vivaldi')
  const bounds = rule('coordinates/coordinates')
  return [
    `error weights of ${vivaldi('CE')}, an adjustment over ${vivaldi('WINDOW')} samples`,
    `a median of ${word(rule('coordinates/latency-filter')('FILTER_SAMPLES'))} round trips for each peer`,
    `gravity with a rho of ${vivaldi('GRAVITY_RHO_S')} s`,
    `${word(bounds('DIMENSIONS'))} numbers and a height in milliseconds`,
    `${vivaldi('MOVE_MS_MAX')} ms for a node that knows its place, up to ${vivaldi('MOVE_MS_MAX') * vivaldi('UNSURE_MOVES')} ms for one that does not`,
    `more than ${word(vivaldi('OUTLIER_DEVIATIONS'))} median deviations (and ${vivaldi('OUTLIER_MS_MIN')} ms) above the median of the last ${word(vivaldi('WINDOW'))}`,
    `a place beyond ${grouped(bounds('COMPONENT_MS_MAX'))} ms`,
    `(uint8, ${100 * bounds('ERROR_MAX')} at most)`,
  ]
}

function geography(): readonly string[] {
  const way = rule('geography/way-latency')
  return [
    `any word of ${numbersOf('protocols/wire/offer/offer-body.ts')('REGION_BYTES_MAX')} letters, digits and hyphens`,
    `geohash of one to ${word(rule('geography/geohash')('GEOHASH_MAX'))} characters`,
    `times ${way('PATH_FACTOR')}, and ${way('WAY_BASE_MS')} ms for whatever comes on top`,
    `(mean error ${percent(way('FIT_ERROR'))})`,
    `(one vote each, ${word(rule('line/typical-latencies')('PUBLIC_VOTERS_MIN'))} at least)`,
  ]
}

function pricing(): readonly string[] {
  const strategy = rule('pricing/price-strategy')
  return [
    `counts up to ${rule('pricing/market-base')('QUEUE_COUNTED_MAX')}`,
    `${COMPLEXITY.min} to ${COMPLEXITY.max}`,
    `the middle half of at least ${word(strategy('OTHERS_MIN'))} others`,
    so(strategy('UNDERCUT') === 100, 'a hundredth less than the cheapest'),
  ]
}

function scheduling(): readonly string[] {
  const rows = (isMobile: boolean, onBattery: boolean): number => deviceLimits({ isMobile, onBattery }).rowsMax
  return [
    `a run has at most ${rows(true, false)} rows`,
    `(\`onBattery\`) at most ${rows(false, true)}, on both at most ${rows(true, true)}`,
  ]
}

function serviceLevel(): readonly string[] {
  const most = rule('service-level/granted-terms')('COMPENSATION_BP_MAX')
  return [so(most === 20_000, 'of the agreed price, at most twice the price')]
}

function stateProof(): readonly string[] {
  const header = rule('state-proof/block-header')
  const answer = rule('state-proof/proof-answer')
  const trie = rule('state-proof/trie-proof')
  return [
    `| header | ${grouped(header('HEADER_BYTES_MAX'))} bytes |`,
    `| fields of a header | ${header('FIELDS_MAX')} |`,
    `It has ${header('FIELDS_MIN')} fields at least`,
    `| nodes of a proof | ${trie('KEY_DIGITS') + 1} | a key has ${trie('KEY_DIGITS')} digits`,
    `| node | ${trie('NODE_BYTES_MAX')} bytes |`,
    `| slots of one answer | ${answer('PROOF_SLOTS_MAX')} |`,
  ]
}

function simulator(): readonly string[] {
  const wire = (file: string) => numbersOf(`simulations/wire/${file}.ts`)
  return [
    `${word(wire('connections')('CONNECT_ROUND_TRIPS'))} round trips to come up`,
    `${word(wire('link')('DEAD_LINE_MS') / MINUTE_MS)} minutes of a cut path end it`,
    `mesh of ${meshDegree.wanted} (${meshDegree.min} to ${meshDegree.max})`,
    `buckets of ${wire('dht/routing-table')('BUCKET_SIZE')}, ${networkPresets.local.dhtAlpha} requests at once`,
  ]
}

describe('the README of', () => {
  it.each([
    ['protocols/rules/auditing', auditing],
    ['protocols/rules/classification', classification],
    ['protocols/rules/coordinates', coordinates],
    ['protocols/rules/geography', geography],
    ['protocols/rules/power', power],
    ['protocols/rules/pricing', pricing],
    ['protocols/rules/qos', qos],
    ['protocols/rules/routing', routing],
    ['protocols/rules/scheduling', scheduling],
    ['protocols/rules/service-level', serviceLevel],
    ['protocols/rules/state-proof', stateProof],
    ['protocols/rules/thermal', thermal],
    ['simulations', simulator],
  ] as const)('%s has the numbers of the code', (folder, sentences) => {
    const text = documentText(`${folder}/README.md`)
    expect(sentences().filter((sentence) => !text.toLowerCase().includes(sentence.toLowerCase()))).toEqual([])
  })
})
