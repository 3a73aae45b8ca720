/** What people are shown of a node: a pure sum of its events, the same for `status`, the dashboard and tests. */
import type { MeshError } from '../../protocols/kernel/errors.ts'
import type { PeerId } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import { type CareVerdict, unhindered } from '../../protocols/rules/care/care-verdict.ts'
import type { RefusalReason } from '../../protocols/wire/job/refusals.ts'
import type { ShownReason } from '../care/shown-holds.ts'
import type { Space } from '../storage/space-reserve.ts'
import type { EventOf, StampedEvent } from './node-event.ts'

export interface NodeState {
  readonly phase: 'starting' | 'running' | 'stopping' | 'stopped'
  readonly startedAtMs: number | undefined
  readonly version: string | undefined
  readonly network: string | undefined
  readonly roles: readonly string[]
  /** The last run was lost before it ended. */
  readonly unclean: boolean
  readonly space: Space
  /** Why nothing is signed until the next start. */
  readonly signing: Trouble | undefined
  /** Where this machine's clock is off: the others' less ours. */
  readonly clock: { readonly offsetMs: number; readonly voters: number } | undefined
  /** So far off, beyond doubt, that nothing is signed that carries a time. */
  readonly clockStopped: boolean
  /** By the owner's word; `untilMs`: Unix ms of the return, where it is set. */
  readonly pause: { readonly untilMs?: number } | undefined
  /** The card serves one lessee alone until then, unless that ends before. */
  readonly leasedUntilMs: number | undefined
  /** All that holds work back now, the owner's pause included. */
  readonly care: Omit<CareVerdict, 'reasons'> & { readonly reasons: readonly ShownReason[] }
  readonly peers: readonly PeerId[]
  /** It answers DHT queries. */
  readonly servesDht: boolean
  /** By model name or id. */
  readonly models: Readonly<Record<string, ModelState>>
  readonly offer: (Omit<EventOf<'offer:published'>, 'kind'> & { readonly atMs: number }) | undefined
  readonly jobs: {
    readonly running: number
    readonly finished: number
    readonly aborted: Readonly<Partial<Record<EventOf<'job:aborted'>['cause'], number>>>
    readonly refused: Readonly<Partial<Record<RefusalReason, number>>>
    readonly computedUs: number
  }
  /** Whether routers show this node's miner, as far as its own chain says; undefined where none does, or it has not said. */
  readonly standing: 'good' | 'short' | undefined
  /** Since the start: prices of finished jobs, how much of what is owed clients have promised by voucher, and what the chain has paid. */
  readonly earned: { readonly due: Credits; readonly promised: Credits; readonly redeemed: Credits }
  readonly requests: {
    readonly running: number
    /** By miners. */
    readonly answered: number
    /** By a cloud. */
    readonly cloud: number
    readonly failed: Readonly<Record<string, number>>
  }
  /** Since the start: receipted prices, and what was promised for them. */
  readonly spent: { readonly due: Credits; readonly promised: Credits; readonly disputed: number }
  /** Of traced jobs, where there is a collector for them; `failing`: why it takes none now. */
  readonly spans: { readonly sent: number; readonly dropped: number; readonly failing?: Trouble }
  /** The newest first. */
  readonly troubles: readonly Trouble[]
}

export interface ModelState {
  readonly name: string
  readonly state: 'ready' | 'stopped'
  readonly respawns: number
}

export interface Trouble {
  readonly atMs: number
  readonly code: string
  readonly message: string
  readonly hint: string
}

/** What fits on a screen. */
const TROUBLES_MAX = 10

export const initialNodeState: NodeState = {
  phase: 'starting',
  startedAtMs: undefined,
  version: undefined,
  network: undefined,
  roles: [],
  unclean: false,
  space: 'ok',
  signing: undefined,
  clock: undefined,
  clockStopped: false,
  pause: undefined,
  leasedUntilMs: undefined,
  care: unhindered,
  peers: [],
  servesDht: false,
  models: {},
  offer: undefined,
  jobs: { running: 0, finished: 0, aborted: {}, refused: {}, computedUs: 0 },
  standing: undefined,
  earned: { due: credits(0), promised: credits(0), redeemed: credits(0) },
  requests: { running: 0, answered: 0, cloud: 0, failed: {} },
  spent: { due: credits(0), promised: credits(0), disputed: 0 },
  spans: { sent: 0, dropped: 0 },
  troubles: [],
}

