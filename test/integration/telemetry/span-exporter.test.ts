import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FinishedSpan } from '../../../node/client/telling/finished-span.ts'
import { EventBus } from '../../../node/events/event-bus.ts'
import type { NodeEvent } from '../../../node/events/node-event.ts'
import { SpanExporter } from '../../../node/telemetry/span-exporter.ts'
import { OtlpCollector } from '../../support/nodes/otlp-collector.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const span: FinishedSpan = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  sampled: true,
  name: 'job',
  role: 'inside',
  startedAtMs: 1_790_000_000_000,
  endedAtMs: 1_790_000_000_003,
  facts: {},
}

let clock: ManualClock
let bus: EventBus
let collector: OtlpCollector
let exporter: SpanExporter
let told: NodeEvent[]
beforeEach(async () => {
  clock = new ManualClock()
  bus = new EventBus(clock, { wants: () => false, write: () => undefined })
  told = []
  bus.listen(({ event }) => void (event.kind !== 'span:ended' && told.push(event)))
  collector = await OtlpCollector.start()
  const source = () => ({ version: '1', network: 'local', peer: 'p' })
  exporter = new SpanExporter({ endpoint: collector.endpoint, source, clock, bus })
})
afterEach(async () => {
  await exporter[Symbol.asyncDispose]()
  await collector[Symbol.asyncDispose]()
})

const emit = (count: number): void => {
  for (let i = 0; i < count; i++) bus.emit({ kind: 'span:ended', ...span })
}
const counted = (kind: 'spans:sent' | 'spans:dropped', why?: string): number =>
  told.reduce(
    (sum, event) =>
      sum + (event.kind === kind && (why === undefined || (event as { why?: string }).why === why) ? event.count : 0),
    0,
  )
const says =
  (status: number, body = '', headers: Record<string, string> = {}): OtlpCollector['mood'] =>
  (response) => {
    response.writeHead(status, headers).end(body)
    return true
  }

describe('spans of the node', () => {
  test('are gathered for a second and sent in one request', async () => {
    emit(3)
    expect(collector.tries).toBe(0)
    clock.advance(1_000)
    await expect.poll(() => counted('spans:sent')).toBe(3)
    expect(collector.requests).toHaveLength(1)
  })

  test('go at once, and in several requests, where there are many', async () => {
    emit(1_100)
    await expect.poll(() => counted('spans:sent')).toBe(1_100)
    expect(collector.requests.map(({ resourceSpans }) => resourceSpans[0].scopeSpans[0].spans.length)).toEqual([
      512, 512, 76,
    ])
    expect(collector.faults).toEqual([])
  })

  test('are dropped and counted where more come than the collector takes, and the node holds no more than its queue', async () => {
    let release: (() => void) | undefined
    collector.mood = (response) => {
      release = () => response.end('{}')
      return true
    }
    emit(512)
    await expect.poll(() => release).toBeDefined()
    emit(2_048 + 7)
    collector.mood = () => undefined
    release!()
    await expect.poll(() => counted('spans:sent')).toBe(512 + 2_048)
    await expect.poll(() => counted('spans:dropped', 'full')).toBe(7)
  })
})

describe('a collector', () => {
  test('that is busy is asked again when it says, and told of once', async () => {
    collector.mood = (response, tries) => {
      if (tries > 2) return undefined
      response.writeHead(tries === 1 ? 503 : 429, { 'retry-after': '7' }).end()
      return true
    }
    emit(1)
    clock.advance(1_000)
    for (const tries of [1, 2]) {
      await expect.poll(() => collector.tries).toBe(tries)
      // The answer has come: what is waited for is the next try, no longer the answer.
      await expect.poll(() => clock.nextMs).toBe(7_000)
      clock.advance(6_999)
      expect(collector.tries).toBe(tries)
      clock.advance(1)
    }
    await expect.poll(() => counted('spans:sent')).toBe(1)
    const changes = told.filter((event) => event.kind === 'collector:changed')
    expect(changes).toMatchObject([{ error: { code: 'COLLECTOR' } }, { kind: 'collector:changed' }])
    expect(changes[1]).not.toHaveProperty('error')
  })

  test('that does not answer in time, again and again, costs its spans and no more', async () => {
    collector.mood = () => true
    emit(5)
    clock.advance(1_000)
    for (let tries = 1; tries <= 5; tries++) {
      await expect.poll(() => collector.tries).toBe(tries)
      clock.advance(10_000)
      if (tries === 5) break
      await expect.poll(() => clock.pending).toBe(1)
      clock.advance(1_000 * 2 ** (tries - 1))
    }
    await expect.poll(() => counted('spans:dropped', 'unreachable')).toBe(5)
  })

  test.each([400, 404, 413, 500, 301])('that refuses them with %i is not asked again', async (status) => {
    collector.mood = says(status, '', { location: '/elsewhere' })
    emit(4)
    clock.advance(1_000)
    await expect.poll(() => counted('spans:dropped', 'refused')).toBe(4)
    expect(collector.tries).toBe(1)
  })

  test('that takes a part says how many it did not', async () => {
    collector.mood = says(200, '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}')
    emit(10)
    clock.advance(1_000)
    await expect.poll(() => counted('spans:dropped', 'refused')).toBe(3)
    expect(counted('spans:sent')).toBe(7)
  })

  test.each([
    ['no JSON', 'ok'],
    ['another shape', '[1]'],
    ['a number that is none', '{"partialSuccess":{"rejectedSpans":"many"}}'],
    ['more refused than there were', '{"partialSuccess":{"rejectedSpans":99999}}'],
    ['null', 'null'],
    ['a megabyte', 'x'.repeat(2 ** 20)],
  ])('that answers %s with 200 breaks nothing', async (_, body) => {
    collector.mood = says(200, body)
    emit(2)
    clock.advance(1_000)
    await expect.poll(() => counted('spans:sent') + counted('spans:dropped')).toBe(2)
  })
})

describe('a node that stops', () => {
  test('sends what it has', async () => {
    emit(2)
    await exporter[Symbol.asyncDispose]()
    expect(collector.spans).toHaveLength(2)
    expect(counted('spans:sent')).toBe(2)
  })

  test('does not wait for a collector that is silent', async () => {
    collector.mood = () => true
    emit(2)
    const stopping = exporter[Symbol.asyncDispose]()
    await expect.poll(() => collector.tries).toBe(1)
    clock.advance(2_000)
    await stopping
    expect(counted('spans:dropped', 'stopped')).toBe(2)
  })
})
