/**
 * For every event: who must act, the sentence in the log, and what the metrics make of it. A missing row does not compile. One table and
 * longer than other files, for it is looked up by event and its sentences are read beside each other: apart, two would say the same thing
 * in two ways, and no type would ask each part for its own rows.
 */
import { type LogLevel, project } from '../../protocols/kernel/error-projections.ts'
import type { MeshError } from '../../protocols/kernel/errors.ts'
import { formatCredits } from '../../protocols/kernel/money.ts'
import { cloudSentence } from '../../protocols/rules/venue/choose-venue.ts'
import { reasonText } from '../care/shown-holds.ts'
import { measureStep, stepLevel, stepText, stepWord } from '../chain/transactions/step-report.ts'
import type { MetricBook } from '../metrics/metric-book.ts'
import type { EventKind, EventOf } from './node-event.ts'

export interface EventRow<E> {
  /** Who must act: error = the developers, warn = the owner, info = the user, debug = nobody. */
  readonly level: LogLevel | ((event: E) => LogLevel)
  readonly say: (event: E) => string
  /**
   * Its error may hold a stranger's words, though it is not what a peer said: above debug only code and numbers are logged. Of what a peer
   * said that holds everywhere.
   */
  readonly stranger?: true
  /** One word of a closed list that the count is split by. */
  readonly split?: (event: E) => string
  /** Metrics beside the count (node/metrics/metric-table.ts). */
  readonly measure?: (event: E, book: MetricBook) => void
}

const byError = ({ error }: { readonly error: MeshError }): LogLevel => project(error.code).log
const code = ({ error }: { readonly error: MeshError }): string => error.code
const clockText = (offsetMs: number): string =>
  `${Math.round(Math.abs(offsetMs) / 1_000)} s ${offsetMs > 0 ? 'behind' : 'ahead'}`
/** @param seconds Unix */
const utc = (seconds: bigint): string => new Date(Number(seconds) * 1_000).toISOString()
const watts = (value: number): string => `${Math.round(value)} W`
const ms = (value: number): string => `${Math.round(value)} ms`

const NOT_AUDITED = {
  size: 'it is too large to be kept',
  budget: 'audits have cost their share of what jobs cost',
  busy: 'too many wait for their turn',
  nobody: 'a moment ago there was nobody to ask',
} as const