/** @example const state = events.reduce(nodeStateAfter, initialNodeState) */
export function nodeStateAfter(state: NodeState, { atMs, event }: StampedEvent): NodeState {
  switch (event.kind) {
    case 'node:started': {
      const { version, network, roles, unclean } = event
      return { ...state, phase: 'running', startedAtMs: atMs, version, network, roles, unclean }
    }
    case 'node:stopping':
      return { ...state, phase: 'stopping' }
    case 'node:stopped':
      return { ...state, phase: 'stopped' }
    case 'space:changed':
      return { ...state, space: event.space }
    case 'signing:stopped':
      return { ...state, signing: troubleOf(event, atMs) }
    case 'clock:changed': {
      const { isOff, offsetMs, voters } = event
      return { ...state, clock: isOff ? { offsetMs, voters } : undefined }
    }
    case 'clock:stopped':
      return { ...state, clockStopped: event.isStopped }
    case 'lease:serving':
      return { ...state, leasedUntilMs: event.untilMs }
    case 'pause:changed': {
      const { isPaused, untilMs, card } = event
      // Of one card it is among what holds.
      if (card !== undefined) return state
      return { ...state, pause: isPaused ? (untilMs === undefined ? {} : { untilMs }) : undefined }
    }
    case 'care:changed': {
      const { admits, loadShare, stopsRunning, causes, texts, cards } = event
      const reasons = causes.map((cause, i) => {
        const on = cards[i] ?? ''
        return { cause, text: texts[i] ?? '', ...(on === '' ? {} : { on }) }
      })
      return { ...state, care: { admits, loadShare, stopsRunning, reasons } }
    }
    case 'engine:wrong':
    case 'part:failed':
    case 'trouble':
      return { ...state, troubles: [troubleOf(event, atMs), ...state.troubles].slice(0, TROUBLES_MAX) }
    case 'peer:connected':
      return state.peers.includes(event.peer) ? state : { ...state, peers: [...state.peers, event.peer] }
    case 'peer:disconnected':
      return { ...state, peers: state.peers.filter((peer) => peer !== event.peer) }
    case 'dht:changed':
      return { ...state, servesDht: event.serves }
    case 'model:ready':
      return withModel(state, event.model, { name: event.name, state: 'ready' })
    case 'engine:respawned':
      return withModel(state, event.model, { respawns: (state.models[event.model]?.respawns ?? 0) + 1 })
    case 'engine:stopped': {
      const troubles = [troubleOf(event, atMs), ...state.troubles].slice(0, TROUBLES_MAX)
      return { ...withModel(state, event.model, { state: 'stopped' }), troubles }
    }
    case 'offer:published': {
      const { sequence, models, jobs, peers, paused } = event
      return { ...state, offer: { sequence, models, jobs, peers, paused, atMs } }
    }
    case 'job:accepted':
      return { ...state, jobs: { ...state.jobs, running: state.jobs.running + 1 } }
    case 'job:refused':
      return { ...state, jobs: { ...state.jobs, refused: counted(state.jobs.refused, event.reason) } }
    case 'job:finished':
      return afterFinished(state, event)
    case 'job:aborted': {
      const { jobs } = state
      return { ...state, jobs: { ...jobs, running: jobs.running - 1, aborted: counted(jobs.aborted, event.cause) } }
    }
    case 'voucher:accepted':
      return { ...state, earned: { ...state.earned, promised: credits(state.earned.promised + event.raisedBy) } }
    case 'standing:changed':
      return { ...state, standing: event.verdict }
    case 'redemption:paid':
      return { ...state, earned: { ...state.earned, redeemed: credits(state.earned.redeemed + event.amount) } }
    case 'request:started':
      return { ...state, requests: { ...state.requests, running: state.requests.running + 1 } }
    case 'request:answered': {
      const { requests } = state
      return { ...state, requests: { ...requests, running: requests.running - 1, answered: requests.answered + 1 } }
    }
    case 'request:cloud-answered': {
      const { requests } = state
      return { ...state, requests: { ...requests, running: requests.running - 1, cloud: requests.cloud + 1 } }
    }
    case 'request:failed': {
      const { requests } = state
      const failed = counted(requests.failed, event.error.code)
      return { ...state, requests: { ...requests, running: requests.running - 1, failed } }
    }
    case 'receipt:checked':
      return { ...state, spent: { ...state.spent, due: credits(state.spent.due + event.price) } }
    case 'service:judged': {
      // A client counts a receipt when it knows what is owed for it.
      if (event.side === 'client') return state
      return { ...state, earned: { ...state.earned, due: credits(state.earned.due - event.letOff) } }
    }
    case 'voucher:signed':
      return { ...state, spent: { ...state.spent, promised: credits(state.spent.promised + event.raisedBy) } }
    case 'spans:sent':
      return { ...state, spans: { ...state.spans, sent: state.spans.sent + event.count } }
    case 'spans:dropped':
      return { ...state, spans: { ...state.spans, dropped: state.spans.dropped + event.count } }
    case 'collector:changed': {
      const { sent, dropped } = state.spans
      const { error } = event
      return {
        ...state,
        spans: { sent, dropped, ...(error === undefined ? {} : { failing: troubleOf({ error }, atMs) }) },
      }
    }
    case 'payment:disputed':
      return { ...state, spent: { ...state.spent, disputed: state.spent.disputed + 1 } }
    // Nothing that people are shown of a node follows from these.
    case 'attempt:failed':
    case 'attempt:outrun':
    case 'audit:barred':
    case 'audit:ended':
    case 'audit:false-secret':
    case 'audit:skipped':
    case 'audit:told':
    case 'card:back':
    case 'card:found':
    case 'card:gone':
    case 'card:measured':
    case 'chain:endpoint':
    case 'channels:filled':
    case 'claim:false':
    case 'claim:probed':
    case 'cloud:answered':
    case 'cloud:asked':
    case 'cloud:failed':
    case 'content:damaged':
    case 'content:dropped':
    case 'content:fetched':
    case 'contradiction:found':
    case 'contradiction:punished':
    case 'directory:synced':
    case 'engine:on-processor':
    case 'engine:ready':
    case 'gateway:failed':
    case 'heat:sensor':
    case 'heat:step':
    case 'latency:changed':
    case 'lease:ended':
    case 'lease:signed':
    case 'offers:searched':
    case 'part:started':
    case 'part:stopped':
    case 'payment:conceded':
    case 'peer:trouble':
    case 'peers:seeking':
    case 'peers:sought':
    case 'power:limit':
    case 'power:over':
    case 'power:sensor':
    case 'power:shared':
    case 'price:moved':
    case 'receipt:signed':
    case 'redemption:forgotten':
    case 'redemption:refused':
    case 'redemption:sent':
    case 'score:checked':
    case 'score:heard':
    case 'score:published':
    case 'score:tier':
    case 'seat:out':
    case 'seat:work':
    case 'span:ended':
    case 'stake:short':
    case 'store:migrated':
    case 'transaction:step':
      return state
  }
}

function afterFinished(state: NodeState, { price, computedUs }: EventOf<'job:finished'>): NodeState {
  const { jobs, earned } = state
  return {
    ...state,
    jobs: { ...jobs, running: jobs.running - 1, finished: jobs.finished + 1, computedUs: jobs.computedUs + computedUs },
    earned: { ...earned, due: credits(earned.due + price) },
  }
}

function withModel(state: NodeState, id: string, change: Partial<ModelState>): NodeState {
  const known = state.models[id] ?? { name: id, state: 'ready', respawns: 0 }
  return { ...state, models: { ...state.models, [id]: { ...known, ...change } } }
}

const counted = <K extends string>(counts: Readonly<Partial<Record<K, number>>>, key: K): Readonly<Record<K, number>> =>
  ({ ...counts, [key]: (counts[key] ?? 0) + 1 }) as Record<K, number>

const troubleOf = ({ error }: { readonly error: MeshError }, atMs: number): Trouble => ({
  atMs,
  code: error.code,
  message: error.message,
  hint: error.hint,
})
