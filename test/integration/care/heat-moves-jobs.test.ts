import { afterAll, beforeAll, expect, test } from 'vitest'
import { SimulatedCard } from '../../../node/gpu/simulated/simulated-card.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { identityModel, loopedPerceptronModel } from '../../support/engines/onnx-models.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'

/** A minute of the card is a second of ours. */
const TIME_SCALE = 60
/** Some 4 s on one quick core: the card is at its end within one or two. */
const WIDTH = 1_024
const ROUNDS = 50_000

const cards = [1, 2].map((i) => new SimulatedCard({ key: `simulated/${i}`, clock: systemClock, timeScale: TIME_SCALE }))
let mesh: JobNetwork
beforeAll(async () => {
  mesh = await jobNetwork(
    { slow: loopedPerceptronModel(WIDTH, ROUNDS), quick: identityModel('uint8', ['n']) },
    { miners: [{}, {}], cards: { each: cards, timeScale: TIME_SCALE } },
  )
})
afterAll(() => mesh[Symbol.asyncDispose]())

const input = floats('x', [1, WIDTH], new Array(WIDTH).fill(0.5))

test('a card whose fan stops sends its jobs elsewhere without losing one, and takes jobs again when it has cooled', async () => {
  const { miners, client } = mesh.net
  const slow = client.client!.infer({ model: mesh.id('slow'), inputs: [input], deadlineMs: 600_000 })
  await expect.poll(() => miners.some(({ miner }) => miner!.desk.jobs > 0)).toBe(true)
  const at = miners.findIndex(({ miner }) => miner!.desk.jobs > 0)
  const [hot, cool] = [miners[at]!, miners[1 - at]!]
  const steps: string[] = []
  using listening = hot.bus.listen(({ event }) => {
    if (event.kind === 'heat:step') steps.push(event.to)
  })
  void listening
  // A room like an oven, too: the job that runs would end before the cooler has warmed up by it alone.
  cards[at]!.breaks({ fanWorks: false, ambientC: 90 })

  await expect.poll(() => hot.state().care.admits).toBe(false)
  await expect.poll(() => hot.miner!.board.current?.body.paused).toBe(1)
  const quick = await client.client!.infer({ model: mesh.id('quick'), inputs: [bytesInput(16)] })
  expect(quick.miner).toBe(cool.operator)

  const answer = await slow
  expect(answer).toMatchObject({ attempts: 2, miner: cool.operator })
  expect(hot.state().jobs.aborted).toEqual({ thermal: 1 })
  expect(client.state().requests.failed).toEqual({})
  expect(steps.at(-1)).toBe('off')

  cards[at]!.breaks({ fanWorks: true, ambientC: 25 })
  await expect.poll(() => hot.state().care.admits, { timeout: 30_000 }).toBe(true)
  await expect.poll(() => hot.miner!.board.current?.body.paused).toBeUndefined()
  expect(hot.state().care).toMatchObject({ admits: true, stopsRunning: false })
}, 300_000)

test('a card that vanishes in the middle of a job loses the job to another miner, which begins it anew', async () => {
  const { miners, client } = mesh.net
  const enough = new AbortController()
  const tried: string[] = []
  const slow = client.client!.infer({
    model: mesh.id('slow'),
    inputs: [input],
    deadlineMs: 600_000,
    signal: enough.signal,
    onEvent: (event) => {
      if (event.kind === 'trying') tried.push(event.miner)
      if (tried.length === 2) enough.abort()
    },
  })
  await expect.poll(() => miners.some(({ miner }) => miner!.desk.jobs > 0)).toBe(true)
  const at = miners.findIndex(({ miner }) => miner!.desk.jobs > 0)
  const before = miners[at]!.state().jobs.aborted.thermal ?? 0
  cards[at]!.breaks({ isGone: true })
  await expect(slow).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(tried).toEqual([miners[at]!.operator, miners[1 - at]!.operator])
  expect(miners[at]!.state().jobs.aborted.thermal).toBe(before + 1)
  // A card that is gone is silent, which counts as hot after a while.
  expect(miners[at]!.state().care.reasons.map(({ cause }) => cause)).toContain('card')
  cards[at]!.breaks({ isGone: false })
  await expect.poll(() => miners[at]!.miner!.board.current?.body.paused).toBeUndefined()
  await expect.poll(() => miners.every(({ miner }) => miner!.desk.jobs === 0)).toBe(true)
}, 120_000)
