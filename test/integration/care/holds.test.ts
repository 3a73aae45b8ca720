import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeMethods } from '../../../node/control/methods/node-methods.ts'
import { SimulatedCard } from '../../../node/gpu/simulated/simulated-card.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'

const card = new SimulatedCard({ key: 'simulated/1', clock: systemClock, timeScale: 20 })
let mesh: JobNetwork
let miner: RunningNode
beforeAll(async () => {
  mesh = await jobNetwork(
    { identity: identityModel('uint8', ['n']) },
    { miners: [{}], cards: { each: [card], timeScale: 20 } },
  )
  miner = mesh.net.miners[0]!
})
afterAll(() => mesh[Symbol.asyncDispose]())

const call = async (method: 'pause' | 'resume' | 'schedule' | 'status', params: object = {}): Promise<unknown> =>
  nodeMethods(miner, () => undefined)[method](params, { signal: new AbortController().signal, emit: async () => {} })
const isPaused = () => miner.miner!.board.current?.body.paused === 1

/** A window of one minute, twelve hours from now. */
function farWindow(): string {
  const at = new Date(Date.now() + 12 * 3_600_000)
  const text = (minute: number) => `${String(at.getHours()).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
  return at.getMinutes() === 59 ? `${text(58)}-${text(59)}` : `${text(at.getMinutes())}-${text(at.getMinutes() + 1)}`
}

test('hours that are set in a running node hold at once; the pause beside them ends without bringing it back', async () => {
  expect(await call('schedule', { windows: [farWindow()] })).toMatchObject({ isOpen: false, windows: [farWindow()] })
  await expect.poll(isPaused).toBe(true)
  expect(await call('pause')).toMatchObject({ paused: true, holds: [{ cause: 'schedule' }] })
  expect(await call('status')).toMatchObject({
    care: { admits: false, reasons: [{ cause: 'schedule' }, { cause: 'owner', text: 'paused by its owner' }] },
  })
  expect(await call('resume')).toMatchObject({ paused: false, holds: [{ cause: 'schedule' }] })
  expect(isPaused()).toBe(true)
  expect(await call('schedule', { windows: [] })).toEqual({ windows: [], isOpen: true, changesAt: null, cards: [] })
  await expect.poll(isPaused).toBe(false)
  expect(await call('status')).toMatchObject({ care: { admits: true, reasons: [] } })
})

test('hours of another form change nothing', async () => {
  await expect(call('schedule', { windows: ['tomorrow'] })).rejects.toMatchObject({ code: 'USAGE' })
  expect(miner.state().care.admits).toBe(true)
})

test('the only card that is paused withdraws the offer, and is named by what holds it', async () => {
  await expect.poll(() => miner.miner!.care.cards().length).toBe(1)
  expect(await call('pause', { card: '1' })).toMatchObject({ paused: true, card: { number: 1, key: 'simulated/1' } })
  expect(isPaused()).toBe(true)
  expect(await call('status')).toMatchObject({
    care: { admits: false, reasons: [{ cause: 'owner', on: expect.stringMatching(/^card 1 \(/) }] },
    holds: [{ by: 'owner', card: { number: 1 } }],
    next: 'Paused: aitbc resume brings it back to the market.',
  })
  await call('resume', { card: '1' })
  expect(isPaused()).toBe(false)
})

test('a card that vanishes takes the miner out of the market until it is there again', async () => {
  await expect.poll(() => miner.miner!.care.cards().length).toBe(1)
  card.breaks({ isGone: true })
  await expect.poll(() => miner.state().care).toMatchObject({ admits: false, stopsRunning: true })
  expect(miner.state().care.reasons.map(({ cause }) => cause)).toContain('card')
  await expect.poll(isPaused).toBe(true)
  card.breaks({ isGone: false })
  await expect.poll(() => miner.state().care.admits, { timeout: 30_000 }).toBe(true)
}, 90_000)

test('a sensor that goes silent, and one that is stuck, count as hot', async () => {
  card.breaks({ sensor: 'lost' })
  await expect.poll(() => miner.state().care.admits).toBe(false)
  expect(miner.state().care.reasons[0]!.text).toMatch(/^the sensor of the core does not answer/)
  card.breaks({ sensor: 'works' })
  await expect.poll(() => miner.state().care.admits, { timeout: 30_000 }).toBe(true)
  card.breaks({ sensor: 'stuck' })
  // No event tells of it: 40 seconds of the card go by in which its load stays low.
  await new Promise<void>((resolve) => systemClock.after(2_000, resolve))
  card.begins()
  await expect.poll(() => miner.state().care.admits, { timeout: 30_000 }).toBe(false)
  expect(miner.state().care.reasons[0]!.text).toMatch(/^the sensor of the core shows one value/)
  card.ends()
}, 120_000)
