import { expect, it } from 'vitest'
import { NodeHealth } from '../../../node/gateway/node-health.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const never = new AbortController().signal

function healthWhere(failure: Error): NodeHealth {
  const clock = new ManualClock()
  const client = { search: () => Promise.reject(failure), book: { live: () => [] } } as never
  const head = () => ({ blockNumber: 1n, blockTime: BigInt(clock.nowMs() / 1_000), blockHash: ZERO_HASH })
  return new NodeHealth({ clock, client, head, signingStopped: () => undefined, space: () => 'ok' }, never)
}

it('says that no directory answers, and does not pass off a fault of ours as that', async () => {
  const { checks } = await healthWhere(new MeshError('NO_PEERS', { network: 'local' })).look(never)
  expect(checks.directories).toEqual({ ok: false, error: 'NO_PEERS' })
  await expect(healthWhere(new TypeError('broken')).look(never)).rejects.toThrow('broken')
})
