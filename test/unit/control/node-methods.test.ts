import { describe, expect, it } from 'vitest'
import { StoryBoard } from '../../../node/client/telling/story-board.ts'
import type { ControlContext } from '../../../node/control/control-method.ts'
import { type NodeMethodName, nodeMethods } from '../../../node/control/methods/node-methods.ts'
import { type StatusReport, statusOf } from '../../../node/control/methods/status-method.ts'
import { initialNodeState, type NodeState } from '../../../node/events/node-state.ts'
import { AskedWork } from '../../../node/market/asked-work.ts'
import type { Seen } from '../../../node/market/seen-by.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { jobId, peerId } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import { type MinerScore, UNKNOWN_SCORE } from '../../../protocols/rules/qos/miner-score.ts'
import { receiptStatus } from '../../../protocols/statements/struct-types.ts'
import type { Offer } from '../../../protocols/wire/offer/offer.ts'
import { MemoryMinerJournal } from '../../support/memory-miner-journal.ts'
import { offerOf } from '../../support/offers.ts'
import { attemptOf, finalOf, OPERATOR } from '../../support/receipts.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'
import { model } from '../../support/wire-vectors/job-samples.ts'

const context: ControlContext = { signal: new AbortController().signal, emit: async () => undefined }
const [miner, door, other] = [offerOf({ miner: 1 }).peer, peerId('door'), peerId('other')]

interface Parts {
  readonly roles?: readonly ('client' | 'miner' | 'router')[]
  readonly connected?: readonly string[]
  readonly models?: readonly string[]
  readonly state?: Partial<NodeState>
  /** What other miners ask for the model. */
  readonly others?: readonly Credits[]
  /** Of this miner, by others. */
  readonly othersScore?: MinerScore
  /** Offers of miners that this client found lying. */
  readonly barred?: readonly Offer[]
}

/** A running node as the methods see it. */
function set({
  roles = ['client', 'miner', 'router'],
  connected = [],
  models = [],
  state = {},
  others = [],
  othersScore = UNKNOWN_SCORE,
  barred = [],
}: Parts = {}) {
  const journal = new MemoryMinerJournal()
  const clock = new ManualClock(1_000)
  const stories = new StoryBoard(clock)
  const asked = new AskedWork(clock)
  const has = (role: 'client' | 'miner' | 'router') => roles.includes(role)
  const directory = { live: () => [{ offer: offerOf({ miner: 1 }), arrivedAtMs: 0, goneAtMs: 1 }] }
  const seenBy = {
    last: undefined as Seen | undefined,
    ask: async () => {
      seenBy.last = { seen: 5, asked: 6, atMs: 1 }
    },
  }
  const node = {
    peer: peerId('self'),
    addresses: () => ['/ip4/127.0.0.1/tcp/4001/p2p/self'],
    settings: { roles, name: 'my node', dataFolder: '/data', models, listen: ['::'], jobsMax: 4 },
    network: {
      networkId: 'local',
      bootstrap: [{ peer: door, addresses: [] }],
      parameters: { stakeMin: credits(10_000_000) },
    },
    mesh: {
      connectedPeers: () => connected,
      figures: (peer: string) => (peer === miner ? { bytesIn: 7n } : undefined),
    },
    state: () => ({ ...initialNodeState, phase: 'running', version: '1.2.3', startedAtMs: 400, ...state }),
    client: has('client')
      ? {
          purse: { payer: OPERATOR },
          stories,
          book: { live: () => [], barred: () => barred },
          models: async () => [{ id: model, name: 'letters' }],
        }
      : undefined,
    miner: has('miner')
      ? {
          seenBy,
          care: { caretaker: { holds: () => [] } },
          line: { report: () => ({ latency: 'unknown' }), latencies: () => [] },
          models: {
            table: () => [{ id: model, base: credits(5) }],
            all: () => [{ table: { id: model, name: 'letters' }, base: credits(5) }],
          },
          desk: { jobs: 0 },
          asked,
          prices: { othersOf: () => new Map([[model, others.map((base) => ({ base, jobs: 0, jobsMax: 4 }))]]) },
        }
      : undefined,
    router: has('router') ? { directory } : undefined,
    operator: has('miner') ? OPERATOR : undefined,
    journal: { miner: journal },
    settles: false,
    cards: { monitor: undefined, cards: () => [] },
    claims: { standingOf: () => 'unproven', rows: () => [] },
    quality: {
      fees: undefined,
      book: { othersScoreOf: () => ({ score: othersScore, raters: 2 }), miners: () => [] },
    },
    content: { store: { all: () => [] }, changed: () => undefined },
  } as unknown as RunningNode
  const stopped: string[] = []
  const methods = nodeMethods(node, () => stopped.push('stop'))
  const call = async (name: NodeMethodName, params?: unknown): Promise<unknown> => {
    const answer = await methods[name](params, context)
    // It leaves as JSON.
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer)
    return answer
  }
  return { node, clock, asked, journal, stories, stopped, call, status: (): StatusReport => statusOf(node, 1_000) }
}

