import { expect, it } from 'vitest'
import type { JobEvent } from '../../../../node/client/running/job-event.ts'
import type { FinishedSpan } from '../../../../node/client/telling/finished-span.ts'
import { JobSpans } from '../../../../node/client/telling/job-spans.ts'
import { systemRandom } from '../../../../node/network-node/system-random.ts'
import { type Address, type AttemptId, jobId, modelId } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { childSpan, firstSpan } from '../../../../protocols/kernel/trace-context.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

it('a traced job that goes to the cloud has a span of that, and ends the attempts that it took over from', () => {
  const clock = new ManualClock()
  const ended: FinishedSpan[] = []
  const spans = new JobSpans(clock, systemRandom, (span) => void ended.push(span))
  const of = { job: jobId('j'), model: modelId('m') }
  const tell = (event: JobEvent): void => spans.take({ kind: 'job', ...of, event })
  const root = firstSpan(systemRandom)
  tell({ kind: 'started', job: of.job, span: root, askedMs: 0 })
  const span = childSpan(root, systemRandom)
  const miner = '0xminer' as Address
  tell({ kind: 'trying', attempt: 'a' as AttemptId, miner, price: credits(1), span } as JobEvent)
  tell({ kind: 'cloud-asked', provider: 'far', target: 'm', priceMax: credits(9), why: 'late' })
  clock.advance(30)
  const answer = { provider: 'far', served: 'm', price: credits(7), tookMs: 30, isCut: false, outputs: [] }
  tell({ kind: 'cloud-answered', ...answer })
  expect(ended.map(({ name, failure }) => [name, failure])).toEqual([
    ['find offers', undefined],
    ['attempt', 'CANCELLED'],
    ['ask cloud', undefined],
  ])
  const { startedAtMs, endedAtMs, facts, parentSpanId } = ended.at(-1)!
  expect({ tookMs: endedAtMs - startedAtMs, facts, parentSpanId }).toEqual({
    tookMs: 30,
    facts: { 'aitbc.provider': 'far', 'aitbc.price': 7n },
    parentSpanId: root.spanId,
  })
})
