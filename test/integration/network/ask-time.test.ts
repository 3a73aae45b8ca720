import { describe, expect, it, vi } from 'vitest'
import { askTime } from '../../../node/network-node/ask-time.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { timeServer } from '../../support/nodes/time-server.ts'

const needs = { clock: systemClock, random: systemRandom }
/** Far more than loopback and a busy machine take. */
const APART_MS = 500
const ask = (server: string, signal?: AbortSignal): Promise<number> => askTime(needs, server, signal)

describe('a time server', () => {
  it.each([0, 45_000, -400_000])('says how its clock differs from ours: %d ms', async (aheadMs) => {
    await using server = await timeServer(aheadMs)
    expect(Math.abs((await ask(server.name)) - aheadMs)).toBeLessThan(APART_MS)
  })

  it('is understood beyond February 2036, when its seconds begin again', async () => {
    await using server = await timeServer()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2040, 0, 1) })
    try {
      expect(Math.abs(await ask(server.name))).toBeLessThan(APART_MS)
    } finally {
      vi.useRealTimers()
    }
  })

  it('does not learn what time we believe it is', async () => {
    await using server = await timeServer()
    await ask(server.name)
    await ask(server.name)
    const [first, second] = server.requests
    expect(first!.subarray(0, 40)).toEqual(Buffer.concat([Buffer.of(0x23), Buffer.alloc(39)]))
    expect(first!.subarray(40)).not.toEqual(second!.subarray(40))
  })

  it.each([
    ['that has not heard our request', (packet: Buffer) => void packet.fill(7, 24, 32)],
    ['that is not synchronised', (packet: Buffer) => void packet.fill(0xe4, 0, 1)],
    ['that tells us to go away', (packet: Buffer) => void packet.fill(0, 1, 2)],
    ['that is no server', (packet: Buffer) => void packet.fill(0x23, 0, 1)],
    ['that says nothing', () => false],
  ])('%s is not believed', async (_, answer) => {
    await using server = await timeServer(45_000, answer)
    const hasty = {
      ...needs,
      clock: { ...systemClock, after: (ms: number, call: () => void) => systemClock.after(ms / 10, call) },
    }
    await expect(askTime(hasty, server.name)).rejects.toMatchObject({ code: 'TIMEOUT' })
  })

  it.each(['127.0.0.1:0', '127.0.0.1:65536'])(
    'at a port that there is none of cannot be reached: %s',
    async (server) => {
      await expect(ask(server)).rejects.toMatchObject({ code: 'DIAL_FAILED' })
    },
  )

  it('that has no such name, or is no longer waited for, is told of as such', async () => {
    await expect(ask('no-such-name.invalid')).rejects.toMatchObject({
      code: expect.stringMatching(/DIAL_FAILED|TIMEOUT/),
    })
    const stop = new AbortController()
    stop.abort(new MeshError('CANCELLED'))
    await expect(ask('127.0.0.1:9', stop.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
