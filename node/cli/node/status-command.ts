import { latenciesText } from '../../../protocols/rules/line/latencies-text.ts'
import type { AsJson } from '../../control/as-json.ts'
import type { StatusReport } from '../../control/methods/status-method.ts'
import { type Command, defineCommand, flag } from '../frame/command.ts'
import { cardsLine } from '../gpu/cards-text.ts'
import { settledMark } from '../jobs/unsettled.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { durationText } from '../screen/durations.ts'
import { amountOf, countText, UNKNOWN } from '../screen/numbers.ts'
import { pairs } from '../screen/table.ts'
import { holdRows } from './holds-text.ts'
import { powerLine } from './power-text.ts'

/** The report of the `status` method as JSON carries it. */
export type StatusJson = AsJson<StatusReport>

export const statusCommand: Command = defineCommand({
  name: 'status',
  group: 'use',
  summary: 'show how the running node stands',
  about:
    'With --json: {"phase", "version", "network", "roles", "peer", "addresses", "bootstrap", "uptimeMs", "peers", "settles", "earned": ' +
    '{"due", "promised"}, "spent": {"due", "promised", "disputed"}, "jobs", "requests", "audits": {"matched", "mismatched", "inconclusive", "barred"}, "models", "offer", "pause", "leasedUntilMs", "care": {"admits", "loadShare", "stopsRunning", "reasons": [{"cause", "text", "on"}]}, ' +
    '"holds": [{"by", "card": {"number", "key", "name"}, "sinceMs", "reach", "admits", "loadShare", "stopsRunning", "reasons"}], "power", "idle", "line", "gateway", ' +
    '"gatewayKeys": [{"name", "budget", "spent", "reserved", "dayEndsAtMs"}], "cloud": {"provider", "models", "spent", "reserved", "budget", "dayEndsAtMs"}, "metrics", "space", "cards", ' +
    '"clock", "seenBy", "signing", "spans", "troubles", "next"}. "seenBy": {"seen", "asked", "atMs"} of other peers, asked once a minute at most ' +
    'whether they know its offer; null where nobody answered. "cards" are those of aitbc gpu. "reach" of a hold: miner, card, or nobody where no models run on its card. ' +
    '"power" is that of aitbc gpu. "idle": {"quietMs", "reasons": [{"cause", "text"}]} of a miner that has had no work for five minutes: why, the ' +
    'weightiest first, as far as this node can know. ' +
    '"service": {"points", "tier", "confidence", "raters", "weighs"} of a miner: how it stands with those that publish what they saw; null is unknown. ' +
    '"line": {"latency", "p95Ms", "bulk", "up": {"bitsPerS", "medianBitsPerS", "samples"}, "down", "regions": [{"region", ' +
    '"latencyMs", "voters"}]} of a miner: how long jobs take, what its line was seen to carry, and how far the peers of each region are. ' +
    "Amounts are decimal text in credits; a credit is a millionth of the token's unit. " +
    'Exit code 6 where the node runs and cannot do its work: no peers, no disk space, a clock that is off, or nothing is signed. ' +
    'With --quiet only the exit code says how it stands, and no peer is asked: for containers and scripts.',
  examples: [
    { line: 'aitbc status', about: 'of the node on the default data folder' },
    { line: 'aitbc status --quiet || echo "look at it"', about: 'for a script; in a container see docs/containers.md' },
    { line: 'aitbc status --data ./miner --json', about: 'of another one, for a script' },
  ],
  options: { quiet: flag('Prints nothing; the exit code is the answer.') },
  async run(context) {
    const { reachNode } = await import('./node-access.ts')
    const { EXIT } = await import('../../../protocols/kernel/error-projections.ts')
    await using node = await reachNode(context)
    const { out, options } = context
    const status = await node.call<StatusJson>('status', { ask: !options.quiet })
    if (!options.quiet) await out.print(status, () => statusText(status, out.style.dim, Date.now()))
    return status.peers === 0 || status.space !== 'ok' || status.signing !== undefined || status.clock !== undefined
      ? EXIT.degraded
      : EXIT.done
  },
})