export const eventTable: { readonly [K in EventKind]: EventRow<EventOf<K>> } = {
  'node:started': {
    level: 'info',
    say: ({ version, network, roles, unclean }) =>
      `aitbc ${version} runs on ${network} as ${roles.join(', ')}${unclean ? '; its last run did not end cleanly' : ''}`,
  },
  'node:stopping': { level: 'info', say: ({ why }) => (why === 'asked' ? 'stopping' : 'stopping after a failure') },
  'node:stopped': { level: 'info', say: ({ ranMs }) => `stopped after ${Math.round(ranMs / 1_000)} s` },
  'part:started': { level: 'debug', say: ({ part, tookMs }) => `${part} is up after ${ms(tookMs)}` },
  'part:stopped': { level: 'debug', say: ({ part, tookMs }) => `${part} is down after ${ms(tookMs)}` },
  'part:failed': { level: byError, say: ({ part, error }) => `${part} failed: ${error.message}`, split: code },
  'space:changed': {
    level: ({ space }) => (space === 'ok' ? 'info' : 'warn'),
    say: ({ space }) =>
      space === 'ok'
        ? 'the disk has space again: jobs are taken'
        : 'the disk is full: no new jobs until there is space',
    split: ({ space }) => space,
  },
  'store:migrated': {
    level: 'info',
    say: ({ file, from, to, copy }) => `${file} has the schema ${to} now; as it was with ${from} it is kept as ${copy}`,
  },
  'signing:stopped': {
    level: 'warn',
    say: ({ error }) => `nothing is signed until the next start: ${error.message}. ${error.hint}`,
    split: code,
  },
  trouble: { level: byError, say: ({ during, error }) => `${during}: ${error.message}`, split: code },

  'peer:connected': { level: 'debug', say: ({ peer }) => `connected to ${peer}` },
  'peer:disconnected': { level: 'debug', say: ({ peer }) => `disconnected from ${peer}` },
  'dht:changed': {
    level: 'debug',
    say: ({ serves }) =>
      serves
        ? 'others can reach this node: it answers DHT queries'
        : 'nobody can reach this node: it answers no DHT queries',
  },
  'peers:seeking': {
    level: ({ connected }) => (connected === 0 ? 'info' : 'debug'),
    say: ({ known, connected }) =>
      connected === 0
        ? `no bootstrap peer answers: trying peers of earlier runs, of which ${known} are known`
        : `only ${connected} peers of the mesh are connected: trying some of ${known} that are known`,
  },
  'peers:sought': {
    level: 'debug',
    say: ({ tried, reached }) => `reached ${reached} of ${tried} peers of earlier runs`,
    measure: ({ tried, reached }, book) => {
      book.add('aitbc_known_peers_tried_total', tried)
      book.add('aitbc_known_peers_reached_total', reached)
    },
  },
  'peer:trouble': {
    level: byError,
    say: ({ peer, error }) => `${peer ?? 'a peer'}: ${error.code}`,
    stranger: true,
    split: code,
    measure: ({ error }, book) => book.add('aitbc_peer_faults_total', 1, error.code),
  },
  'clock:changed': {
    level: ({ isOff }) => (isOff ? 'warn' : 'info'),
    say: ({ isOff, offsetMs, voters }) =>
      isOff
        ? `this machine's clock is ${clockText(offsetMs)}, say ${voters} miners: set it (NTP), or nobody believes what it signs`
        : `this machine's clock is right again, say ${voters} miners`,
  },
  'chain:endpoint': {
    level: ({ state }) => (state === 'aside' ? 'warn' : 'info'),
    say: ({ origin, error }) =>
      error === undefined
        ? `the chain is asked at ${origin}`
        : `the chain is not asked at ${origin} for now: ${error.message}`,
    split: ({ state }) => state,
  },
  'standing:changed': {
    level: ({ verdict }) => (verdict === 'short' ? 'warn' : 'info'),
    say: ({ verdict, stake, isActive }) =>
      verdict === 'good'
        ? `an owner with ${formatCredits(stake)} of stake answers for this miner: routers show it`
        : isActive
          ? `routers do not show this miner: its owner stakes ${formatCredits(stake)}, less than the network asks`
          : 'routers do not show this miner: no owner answers for it on the chain',
    split: ({ verdict }) => verdict,
  },
  'channels:filled': {
    level: 'info',
    say: ({ miners, amount }) => `set ${formatCredits(amount)} of the escrow aside for ${miners.length} miners`,
  },
  'stake:short': {
    level: 'debug',
    say: ({ operator, stake, isActive }) =>
      isActive
        ? `does not show ${operator}: its owner stakes ${formatCredits(stake)}`
        : `does not show ${operator}: no owner answers for it`,
  },
  'transaction:step': {
    level: ({ step }) => stepLevel(step),
    say: ({ step }) => stepText(step),
    split: ({ step }) => stepWord(step),
    measure: ({ step }, book) => measureStep(step, book),
  },
  'clock:stopped': {
    level: ({ isStopped }) => (isStopped ? 'warn' : 'info'),
    say: ({ isStopped, offsetMs }) =>
      isStopped
        ? `signs no offers and takes no jobs: this machine's clock is ${clockText(offsetMs ?? 0)}; it goes on when the clock is set (NTP)`
        : 'offers and takes jobs again: its clock is believed',
  },
  'directory:synced': {
    level: ({ false: bad }) => (bad > 0 ? 'warn' : 'debug'),
    say: ({ directory, sent, taken, false: bad, tookMs }) =>
      `${directory} handed on ${sent} offers after ${ms(tookMs)}, ${taken} of them new${bad > 0 ? `, ${bad} of them false` : ''}`,
    measure: ({ sent, taken }, book) => {
      book.add('aitbc_synced_offers_sent_total', sent)
      book.add('aitbc_synced_offers_taken_total', taken)
    },
  },
  'contradiction:punished': {
    level: 'info',
    say: ({ operator, byUs }) => `the court punished ${operator}${byUs ? ', shown by this node' : ''}`,
    split: ({ byUs }) => (byUs ? 'own' : 'other'),
  },
  'contradiction:found': {
    level: ({ isOwn }) => (isOwn ? 'warn' : 'info'),
    say: ({ operator, contradiction, source, isOwn }) =>
      isOwn
        ? `this node's own key contradicted itself (${CONTRADICTORY[contradiction]}): stop it, and any other node that runs with a copy of its data folder; nobody gives this key work any more`
        : `${operator} contradicted itself (${CONTRADICTORY[contradiction]})${source === 'told' ? ', as others found' : ''}: it gets no work any more`,
    split: ({ contradiction }) => contradiction,
    measure: ({ contradiction, source }, book) => book.add('aitbc_contradictions_total', 1, contradiction, source),
  },

  'card:found': {
    level: 'info',
    say: ({ card, memoryBytes, simulated, seenBy }) =>
      `found ${card}${memoryBytes === undefined ? '' : ` with ${Math.round(memoryBytes / 2 ** 20)} MiB`}${simulated ? ', SIMULATED' : ''}, seen by ${seenBy.join(', ')}`,
  },
  'card:gone': { level: 'warn', say: ({ card, simulated }) => `${card}${simulated ? ', SIMULATED,' : ''} is gone` },
  'card:back': {
    level: 'info',
    say: ({ card, simulated }) => `${card}${simulated ? ', SIMULATED,' : ''} is there again`,
  },
  'model:ready': { level: 'info', say: ({ name, tookMs }) => `${name} is ready after ${ms(tookMs)}` },
  'engine:ready': {
    level: ({ loose }) => (loose.length > 0 ? 'warn' : 'info'),
    say: ({ name, version, loose }) =>
      loose.length === 0
        ? `${name} ${version} runs models without network, writes or privileges`
        : `${name} ${version} runs models, and this machine does not confine their ${loose.join(', ')}`,
  },
  'claim:probed': {
    level: 'debug',
    say: ({ miner, outcome, found }) => `probe of ${miner}: ${outcome}, ${found}`,
    split: ({ outcome }) => outcome,
  },
  'claim:false': {
    level: 'info',
    say: ({ miner, claimedGflops, found }) =>
      `${miner} does not have what it claims (${claimedGflops.toPrecision(3)} GFLOPS): ${found}; its offers look dearer from now on`,
  },
  'score:tier': {
    level: 'info',
    say: ({ miner, tier, former, points, confidence }) =>
      `the service of ${miner} is ${tier} now, and was ${former}: ${points === undefined ? 'unknown' : `${points} of 100`}, confidence ${confidence}`,
    split: ({ tier }) => tier,
  },
  'score:heard': {
    level: 'debug',
    say: ({ rater, what, miners }) => `${rater} told ${what} of ${miners} miners`,
    split: ({ what }) => what,
  },
  'score:published': {
    level: 'debug',
    say: ({ entries, miners, bytes }) =>
      `published ${entries} observations and scores of ${miners} miners (${bytes} bytes)`,
  },
  'score:checked': {
    level: ({ outcome }) => (outcome === 'different' ? 'warn' : 'debug'),
    say: ({ rater, outcome, receipts }) =>
      outcome === 'different'
        ? `what ${rater} says of miners is not what its ${receipts} receipts come to; its word counts for nothing for a week`
        : outcome === 'same'
          ? `what ${rater} says of miners was made again from ${receipts} receipts, and is the same`
          : `what is behind the word of ${rater} could not be had`,
    split: ({ outcome }) => outcome,
  },
  'audit:ended': {
    level: ({ outcome }) => (outcome === 'mismatched' ? 'warn' : 'debug'),
    say: ({ miner, outcome, why, twin, by }) => {
      if (outcome === 'inconclusive') return `an audit of ${miner} found nothing out: ${why}`
      const against = by === 'canary' ? 'its answer to a canary' : 'its answer'
      return outcome === 'matched'
        ? `${against} is right: ${miner}, says ${twin}`
        : `${against} is wrong: ${miner}, say ${twin} and a referee; for an hour others are asked before it, and each answer of it is looked at`
    },
    split: ({ outcome }) => outcome,
    measure: ({ cost, outcome, by }, book) => {
      book.add('aitbc_audits_total', 1, outcome, by)
      book.add('aitbc_audit_cost_credits_total', Number(cost))
    },
  },
  'audit:barred': {
    level: 'warn',
    say: ({ miner, matched, mismatched }) =>
      `${miner} gets no work any more: ${mismatched} of its last ${matched + mismatched} answers that were looked at are wrong (aitbc audits)`,
  },
  'audit:skipped': {
    level: 'debug',
    say: ({ why }) => `an answer was drawn and is not looked at: ${NOT_AUDITED[why]}`,
    split: ({ why }) => why,
  },
  'audit:told': {
    level: ({ outcome, isFair }) => (isFair && outcome !== 'mismatched' ? 'debug' : 'warn'),
    say: ({ attempt, outcome, why, isFair }) =>
      `a client looked at the answer of ${attempt}: ${outcome}${why === undefined ? '' : ` (${why})`}${isFair ? '' : '; it was not drawn, but picked'}`,
    split: ({ outcome, isFair }) => (isFair ? outcome : 'unfair'),
    measure: ({ outcome, isFair }, book) => book.add('aitbc_audits_told_total', 1, outcome, isFair ? 'yes' : 'no'),
  },
  'audit:false-secret': {
    level: 'warn',
    say: ({ peer }) => `${peer} draws its audits by another secret than it committed to`,
  },
  'card:measured': {
    level: 'info',
    say: ({ engine, fp32Gflops, tookMs }) =>
      `${engine} does ${fp32Gflops === undefined ? '—' : fp32Gflops.toPrecision(3)} GFLOPS here; measured in ${ms(tookMs)}`,
  },
  'engine:wrong': {
    level: byError,
    say: ({ error }) => `no model is offered: ${error.message}. ${error.hint}`,
    split: code,
  },
  'engine:on-processor': {
    level: 'warn',
    say: ({ kernels, model, card, error }) =>
      `${model ?? 'every model'} runs on the processor, not ${card === undefined ? 'on' : `on ${card} by`} ${kernels}: ${error.message}`,
    split: code,
  },
  'seat:work': {
    level: 'debug',
    say: ({ card, isBusy }) => `${card} ${isBusy ? 'works' : 'has nothing to do'}`,
  },
  'seat:out': {
    level: 'warn',
    say: ({ card, model, error }) =>
      `${card} ${model === undefined ? 'runs no model' : `does not run ${model}`}: ${error.message}`,
    split: code,
  },
  'engine:respawned': {
    level: 'warn',
    say: ({ model, how, tookMs }) => `the engine of ${model} ended (${how}) and is back after ${ms(tookMs)}`,
    measure: (_, book) => book.add('aitbc_engine_respawns_total', 1),
  },
  'engine:stopped': {
    level: 'warn',
    say: ({ model, error }) => `${model} is no longer served: ${error.message}`,
    split: code,
  },
  'content:fetched': {
    level: 'info',
    say: ({ name, bytes, tookMs }) => `has ${name} now, ${bytes} bytes in ${ms(tookMs)}`,
    measure: ({ bytes }, book) => book.add('aitbc_content_fetched_bytes_total', bytes),
  },
  'content:dropped': {
    level: ({ why }) => (why === 'asked' || why === 'room' ? 'info' : 'warn'),
    say: ({ name, why }) => `removed ${name} from this disk: ${DROPPED[why]}`,
    split: ({ why }) => why,
  },
  'content:damaged': {
    level: 'warn',
    say: ({ name }) => `${name} is damaged on this disk; aitbc models pull gets what is missing`,
  },
  'price:moved': {
    level: 'info',
    say: ({ model, before, base, why }) =>
      `asks ${formatCredits(base)} for ${model} instead of ${formatCredits(before)}: ${why}`,
  },
  'offer:published': {
    level: 'debug',
    say: ({ models, jobs, peers, paused }) =>
      paused
        ? `withdrew the offer, told ${peers} peers`
        : `offered ${models} models with ${jobs} jobs here, told ${peers} peers`,
  },
  'pause:changed': {
    level: 'info',
    say: ({ isPaused, untilMs, card }) => {
      const until = untilMs === undefined ? 'until aitbc resume' : `until ${new Date(untilMs).toISOString()}`
      return `${card === undefined ? '' : `${card} `}${isPaused ? `takes no jobs ${until}` : 'takes jobs again'}`
    },
  },
  'care:changed': {
    level: ({ stopsRunning }) => (stopsRunning ? 'warn' : 'info'),
    say: ({ admits, loadShare, stopsRunning, texts, cards }) => {
      const why =
        texts.length === 0 ? '' : `: ${texts.map((text, i) => reasonText({ text, on: cards[i] ?? '' })).join('; ')}`
      if (stopsRunning) return `takes no jobs and ends those that run${why}`
      if (!admits) return `takes no jobs for now${why}`
      return loadShare < 1 ? `takes at most ${Math.round(100 * loadShare)} % of its jobs${why}` : 'takes jobs as usual'
    },
    split: ({ causes }) => causes[0] ?? 'none',
  },
  'latency:changed': {
    level: ({ latency }) => (latency === 'late' ? 'warn' : 'info'),
    say: ({ latency, p95Ms }) =>
      latency === 'good'
        ? `jobs are answered in time again: 95 % within ${ms(p95Ms)}`
        : `jobs take long: 95 % within ${ms(p95Ms)}, ${latency === 'late' ? 'from 2000 ms on clients prefer others' : 'wanted are 500 ms'}`,
    split: ({ latency }) => latency,
  },
  'heat:step': {
    level: ({ to }) => (to === 'normal' ? 'info' : 'warn'),
    say: ({ card, to, text }) => `${card} is ${to}: ${text}`,
    split: ({ to }) => to,
  },
  'heat:sensor': {
    level: ({ state }) => (state === 'answers' ? 'info' : 'warn'),
    say: ({ card, sensor, state }) =>
      `${card}: the ${sensor} sensor ${state === 'answers' ? 'answers again' : state === 'silent' ? 'does not answer' : 'is stuck'}`,
    split: ({ state }) => state,
  },
  'power:shared': {
    level: 'info',
    say: ({ budgetW, cards, sharesW }) =>
      `shares ${watts(budgetW)}: ${cards.map((card, i) => `${card} ${watts(sharesW[i] ?? 0)}`).join(', ')}`,
  },
  'power:over': {
    level: ({ isOver }) => (isOver ? 'warn' : 'info'),
    say: ({ isOver, drawnW, budgetW }) =>
      `its cards draw ${watts(drawnW)} of ${watts(budgetW)}${isOver ? ': they get less' : ''}`,
    split: ({ isOver }) => (isOver ? 'over' : 'within'),
  },
  'power:limit': {
    level: 'debug',
    say: ({ card, limitW, change }) =>
      change === 'set'
        ? `set the power limit of ${card} to ${watts(limitW)}`
        : `put the power limit of ${card} back to ${watts(limitW)}`,
    split: ({ change }) => change,
  },
  'power:sensor': {
    level: ({ isLost }) => (isLost ? 'warn' : 'info'),
    say: ({ card, isLost }) =>
      isLost
        ? `${card} does not tell what it draws: no new jobs under the budget`
        : `${card} tells what it draws again`,
    split: ({ isLost }) => (isLost ? 'lost' : 'back'),
  },
  'lease:signed': {
    level: 'info',
    say: ({ startsAt, endsAt, price }) =>
      `leases the card from ${utc(startsAt)} to ${utc(endsAt)}, the first step for ${formatCredits(price)}`,
  },
  'lease:ended': {
    level: 'info',
    say: ({ how, owed }) => `a lease has ended (${how}), ${formatCredits(owed)} of it earned`,
  },
  'lease:serving': {
    level: 'info',
    say: ({ lease }) => (lease === undefined ? 'the card serves everybody again' : 'the card serves its lessee alone'),
  },
  'job:accepted': { level: 'debug', say: ({ model, price }) => `runs ${model} for ${formatCredits(price)}` },
  'job:refused': {
    level: 'debug',
    say: ({ model, reason }) => `refused ${model}: ${reason}`,
    split: ({ reason }) => reason,
    measure: ({ reason }, book) => book.add('aitbc_jobs_total', 1, 'refused', reason),
  },
  'job:finished': {
    level: 'debug',
    say: ({ model, price, computedUs }) => `finished ${model} in ${ms(computedUs / 1_000)} for ${formatCredits(price)}`,
    measure: ({ price, waitedUs, computedUs }, book) => {
      book.add('aitbc_jobs_total', 1, 'finished', '')
      book.add('aitbc_earned_due_credits_total', Number(price))
      book.observe('aitbc_job_queue_seconds', waitedUs / 1e6)
      book.observe('aitbc_job_compute_seconds', computedUs / 1e6)
    },
  },
  'job:aborted': {
    level: 'debug',
    say: ({ model, cause, error }) => `ended ${model} without a result: ${error?.code ?? cause}`,
    stranger: true,
    split: ({ cause }) => cause,
    measure: ({ cause }, book) => book.add('aitbc_jobs_total', 1, 'aborted', cause),
  },
  'receipt:signed': {
    level: 'debug',
    say: ({ count }) => `signed ${count} receipts`,
    measure: ({ count }, book) => book.add('aitbc_receipts_signed_total', count),
  },
  'redemption:sent': {
    level: 'info',
    say: ({ vouchers, amount, reasons }) =>
      `takes ${vouchers} vouchers over ${formatCredits(amount)} to the chain (${reasons.join(', ')})`,
  },
  'redemption:paid': {
    level: 'info',
    say: ({ amount }) => `the chain paid ${formatCredits(amount)}`,
    measure: ({ amount }, book) => book.add('aitbc_earned_redeemed_credits_total', Number(amount)),
  },
  'redemption:forgotten': {
    level: 'warn',
    say: ({ counter, amount }) =>
      `the chain has forgotten that it paid ${formatCredits(amount)} on ${counter}: it is redeemed again`,
  },
  'redemption:refused': {
    level: 'warn',
    say: ({ counter, amount, reason }) =>
      `the escrow pays nothing of ${formatCredits(amount)} on ${counter}: ${reason}`,
  },
  'voucher:accepted': {
    level: 'debug',
    say: ({ raisedBy }) => `was promised ${formatCredits(raisedBy)} more`,
    measure: ({ raisedBy }, book) => book.add('aitbc_earned_promised_credits_total', Number(raisedBy)),
  },

  'request:started': { level: 'debug', say: ({ model }) => `asks for ${model}` },
  'request:answered': {
    level: 'debug',
    say: ({ model, miner, price, tookMs }) => `${miner} answered ${model} in ${ms(tookMs)} for ${formatCredits(price)}`,
    measure: ({ tookMs, attempts }, book) => {
      book.add('aitbc_requests_total', 1, 'answered', '')
      book.add('aitbc_request_attempts_total', attempts)
      book.observe('aitbc_request_seconds', tookMs / 1_000)
    },
  },
  'request:cloud-answered': {
    level: 'debug',
    say: ({ model, provider, price, tookMs }) =>
      `the cloud ${provider} answered ${model} in ${ms(tookMs)} for ${formatCredits(price)}`,
    measure: ({ tookMs, attempts }, book) => {
      book.add('aitbc_requests_total', 1, 'cloud', '')
      book.add('aitbc_request_attempts_total', attempts)
      book.observe('aitbc_request_seconds', tookMs / 1_000)
    },
  },
  // Never silently: who runs the node reads it without asking for more.
  'cloud:asked': {
    level: 'info',
    say: ({ job, model, provider, priceMax, why }) =>
      `the job ${job} for ${model} goes to the cloud ${provider}, for at most ${formatCredits(priceMax)}: ${cloudSentence(why)}`,
    split: ({ why }) => why,
    measure: ({ why }, book) => book.add('aitbc_cloud_jobs_total', 1, why),
  },
  'cloud:answered': {
    level: 'info',
    say: ({ job, provider, price, tookMs }) =>
      `the cloud ${provider} answered the job ${job} in ${ms(tookMs)} for ${formatCredits(price)}`,
    measure: ({ price, tookMs }, book) => {
      book.add('aitbc_cloud_credits_total', Number(price))
      book.observe('aitbc_cloud_seconds', tookMs / 1_000)
    },
  },
  'cloud:failed': {
    level: byError,
    say: ({ job, provider, mayCost, error }) =>
      `the cloud ${provider} did not answer the job ${job}${mayCost > 0n ? `, and may bill ${formatCredits(mayCost)}` : ''}: ${error.code}`,
    stranger: true,
    split: code,
    measure: ({ mayCost, error }, book) => {
      book.add('aitbc_cloud_failures_total', 1, error.code)
      book.add('aitbc_cloud_credits_total', Number(mayCost))
    },
  },
  'request:failed': {
    level: byError,
    say: ({ model, error }) => `nobody answered ${model}: ${error.code}`,
    stranger: true,
    split: code,
    measure: ({ error }, book) => book.add('aitbc_requests_total', 1, 'failed', error.code),
  },
  'attempt:failed': {
    level: 'debug',
    say: ({ miner, reason }) => `${miner} did not run it: ${reason}`,
    split: ({ reason }) => reason,
    measure: ({ reason }, book) => book.add('aitbc_attempts_failed_total', 1, reason),
  },
  'attempt:outrun': {
    level: 'debug',
    say: ({ miner, paid }) =>
      paid > 0n ? `${miner} answered after another one, and is paid` : `${miner} was stopped: another one had answered`,
  },
  'offers:searched': {
    level: 'debug',
    say: ({ directories, offers, false: bad }) =>
      `${directories} directories named ${offers} offers${bad > 0 ? `, ${bad} of them false` : ''}`,
    measure: ({ directories }, book) => {
      book.add('aitbc_searches_total', 1)
      book.add('aitbc_search_answers_total', directories)
    },
  },
  'gateway:failed': {
    level: 'debug',
    say: ({ reason }) => `answered a program by the error ${reason}`,
    split: ({ reason }) => reason,
    measure: ({ reason }, book) => book.add('aitbc_gateway_errors_total', 1, reason),
  },
  'service:judged': {
    level: ({ side, verdict }) => (side === 'miner' && verdict === 'late' ? 'info' : 'debug'),
    say: ({ side, verdict, paid, tookMs, met }) => {
      const took = tookMs === undefined ? '' : ` after ${ms(tookMs)}`
      const kept = met === undefined ? '' : `, as the class ${met}`
      return `${side === 'miner' ? 'a job here' : 'a job'} was judged ${verdict}${took}: ${formatCredits(paid)} is paid${kept}`
    },
    split: ({ verdict }) => verdict,
  },
  'receipt:checked': {
    level: 'debug',
    say: ({ price }) => `has a receipt for ${formatCredits(price)}`,
    measure: ({ price }, book) => book.add('aitbc_spent_due_credits_total', Number(price)),
  },
  'voucher:signed': {
    level: 'debug',
    say: ({ miner, raisedBy }) => `promised ${formatCredits(raisedBy)} more to ${miner}`,
    measure: ({ raisedBy }, book) => book.add('aitbc_spent_promised_credits_total', Number(raisedBy)),
  },
  'span:ended': {
    level: 'debug',
    say: ({ name, startedAtMs, endedAtMs, failure }) =>
      `traced: ${name}, ${(endedAtMs - startedAtMs).toFixed(3)} ms${failure === undefined ? '' : `, ${failure}`}`,
    split: ({ name }) => name,
  },
  'spans:sent': {
    level: 'debug',
    say: ({ count }) => `the collector took ${count} spans`,
    measure: ({ count }, book) => book.add('aitbc_spans_sent_total', count),
  },
  'spans:dropped': {
    level: 'debug',
    say: ({ count, why }) => `dropped ${count} spans: ${UNSENT[why]}`,
    split: ({ why }) => why,
    measure: ({ count, why }, book) => book.add('aitbc_spans_dropped_total', count, why),
  },
  'collector:changed': {
    level: ({ error }) => (error === undefined ? 'info' : 'warn'),
    say: ({ error }) =>
      error === undefined ? 'the collector takes spans again' : `${error.message}; jobs go on without it`,
    split: ({ error }) => error?.code ?? '',
  },
  'payment:conceded': {
    level: 'info',
    say: ({ miner, amount }) =>
      `pays ${miner} ${formatCredits(amount)} more than by its own books: results that never came, or a late one that the miner counts in full`,
  },
  'payment:disputed': {
    level: 'info',
    say: ({ miner, error }) => `does not pay ${miner}: ${error.code}`,
    stranger: true,
    split: code,
    measure: ({ error }, book) => book.add('aitbc_payment_disputes_total', 1, error.code),
  },
}

const CONTRADICTORY: Readonly<Record<EventOf<'contradiction:found'>['contradiction'], string>> = {
  receipts: 'two receipts of one attempt',
  'offer-heads': 'two offers of one sequence',
  leases: 'two leases of one card at one time',
}

const UNSENT: Readonly<Record<EventOf<'spans:dropped'>['why'], string>> = {
  full: 'more came than the collector takes',
  refused: 'the collector refused them',
  unreachable: 'the collector did not answer in time',
  stopped: 'the node stopped before they were sent',
}

const DROPPED: Readonly<Record<EventOf<'content:dropped'>['why'], string>> = {
  room: 'another one needed its room',
  damaged: 'it was damaged',
  refused: 'it breaks a rule of the inspection',
  asked: 'its owner said so',
}