describe('the status of a node', () => {
  it('says who it is, how long it has run and what it counts', () => {
    const earned = { due: credits(9), promised: credits(5), redeemed: credits(0) }
    expect(set({ connected: [door], state: { earned } }).status()).toMatchObject({
      phase: 'running',
      version: '1.2.3',
      network: 'local',
      peer: 'self',
      operator: OPERATOR,
      payer: OPERATOR,
      uptimeMs: 600,
      peers: 1,
      settles: false,
      earned,
      directoryOffers: 1,
    })
  })

  it('has no word of a role that the node does not have', () => {
    const report = set({ roles: [] }).status()
    for (const key of ['operator', 'payer', 'directoryOffers', 'offer', 'signing'])
      expect(report).not.toHaveProperty(key)
  })

  it('has run no time where the clock was set back', () => {
    expect(statusOf(set().node, 0).uptimeMs).toBe(0)
  })

  it.each<[string, Parts]>([
    ['the hint', { state: { signing: { atMs: 0, code: 'X', message: 'm', hint: 'the hint' }, space: 'reserve' } }],
    ['Free some disk space', { state: { space: 'reserve' } }],
    ['No peer is connected', {}],
    ['Serve a model', { connected: [door] }],
    ['aitbc stake', { connected: [door], models: ['characters'], state: { standing: 'short' } }],
    ['Waiting for the first job', { connected: [door], models: ['characters'] }],
    [
      'Nothing to do: jobs come in.',
      { connected: [door], models: ['characters'], state: { jobs: { ...initialNodeState.jobs, finished: 1 } } },
    ],
    ['Run a job', { connected: [door], roles: ['client'] }],
    ['Nothing to do.', { connected: [door], roles: ['router'] }],
  ])('names the one thing to do next: %s', (next, parts) => {
    expect(set(parts).status().next).toContain(next)
  })

  it('says why there is no work, once there was none for five minutes', () => {
    const othersScore = { ...UNKNOWN_SCORE, points: 41.5, tier: 'D' } as const
    const parts = {
      connected: [door],
      others: [credits(1), credits(9)],
      othersScore,
      state: { standing: 'short' },
    } as const
    const { status, clock, asked } = set(parts)
    clock.advance(299_999)
    expect(status()).not.toHaveProperty('idle')
    clock.advance(1)
    asked.note({ kind: 'job:refused', model: 'another', reason: 'MODEL_UNKNOWN' })
    expect(status().idle).toEqual({
      quietMs: 300_000,
      reasons: [
        { cause: 'stake', text: expect.stringContaining('an owner with 10 of stake') },
        { cause: 'price', text: expect.stringContaining('letters: place 2 of 3') },
        { cause: 'score', text: 'others score its service 41.5 of 100, tier D' },
        { cause: 'not-asked', text: 'nobody asked it for letters in the last 5 minutes' },
        { cause: 'other-models', text: expect.stringContaining('1 job was asked for of 1 model') },
      ],
    })
    asked.note({ kind: 'job:finished', attempt: attemptOf('1'), model, price: credits(1), waitedUs: 0, computedUs: 0 })
    expect(status()).not.toHaveProperty('idle')
    expect(set({ roles: ['client'] }).status()).not.toHaveProperty('idle')
  })

  it('leaves as JSON, amounts as text', async () => {
    const offer = { sequence: 1n, models: 1, jobs: 0, peers: 2, paused: false, atMs: 5 }
    expect(await set({ state: { offer } }).call('status')).toMatchObject({
      earned: { due: '0', promised: '0', redeemed: '0' },
      offer: { atMs: 5, peers: 2, paused: false, jobs: 0 },
    })
  })
})