/** @param nowMs Unix ms */
export function statusText(status: StatusJson, dim: (text: string) => string, nowMs: number): string {
  const mark = settledMark(status.settles)
  const isMiner = status.roles.includes('miner')
  const isClient = status.roles.includes('client')
  const rows: (readonly [string, string])[] = [
    [
      'node',
      `${status.name}, ${status.roles.join(' + ')} on ${status.network}, up ${durationText(status.uptimeMs)}${status.unclean ? ', after an unclean end' : ''}`,
    ],
    ...(isMiner
      ? [
          [
            'earned',
            `${unitsText(BigInt(status.earned.due))} owed, ${unitsText(BigInt(status.earned.promised))} promised${
              status.settles ? `, ${unitsText(BigInt(status.earned.redeemed))} paid by the chain` : mark
            }`,
          ] as const,
        ]
      : []),
    ['seen', `${amountOf(status.peers, 'peer')} connected${offerText(status)}`],
    ...(isMiner ? [['jobs', jobsText(status)] as const, ['models', modelsText(status)] as const] : []),
    ...idleRows(status.idle),
    ...(status.service === undefined ? [] : [['service', serviceText(status.service)] as const]),
    ...(status.line === undefined ? [] : lineRows(status.line)),
    ...(status.power === undefined
      ? []
      : [
          [
            'power',
            powerLine(
              status.power,
              (status.cards ?? []).map(({ key }) => key),
            ),
          ] as const,
        ]),
    ...holdRows(status.holds ?? [], nowMs),
    ...(isClient
      ? [
          ['asked', requestsText(status)] as const,
          ...(status.audits === undefined ? [] : [['audits', auditsLine(status.audits)] as const]),
          [
            'spent',
            `${unitsText(BigInt(status.spent.due))} owed, ${unitsText(BigInt(status.spent.promised))} promised${mark}`,
          ] as const,
        ]
      : []),
    ...(status.gateway === undefined ? [] : [['gateway', `${status.gateway}/v2`] as const]),
    ...(status.gatewayKeys ?? []).map((key) => ['budget', budgetText(key)] as const),
    ...(status.cloud === undefined ? [] : [['cloud', cloudText(status.cloud)] as const]),
    ...(status.metrics === undefined ? [] : [['metrics', status.metrics] as const]),
    ...(status.spans?.failing === undefined
      ? []
      : [['traces', `${status.spans.failing.message}; ${countText(status.spans.dropped)} spans dropped`] as const]),
    ...(status.cards === undefined ? [] : [['cards', cardsLine(status.cards)] as const]),
    ['disk', status.space === 'ok' ? 'has space' : 'FULL: no new jobs until there is space'],
    ...(status.clock === undefined ? [] : [['clock', clockText(status.clock)] as const]),
    ...(status.signing === undefined
      ? []
      : [['signing', `STOPPED until the next start: ${status.signing.message}`] as const]),
    ['peer id', status.peer],
    ['data', status.dataFolder],
    ...status.troubles.slice(0, 3).map(({ code, message }) => ['trouble', `${code}: ${message}`] as const),
    ['next', status.next],
  ]
  return pairs(rows, { styleTitle: dim })
}

function auditsLine({ matched, mismatched, inconclusive, barred }: NonNullable<StatusJson['audits']>): string {
  const looked = `${countText(matched + mismatched + inconclusive)} answers looked at, ${countText(mismatched)} false`
  return barred === 0 ? looked : `${looked}; ${countText(barred)} miners get no work for it (aitbc audits)`
}

function cloudText({ provider, models, spent, budget }: NonNullable<StatusJson['cloud']>): string {
  const used = `${unitsText(BigInt(spent))} of ${unitsText(BigInt(budget))} spent today (UTC)`
  return `${provider} stands in for ${amountOf(models.length, 'model')}, for jobs that allow it: ${used}`
}

function budgetText({ name, budget, spent, reserved }: NonNullable<StatusJson['gatewayKeys']>[number]): string {
  const running = reserved === '0' ? '' : `, ${unitsText(BigInt(reserved))} set aside for running jobs`
  return `${name}: ${unitsText(BigInt(spent))} of ${unitsText(BigInt(budget))} spent today (UTC)${running}`
}

/** The reasons in their order, each a line. */
function idleRows(idle: StatusJson['idle']): (readonly [string, string])[] {
  if (idle === undefined) return []
  const head = `no job for ${durationText(Math.floor(idle.quietMs / 60_000) * 60_000)}`
  if (idle.reasons.length === 0) return [['idle', `${head}; nothing is known to keep jobs away`]]
  return idle.reasons.map(({ text }, i) => [i === 0 ? 'idle' : '', i === 0 ? `${head}: ${text}` : text])
}

