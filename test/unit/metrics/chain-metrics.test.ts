import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { initialNodeState } from '../../../node/events/node-state.ts'
import { EventLoopWatch } from '../../../node/metrics/event-loop.ts'
import { MetricBook } from '../../../node/metrics/metric-book.ts'
import { type ChainFigures, nodeMetricsText } from '../../../node/metrics/node-metrics.ts'
import { parseExposition } from '../../support/parse-exposition.ts'

function families(chain: ChainFigures | undefined) {
  using loop = new EventLoopWatch()
  const text = nodeMetricsText({
    book: new MetricBook(),
    loop,
    state: () => initialNodeState,
    info: { version: '1.0.0', network: 'local' },
    dataFolder: tmpdir(),
    mesh: { traffic: { bytesIn: 0, bytesOut: 0 }, connectedPeers: () => [] },
    store: { bytes: 0, bytesMax: 0 },
    directoryOffers: () => undefined,
    knownOffers: () => undefined,
    quality: () => ({ tiers: {}, service: undefined }),
    budgets: () => [],
    cloudToday: () => undefined,
    chain: () => chain,
    miner: () => undefined,
  })
  return parseExposition(text)
}
const values = (of: ReturnType<typeof families>, name: string) => of.get(name)?.samples.map(({ value }) => value)

describe('the metrics of the chain', () => {
  it('say how old its head is, how its endpoints stand and how many transactions are open', () => {
    const endpoints = [{ state: 'good' }, { state: 'aside' }, { state: 'aside' }] as const
    const there = families({ headAgeSeconds: 3.5, endpoints, open: 2 })
    expect(values(there, 'aitbc_chain_head_age_seconds')).toEqual([3.5])
    expect(values(there, 'aitbc_chain_endpoints')).toEqual([0, 1, 2])
    expect(values(there, 'aitbc_transactions_open')).toEqual([2])
  })

  it('are not there where there is none, or no transactions are sent', () => {
    expect(values(families(undefined), 'aitbc_chain_head_age_seconds')).toBeUndefined()
    const reading = families({ headAgeSeconds: 1, endpoints: [], open: undefined })
    expect(values(reading, 'aitbc_transactions_open')).toBeUndefined()
  })
})
