import { describe, expect, test } from 'vitest'
import { EventBus } from '../../../node/events/event-bus.ts'
import { createLogWriter, type LogWriterOptions } from '../../../node/events/log-writer.ts'
import type { NodeEvent, StampedEvent } from '../../../node/events/node-event.ts'
import { expositionOf } from '../../../node/metrics/exposition.ts'
import { fromWire } from '../../../protocols/kernel/error-projections.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { modelId, peerId } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { attemptOf, OPERATOR } from '../../support/receipts.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

function setUp(options: Partial<LogWriterOptions> = {}) {
  const lines: string[] = []
  const clock = new ManualClock(Date.UTC(2027, 0, 2, 3, 4, 5))
  const log = createLogWriter({ level: 'debug', format: 'json', sink: (line) => lines.push(line), ...options })
  const bus = new EventBus(clock, log)
  return { bus, clock, lines, parsed: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
}

const finished: NodeEvent = {
  kind: 'job:finished',
  attempt: attemptOf('a'),
  model: 'resnet',
  price: credits(1_500),
  waitedUs: 400,
  computedUs: 12_300,
}
const refused: NodeEvent = { kind: 'job:refused', model: 'resnet', reason: 'BUSY' }

describe('an event', () => {
  test('is one line of JSON with its facts, each as text or number', () => {
    const { bus, parsed } = setUp()
    bus.emit(finished)
    expect(parsed()).toEqual([
      {
        at: '2027-01-02T03:04:05.000Z',
        level: 'debug',
        event: 'job:finished',
        text: 'finished resnet in 12 ms for 0.0015',
        facts: { attempt: attemptOf('a'), model: 'resnet', price: '1500', waitedUs: 400, computedUs: 12_300 },
      },
    ])
  })

  test('is one readable line for people', () => {
    const { bus, lines } = setUp({ format: 'pretty' })
    bus.emit({ kind: 'space:changed', space: 'reserve' })
    expect(lines).toEqual(['03:04:05.000 warn  the disk is full: no new jobs until there is space\n'])
  })

  test('of what only a new start mends says so, with what to do before', () => {
    const { bus, lines } = setUp({ format: 'pretty' })
    const error = new MeshError('DATA_FOLDER_DAMAGED', {
      file: 'journal.sqlite',
      why: 'disk I/O error',
      remedy: 'Check it.',
    })
    bus.emit({ kind: 'signing:stopped', error })
    expect(lines).toEqual([
      '03:04:05.000 warn  nothing is signed until the next start: journal.sqlite in the data folder is damaged: disk I/O error. Check it.\n',
    ])
  })

  test('is not logged below the level, and counted all the same', () => {
    const { bus, lines } = setUp({ level: 'info' })
    bus.emit(finished)
    bus.emit({ kind: 'node:stopping', why: 'asked' })
    expect(lines).toHaveLength(1)
    expect(expositionOf(bus.metrics.book.families())).toContain('aitbc_events_total{kind="job:finished"} 1')
  })

  test('with an error has the level of who must act', () => {
    const { bus, parsed } = setUp()
    for (const code of ['BUG', 'DISK_FULL', 'USAGE', 'NO_PEERS'] as const) {
      bus.emit({
        kind: 'trouble',
        during: 'testing',
        error: new MeshError(code, { what: 'x', file: 'x', network: 'x' }),
      })
    }
    expect(parsed().map(({ level }) => level)).toEqual(['error', 'warn', 'info', 'debug'])
  })

  test('of a bug shows its place, and only of a bug', () => {
    const { bus, parsed } = setUp()
    bus.emit({ kind: 'trouble', during: 'testing', error: new MeshError('BUG', { what: 'x' }, new TypeError('inner')) })
    bus.emit({ kind: 'trouble', during: 'testing', error: new MeshError('DISK_FULL', { file: 'x' }) })
    const [bug, full] = parsed() as { facts: { stack?: string } }[]
    expect(bug!.facts.stack).toMatch(/TypeError: inner\n/)
    expect(full!.facts).toEqual({ during: 'testing', code: 'DISK_FULL', file: 'x' })
  })
})

describe('the log', () => {
  const secret = 'the answer is forty-two'
  const relayed = fromWire(7, { given: secret, expected: 'x' })
  const fromPeers: readonly NodeEvent[] = [
    { kind: 'peer:trouble', peer: peerId('16Uiu2'), error: new MeshError('MALFORMED', { what: 'offer', why: secret }) },
    { kind: 'request:failed', job: 'job' as never, model: 'resnet', error: relayed },
    { kind: 'payment:disputed', miner: OPERATOR, error: new MeshError('OUTPUT_MISMATCH', { field: secret }) },
    { kind: 'trouble', during: 'asking', error: relayed },
    {
      kind: 'part:failed',
      part: 'work',
      error: new MeshError('ATTEMPT_ABORTED', { why: `error: ${secret}`, cause: 'error' }, relayed),
    },
    { kind: 'job:aborted', attempt: attemptOf('a'), model: 'resnet', cause: 'error', error: relayed },
  ]

  test("has no stranger's words above debug: their length, and the numbers", () => {
    const { bus, lines } = setUp({ level: 'info' })
    for (const event of fromPeers) bus.emit(event)
    expect(lines).toHaveLength(4)
    expect(lines.join('')).not.toContain(secret)
    for (const line of lines) expect(line).toMatch(/\(\d+ characters\)/)
  })

  test('has the place of a bug, also where a stranger’s words are left out', () => {
    const { bus, lines } = setUp({ level: 'info' })
    const found = new MeshError('BUG', { what: 'a rule' })
    bus.emit({ kind: 'request:failed', job: 'job' as never, model: 'resnet', error: found })
    const [, place] = /\n\s+at (?:new )?(\S+)/.exec(found.stack!)!
    expect(JSON.parse(lines[0]!).facts.stack.split('\n')[1]).toContain(place)
  })

  test('has the words of errors that are ours', () => {
    const { bus, lines } = setUp({ level: 'info' })
    bus.emit({ kind: 'trouble', during: 'writing', error: new MeshError('DISK_FULL', { file: 'scores.sqlite' }) })
    expect(lines.join('')).toContain('scores.sqlite')
  })

  test('has them at debug, for who looks for a fault', () => {
    const { bus, lines } = setUp({ level: 'debug' })
    for (const event of fromPeers) bus.emit(event)
    expect(lines).toHaveLength(fromPeers.length)
    for (const line of lines) expect(line).toContain(secret)
  })

  test('is not rewritten or forged by control characters', () => {
    const { bus, lines } = setUp({ format: 'pretty' })
    const evil = 'x\u001b[2J\r\n12:00:00.000 info  all is well\u202e'
    bus.emit({ kind: 'job:refused', model: evil, reason: 'BUSY' })
    bus.emit({ kind: 'trouble', during: evil, error: new MeshError('USAGE', { what: evil }) })
    for (const line of lines) expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(lines).toHaveLength(2)
  })

  test('cuts what is very long', () => {
    const { bus, lines } = setUp()
    bus.emit({ kind: 'job:refused', model: 'x'.repeat(100_000), reason: 'BUSY' })
    expect(lines[0]!.length).toBeLessThan(1_000)
  })

  test('never shows what is neither text nor number, for it could be content', () => {
    const { bus, lines } = setUp()
    const content = {
      kind: 'job:refused',
      model: 'm',
      reason: 'BUSY',
      input: new Uint8Array([104, 105]),
      prompt: { text: secret },
    }
    bus.emit(content as unknown as NodeEvent)
    expect(lines[0]).not.toContain('104')
    expect(lines[0]).not.toContain(secret)
  })
})

describe('metrics', () => {
  test('count each kind, split by words of closed lists, and what an event measures', () => {
    const { bus } = setUp({ level: 'error' })
    for (const event of [finished, finished, refused, { ...refused, reason: 'MEMORY' } as const]) bus.emit(event)
    expect(expositionOf(bus.metrics.book.families()).split('\n')).toEqual(
      expect.arrayContaining([
        '# TYPE aitbc_events_total counter',
        'aitbc_events_total{kind="job:finished"} 2',
        'aitbc_events_total{kind="job:refused",detail="BUSY"} 1',
        'aitbc_events_total{kind="job:refused",detail="MEMORY"} 1',
        'aitbc_jobs_total{outcome="finished"} 2',
        'aitbc_jobs_total{outcome="refused",reason="BUSY"} 1',
        'aitbc_job_compute_seconds_bucket{le="0.01"} 0',
        'aitbc_job_compute_seconds_bucket{le="0.025"} 2',
        'aitbc_job_compute_seconds_sum 0.0246',
        'aitbc_job_queue_seconds_bucket{le="0.001"} 2',
        'aitbc_earned_due_credits_total 3000',
        'aitbc_spans_sent_total 0',
      ]),
    )
  })
})

describe('a listener', () => {
  test('hears each event in order until it is disposed', () => {
    const { bus } = setUp()
    const heard: StampedEvent[] = []
    const listening = bus.listen((event) => heard.push(event))
    bus.emit(finished)
    bus.emit(refused)
    listening[Symbol.dispose]()
    bus.emit(finished)
    expect(heard.map(({ sequence, event }) => [sequence, event.kind])).toEqual([
      [1, 'job:finished'],
      [2, 'job:refused'],
    ])
  })

  test('that fails is reported and dropped, and the others still hear', () => {
    const { bus, parsed } = setUp()
    const heard: string[] = []
    bus.listen(() => {
      throw new Error('broken screen')
    })
    bus.listen(({ event }) => heard.push(event.kind))
    bus.emit(finished)
    bus.emit(refused)
    // In order: of the failure after what it failed at.
    expect(heard).toEqual(['job:finished', 'trouble', 'job:refused'])
    expect(parsed().filter(({ event }) => event === 'trouble')).toMatchObject([
      { level: 'error', facts: { code: 'BUG' } },
    ])
  })
})

describe('a follower', () => {
  test('reads at its own pace, also what came before it asked', async () => {
    const { bus } = setUp()
    const follower = bus.follow()
    bus.emit(finished)
    expect((await follower.next()).value).toMatchObject({ sequence: 1 })
    const waiting = follower.next()
    bus.emit(refused)
    expect((await waiting).value).toMatchObject({ sequence: 2 })
  })

  test('that is too slow misses the oldest and sees the gap', async () => {
    const { bus } = setUp({ level: 'error' })
    const follower = bus.follow(10)
    for (let i = 0; i < 25; i++) bus.emit(finished)
    const seen: number[] = []
    for (let i = 0; i < 10; i++) seen.push(((await follower.next()).value as StampedEvent).sequence)
    expect(seen).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25])
  })

  test('ends for its reader when the bus does, after what it holds', async () => {
    const { bus } = setUp()
    const follower = bus.follow()
    bus.emit(finished)
    bus[Symbol.dispose]()
    const kinds: string[] = []
    for await (const { event } of follower) kinds.push(event.kind)
    expect(kinds).toEqual(['job:finished'])
  })

  test('leaves the bus when its reader breaks off', async () => {
    const { bus } = setUp()
    for (let i = 0; i < 100; i++) {
      const follower = bus.follow()
      bus.emit(finished)
      for await (const _event of follower) break
    }
  })

  test('is one of a bounded number', () => {
    const { bus } = setUp()
    for (let i = 0; i < 32; i++) bus.follow()
    expect(() => bus.follow()).toThrow(expect.objectContaining({ code: 'LIMIT' }))
  })
})

test('telling never fails, whatever the event', () => {
  const { bus } = setUp({ format: 'pretty' })
  bus.emit({ kind: 'engine:stopped', model: modelId('bafy'), error: new MeshError('ENGINE_CRASHED') })
  bus.emit({ kind: 'peer:trouble', error: new MeshError('NO_PEERS') })
})

test('what cannot be put into words is heard all the same, and told of', () => {
  const { bus, parsed } = setUp()
  const heard: string[] = []
  bus.listen(({ event }) => heard.push(event.kind))
  // No date of JavaScript is so far away.
  const terms = { startsAt: 0n, endsAt: 2n ** 63n, price: credits(1) }
  bus.emit({ kind: 'lease:signed', lease: attemptOf('a'), ...terms })
  expect(heard).toEqual(['lease:signed', 'trouble'])
  expect(parsed()).toMatchObject([{ event: 'trouble', facts: { during: 'telling of lease:signed', code: 'BUG' } }])
})
