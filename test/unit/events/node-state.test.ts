import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeEvent } from '../../../node/events/node-event.ts'
import { initialNodeState, type NodeState, nodeStateAfter } from '../../../node/events/node-state.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { jobId, modelId, peerId } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { attemptOf, OPERATOR } from '../../support/receipts.ts'
import '../../support/property-seed.ts'

const stateAfter = (...events: readonly NodeEvent[]): NodeState =>
  events.map((event, i) => ({ sequence: i + 1, atMs: 1_000 + i, event })).reduce(nodeStateAfter, initialNodeState)

const accepted = (word: string): NodeEvent => ({
  kind: 'job:accepted',
  attempt: attemptOf(word),
  model: 'm',
  price: credits(5),
})
const finished = (word: string): NodeEvent => ({
  kind: 'job:finished',
  attempt: attemptOf(word),
  model: 'm',
  price: credits(5),
  waitedUs: 2,
  computedUs: 100,
})
const aborted = (word: string): NodeEvent => ({
  kind: 'job:aborted',
  attempt: attemptOf(word),
  model: 'm',
  cause: 'cancelled',
})

describe('the state of a node', () => {
  test('follows its life', () => {
    const started: NodeEvent = {
      kind: 'node:started',
      version: '0.1.0',
      network: 'local',
      roles: ['miner'],
      unclean: true,
    }
    expect(stateAfter().phase).toBe('starting')
    expect(stateAfter(started)).toMatchObject({ phase: 'running', startedAtMs: 1_000, network: 'local', unclean: true })
    expect(stateAfter(started, { kind: 'node:stopping', why: 'asked' }).phase).toBe('stopping')
    expect(stateAfter(started, { kind: 'node:stopping', why: 'asked' }, { kind: 'node:stopped', ranMs: 1 }).phase).toBe(
      'stopped',
    )
  })

  test('counts jobs, and what they earned and were promised', () => {
    const state = stateAfter(
      accepted('a'),
      accepted('b'),
      accepted('c'),
      finished('a'),
      aborted('b'),
      { kind: 'job:refused', model: 'm', reason: 'BUSY' },
      { kind: 'job:refused', model: 'm', reason: 'BUSY' },
      { kind: 'voucher:accepted', counter: 'x', cumulative: credits(50), raisedBy: credits(3) },
    )
    expect(state.jobs).toEqual({
      running: 1,
      finished: 1,
      aborted: { cancelled: 1 },
      refused: { BUSY: 2 },
      computedUs: 100,
    })
    expect(state.earned).toEqual({ due: 5n, promised: 3n, redeemed: 0n })
  })

  test('never has fewer jobs running than were accepted and not ended, in any order', () => {
    const words = ['a', 'b', 'c', 'd', 'e']
    const ends = fc.array(fc.constantFrom<'finished' | 'aborted' | 'running'>('finished', 'aborted', 'running'), {
      minLength: 5,
      maxLength: 5,
    })
    fc.assert(
      fc.property(fc.shuffledSubarray(words, { minLength: 5 }), ends, (order, outcomes) => {
        const events = order.flatMap((word, i) => {
          const outcome = outcomes[i]
          return [
            accepted(word),
            ...(outcome === 'finished' ? [finished(word)] : outcome === 'aborted' ? [aborted(word)] : []),
          ]
        })
        expect(stateAfter(...events).jobs.running).toBe(outcomes.filter((outcome) => outcome === 'running').length)
      }),
    )
  })

  test('counts requests, their failures by reason, and what they cost', () => {
    const request = { job: jobId('1'), model: 'm' }
    const state = stateAfter(
      ...Array.from({ length: 4 }, () => ({ kind: 'request:started', ...request }) as const),
      { kind: 'request:answered', ...request, miner: OPERATOR, price: credits(7), attempts: 1, tookMs: 3 },
      {
        kind: 'request:cloud-answered',
        ...request,
        provider: 'c',
        price: credits(9),
        attempts: 2,
        tookMs: 3,
        fallBack: false,
      },
      { kind: 'request:failed', ...request, error: new MeshError('NO_MINER') },
      { kind: 'receipt:checked', attempt: attemptOf('a'), price: credits(7) },
      { kind: 'voucher:signed', miner: OPERATOR, cumulative: credits(70), raisedBy: credits(7) },
      { kind: 'payment:disputed', miner: OPERATOR, error: new MeshError('RECEIPT_WITHHELD') },
    )
    expect(state.requests).toEqual({ running: 1, answered: 1, cloud: 1, failed: { NO_MINER: 1 } })
    expect(state.spent).toEqual({ due: 7n, promised: 7n, disputed: 1 })
  })

  test('has each peer once, and not after it left', () => {
    const [a, b] = [peerId('a'), peerId('b')]
    const state = stateAfter(
      { kind: 'peer:connected', peer: a },
      { kind: 'peer:connected', peer: b },
      { kind: 'peer:connected', peer: b },
      { kind: 'peer:disconnected', peer: a },
    )
    expect(state.peers).toEqual([b])
  })

  test('knows its models, how often their engines came back, and which are gone', () => {
    const model = modelId('bafy')
    const ready: NodeEvent = { kind: 'model:ready', model, name: 'resnet', tookMs: 5 }
    const respawned: NodeEvent = { kind: 'engine:respawned', model, how: 'signal SIGKILL', tookMs: 9 }
    expect(stateAfter(ready, respawned, respawned).models).toEqual({
      bafy: { name: 'resnet', state: 'ready', respawns: 2 },
    })
    const error = new MeshError('ENGINE_CRASHED', { how: 'x', model: 'resnet' })
    const stopped = stateAfter(ready, { kind: 'engine:stopped', model, error })
    expect(stopped.models.bafy).toMatchObject({ state: 'stopped' })
    expect(stopped.troubles).toHaveLength(1)
  })

  test('says why nothing is signed and whether there is space', () => {
    const error = new MeshError('DATA_FOLDER_RESTORED', { seen: 9n, held: 3n })
    expect(stateAfter({ kind: 'signing:stopped', error }).signing).toMatchObject({
      code: 'DATA_FOLDER_RESTORED',
      hint: expect.stringContaining('--confirm-restored'),
    })
    expect(stateAfter({ kind: 'space:changed', space: 'reserve' }).space).toBe('reserve')
  })

  test('keeps the newest troubles, and only so many', () => {
    const trouble = (what: string): NodeEvent => ({
      kind: 'trouble',
      during: 'x',
      error: new MeshError('USAGE', { what }),
    })
    const { troubles } = stateAfter(...Array.from({ length: 25 }, (_, i) => trouble(`${i}`)))
    expect(troubles.map(({ message }) => message)).toEqual(['24', '23', '22', '21', '20', '19', '18', '17', '16', '15'])
  })

  test('is a sum: it does not change the state before', () => {
    const before = stateAfter(accepted('a'))
    const frozen = structuredClone(before)
    nodeStateAfter(before, { sequence: 2, atMs: 2, event: finished('a') })
    expect(before).toEqual(frozen)
  })
})
