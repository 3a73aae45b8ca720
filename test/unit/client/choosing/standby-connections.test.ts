import { expect, it, vi } from 'vitest'
import { LOOK_MS, STANDBY_MS, StandbyConnections } from '../../../../node/client/choosing/standby-connections.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../../../protocols/kernel/ids.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import { model } from '../../../support/wire-vectors/job-samples.ts'

const [a, b, c] = ['a', 'b', 'c'].map(peerId) as [PeerId, PeerId, PeerId]

function scene(best: readonly PeerId[], miners = 3) {
  const clock = new ManualClock()
  const connected = new Set<PeerId>([a])
  const line = { isMetered: false, refuses: new Set<PeerId>() }
  const dialled: PeerId[] = []
  const released: PeerId[] = []
  const faults: MeshError[] = []
  const standby = new StandbyConnections({
    clock,
    miners,
    network: {
      connectedPeers: () => [...connected],
      connect: async (peer) => {
        dialled.push(peer)
        if (line.refuses.has(peer)) throw new MeshError('DIAL_FAILED', { peer, why: 'nobody is there' })
        connected.add(peer)
      },
    },
    mayKeep: async () => !line.isMetered,
    release: (peer) => {
      released.push(peer)
      connected.delete(peer)
    },
    onFailure: (error) => void faults.push(error),
  })
  /** Resolves when what the answer began is over. */
  const answered = async (of = model): Promise<void> => {
    standby.answered(of, (countMax) => best.slice(0, countMax))
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  }
  return { clock, connected, line, dialled, released, faults, standby, answered }
}

it('one job alone keeps nobody ready; the second connects the best miners, and only those that are not connected', async () => {
  const { answered, dialled } = scene([a, b, c])
  await answered()
  expect(dialled).toEqual([])
  await answered()
  expect(dialled).toEqual([b, c])
})

it('no more miners are kept than are wanted', async () => {
  const { answered, dialled } = scene([a, b, c], 2)
  await answered()
  await answered()
  expect(dialled).toEqual([b])
})

it('jobs that are far apart are each the first one', async () => {
  const { answered, dialled, clock } = scene([a, b])
  await answered()
  clock.advance(STANDBY_MS)
  await answered()
  expect(dialled).toEqual([])
})

it('while jobs keep coming the connections stay, and a minute and a half after the last they are given up', async () => {
  const { answered, released, clock, standby } = scene([a, b, c])
  await answered()
  for (let ms = 0; ms < 2 * STANDBY_MS; ms += LOOK_MS) {
    await answered()
    clock.advance(LOOK_MS)
  }
  expect(released).toEqual([])
  clock.advance(STANDBY_MS - LOOK_MS - 1)
  expect(released).toEqual([])
  clock.advance(1)
  expect(released).toEqual([b, c])
  await standby[Symbol.asyncDispose]()
  expect(clock.pending).toBe(0)
})

it('a connection that stood before, or that an attempt uses, is not given up', async () => {
  const { answered, released, clock, standby } = scene([a, b, c])
  await answered()
  await answered()
  standby.used(b)
  clock.advance(STANDBY_MS)
  expect(released).toEqual([c])
})

it('on a line that is paid by what goes over it nobody is dialled, and who is kept is given up', async () => {
  const { answered, dialled, released, line, clock } = scene([a, b])
  line.isMetered = true
  await answered()
  await answered()
  expect(dialled).toEqual([])
  line.isMetered = false
  clock.advance(LOOK_MS)
  await answered()
  expect(dialled).toEqual([b])
  line.isMetered = true
  clock.advance(LOOK_MS)
  await answered()
  expect(released).toEqual([b])
})

it('who cannot be reached is dialled again at the next look, and no sooner', async () => {
  const { answered, dialled, line, faults, clock } = scene([a, b])
  line.refuses.add(b)
  await answered()
  await answered()
  await answered()
  expect(dialled).toEqual([b])
  clock.advance(LOOK_MS)
  await answered()
  expect(dialled).toEqual([b, b])
  expect(faults).toEqual([])
})

it('a connection that was lost is opened again', async () => {
  const { answered, dialled, connected, clock } = scene([a, b])
  await answered()
  await answered()
  connected.delete(b)
  clock.advance(LOOK_MS)
  await answered()
  expect(dialled).toEqual([b, b])
})

it('of the connections of many models sixteen are kept, and of many models the last are remembered', async () => {
  const clock = new ManualClock()
  const connected = new Set<PeerId>()
  const connect = vi.fn(async (peer: PeerId) => void connected.add(peer))
  const standby = new StandbyConnections({
    ...{ clock, miners: 1, mayKeep: async () => true, onFailure: () => undefined },
    network: { connectedPeers: () => [...connected], connect },
    release: (peer) => void connected.delete(peer),
  })
  const asks = async (number: number): Promise<void> => {
    standby.answered(`model ${number}` as typeof model, () => [peerId(`peer ${number}`)])
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  }
  for (let number = 0; number < 20; number++) {
    await asks(number)
    await asks(number)
  }
  expect(connect).toHaveBeenCalledTimes(20)
  expect([...connected]).toEqual(Array.from({ length: 16 }, (_, i) => `peer ${i + 4}`))
  for (let number = 100; number < 165; number++) await asks(number)
  connect.mockClear()
  await asks(100)
  expect(connect).not.toHaveBeenCalled()
  await asks(164)
  expect(connect).toHaveBeenCalledTimes(1)
})
