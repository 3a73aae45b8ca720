import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeMethods } from '../../../node/control/methods/node-methods.ts'
import { SimulatedCard } from '../../../node/gpu/simulated/simulated-card.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'

const cards = ['one', 'two'].map(
  (name) => new SimulatedCard({ key: `simulated/${name}`, clock: systemClock, timeScale: 20 }),
)
let mesh: JobNetwork
let miner: RunningNode
/** Keys of the cards that worked. */
const worked = new Set<string>()
beforeAll(async () => {
  mesh = await jobNetwork(
    { identity: identityModel('uint8', ['n']) },
    { miners: [{}], cards: { each: [cards], timeScale: 20 } },
  )
  miner = mesh.net.miners[0]!
  miner.bus.listen(({ event }) => {
    if (event.kind === 'seat:work' && event.isBusy) worked.add(event.card)
  })
})
afterAll(() => mesh[Symbol.asyncDispose]())

const call = async (
  method: 'gpu' | 'pause' | 'resume' | 'schedule' | 'status',
  params: object = {},
): Promise<unknown> =>
  nodeMethods(miner, () => undefined)[method](params, { signal: new AbortController().signal, emit: async () => {} })
const isPaused = () => miner.miner!.board.current?.body.paused === 1
const runs = async (count: number): Promise<void> => {
  const asked = Array.from({ length: count }, () =>
    mesh.net.client.client!.infer({ model: mesh.id('identity'), inputs: [bytesInput(16)] }),
  )
  await Promise.all(asked)
}

test('a card that its owner paused is left alone while the other works, and the offer stays', async () => {
  await expect.poll(() => miner.miner!.care.cards().length).toBe(2)
  const paused = await call('pause', { card: 'two' })
  expect(paused).toMatchObject({ paused: true, card: { number: 2, key: 'simulated/two' }, runsModels: true })
  expect(isPaused()).toBe(false)
  expect(await call('status')).toMatchObject({
    care: { admits: true, loadShare: 0.5, stopsRunning: false },
    holds: [{ by: 'owner', card: { number: 2 }, reach: 'card' }],
    next: expect.not.stringMatching(/^Paused/),
  })
  expect(await call('gpu')).toMatchObject({
    cards: [
      { key: 'simulated/one', care: { runsModels: true, admits: true, holds: [] } },
      { key: 'simulated/two', care: { runsModels: true, admits: false, holds: [{ by: 'owner' }] } },
    ],
  })
  worked.clear()
  await runs(8)
  expect([...worked]).toEqual(['simulated/one'])
})

test('the offer goes when the other card goes too, and one that comes back brings it back', async () => {
  cards[0]!.breaks({ isGone: true })
  await expect.poll(isPaused).toBe(true)
  expect(await call('status')).toMatchObject({ care: { admits: false, stopsRunning: false } })
  expect(await call('resume', { card: '2' })).toMatchObject({ paused: false, holds: [] })
  expect(isPaused()).toBe(false)
  worked.clear()
  await runs(2)
  expect([...worked]).toEqual(['simulated/two'])
  cards[0]!.breaks({ isGone: false })
  await expect.poll(() => miner.state().care.reasons, { timeout: 30_000 }).toEqual([])
}, 60_000)

test('hours of one card hold that card alone', async () => {
  const hour = new Date(Date.now() + 12 * 3_600_000).getHours()
  const window = `card simulated/one: ${hour}:00-${hour}:30`
  expect(await call('schedule', { windows: [window] })).toMatchObject({
    isOpen: true,
    cards: [{ card: { number: 1 }, isOpen: false }],
  })
  expect(miner.miner!.care.caretaker.verdictOf('simulated/one').admits).toBe(false)
  expect([miner.miner!.care.caretaker.verdictOf('simulated/two').admits, isPaused()]).toEqual([true, false])
  await expect(call('schedule', { windows: ['card nine: 22:00-06:00'] })).rejects.toMatchObject({
    code: 'CARD_NOT_HERE',
  })
  await call('schedule', { windows: [] })
  expect(miner.miner!.care.caretaker.verdict.admits).toBe(true)
})