const clockText = ({ offsetMs, voters, isStopped }: NonNullable<StatusJson['clock']>): string =>
  `${isStopped ? 'STOPPED, no offers and no jobs: ' : ''}${Math.round(Math.abs(offsetMs) / 1_000)} s ${offsetMs > 0 ? 'BEHIND' : 'AHEAD of'} what ${amountOf(voters, 'miner')} say`

function offerText({ offer, seenBy, pause, leasedUntilMs }: StatusJson): string {
  if (offer === undefined) return ''
  if (offer.paused) return `, offer withdrawn${pause === undefined ? leaseText(leasedUntilMs) : pauseText(pause)}`
  const seen = seenBy === null ? UNKNOWN : `${countText(seenBy.seen)} of ${countText(seenBy.asked)} asked`
  return `, offer told to ${amountOf(offer.peers, 'peer')}, seen by ${seen}`
}

/** What was not measured has no row. */
function lineRows({
  latency,
  p95Ms,
  bulk,
  up,
  down,
  regions,
}: NonNullable<StatusJson['line']>): (readonly [string, string])[] {
  const line = [
    ...(p95Ms === undefined ? [] : [`95 % of jobs within ${Math.round(p95Ms)} ms (${latency})`]),
    ...(up === undefined ? [] : [`carries ${rateText(up)} up${bulk === 'enough' ? ', enough for bulk work' : ''}`]),
    ...(down === undefined ? [] : [`${up === undefined ? 'carries ' : ''}${rateText(down)} down`]),
  ]
  return [
    ...(line.length === 0 ? [] : [['line', line.join(', ')] as const]),
    ...(regions.length === 0 ? [] : [['far', latenciesText(regions)] as const]),
  ]
}

const rateText = ({ bitsPerS }: { readonly bitsPerS: number }): string => `${(bitsPerS / 1e6).toFixed(1)} Mbit/s`
const leaseText = (untilMs: number | undefined): string =>
  untilMs === undefined ? '' : `: leased until ${new Date(untilMs).toISOString()}`

function pauseText(pause: StatusJson['pause']): string {
  if (pause === undefined) return ''
  return pause.untilMs === undefined ? ': paused' : `: paused until ${new Date(pause.untilMs).toISOString()}`
}

/** By others: what a miner thinks of itself is no score. */
function serviceText({ points, tier, confidence, raters, weighs }: NonNullable<StatusJson['service']>): string {
  if (raters === 0) return 'nobody has said anything of it in the last 45 minutes'
  const said = `${amountOf(raters, 'rater')} ${raters === 1 ? 'says' : 'say'}`
  if (points === null)
    return `${said} something of it, ${weighs ? 'and none weighs anything here' : 'and without a chain nobody weighs anything'}`
  return `${said} ${points.toFixed(2)} of 100, tier ${tier}, ${Math.round(confidence * 100)} % sure`
}

function jobsText({ jobs }: StatusJson): string {
  const aborted = total(jobs.aborted)
  const refused = Object.entries(jobs.refused).map(([reason, count]) => `${countText(count)} ${reason}`)
  return [
    `${countText(jobs.running)} running`,
    `${countText(jobs.finished)} finished`,
    ...(aborted > 0 ? [`${countText(aborted)} aborted`] : []),
    ...(refused.length > 0 ? [`refused: ${refused.join(', ')}`] : []),
  ].join(', ')
}

function requestsText({ requests }: StatusJson): string {
  const failed = Object.entries(requests.failed).map(([code, count]) => `${countText(count)} ${code}`)
  return [
    `${countText(requests.running)} running`,
    `${countText(requests.answered)} answered`,
    ...(requests.cloud > 0 ? [`${countText(requests.cloud)} by the cloud`] : []),
    ...(failed.length > 0 ? [`failed: ${failed.join(', ')}`] : []),
  ].join(', ')
}

const modelsText = ({ models }: StatusJson): string =>
  models.length === 0
    ? 'none'
    : models
        .map(({ name, state, respawns }) => `${name} (${state}${respawns > 0 ? `, ${respawns} respawns` : ''})`)
        .join(', ')

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)