describe('the methods of a node', () => {
  it('say who sees this node only where they are told to ask, and nothing of a node that offers nothing', async () => {
    const { call } = set()
    expect(await call('status')).toMatchObject({ seenBy: null })
    expect(await call('status', { ask: true })).toMatchObject({ seenBy: { seen: 5, asked: 6 } })
    expect(await set({ roles: ['client'] }).call('status', { ask: true })).toMatchObject({ seenBy: null })
    await expect(call('status', { ask: 'yes' })).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('say of each connected peer what it is', async () => {
    const { call } = set({ connected: [miner, door, other] })
    expect(await call('peers')).toEqual({
      self: 'self',
      peers: [
        {
          peer: miner,
          role: 'miner',
          miner: offerOf({ miner: 1 }).miner,
          models: 1,
          jobs: 0,
          claim: 'unproven',
          isBarred: false,
          figures: { bytesIn: '7' },
        },
        { peer: door, role: 'bootstrap' },
        { peer: other, role: 'peer' },
      ],
    })
  })

  it('say of a peer that it is a miner which is asked nothing', async () => {
    const barred = [offerOf({ miner: 1 })]
    const { call } = set({ roles: ['client'], connected: [barred[0]!.peer], barred })
    expect(await call('peers')).toMatchObject({ peers: [{ role: 'miner', miner: barred[0]!.miner, isBarred: true }] })
  })

  it('say which models are served here and elsewhere', async () => {
    expect(await set().call('models')).toMatchObject({ served: [{ base: '5' }], network: [{ name: 'letters' }] })
    expect(await set({ roles: ['client'] }).call('models')).toMatchObject({ served: [] })
  })

  it('list the latest jobs first, as many as are asked for', async () => {
    const { call, stories } = set()
    for (let i = 0; i < 30; i++) stories.begin({ ...begun, job: jobId(`job ${i}`) })
    const jobs = async (params?: unknown) => ((await call('jobs', params)) as { jobs: { job: string }[] }).jobs
    expect((await jobs({ limit: 2 })).map(({ job }) => job)).toEqual(['job 29', 'job 28'])
    expect((await jobs()).length).toBe(20)
    for (const limit of [0, 501, 1.5, '2'])
      await expect(call('jobs', { limit })).rejects.toMatchObject({ code: 'USAGE' })
    expect(await set({ roles: [] }).call('jobs')).toEqual({ jobs: [] })
  })

  it('tell the story of a job that was asked for here, and of an attempt that was run here', async () => {
    const { call, stories, journal } = set()
    stories.begin({ ...begun, job: jobId('abcdef') })
    expect(await call('job', { id: 'abcd' })).toMatchObject({ side: 'client', job: 'abcdef' })
    await journal.recordFinals(9n, [finalOf('x'), finalOf('a')])
    expect(await call('job', { id: attemptOf('a') })).toMatchObject({
      side: 'miner',
      attempt: attemptOf('a'),
      status: Object.keys(receiptStatus)[0],
      price: '1000',
      waitedMs: 0.02,
      batchSequence: '9',
    })
  })

  it.each(['nobody', attemptOf('never'), 'abc', 'x'.repeat(81)])('know no job %s', async (id) => {
    await expect(set().call('job', { id })).rejects.toMatchObject({ code: expect.stringMatching(/NOT_FOUND|USAGE/) })
  })

  it('run nothing on a node without a client', async () => {
    await expect(set({ roles: ['miner'] }).call('run', { model, inputs: [] })).rejects.toMatchObject({
      name: 'MeshError',
    })
  })

  it('begin the end of the node, and answer', async () => {
    const { call, stopped } = set()
    expect([await call('stop'), stopped]).toEqual([{}, ['stop']])
  })
})

const begun = {
  job: jobId('job'),
  model,
  modelName: 'letters',
  latencyClass: 'standard',
  priceMax: '1000',
  deadlineMs: 60_000,
  inputs: [],
  startedAtMs: 1_000,
  state: 'running',
  attempts: [],
} as const
