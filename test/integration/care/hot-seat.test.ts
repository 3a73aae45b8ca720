import { afterAll, beforeAll, expect, test } from 'vitest'
import { SimulatedCard } from '../../../node/gpu/simulated/simulated-card.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { loopedPerceptronModel } from '../../support/engines/onnx-models.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'

/** A minute of the cards is a second of ours. */
const TIME_SCALE = 60
/** Some 4 s on one quick core: the card is at its end within one or two. */
const WIDTH = 1_024
const ROUNDS = 50_000

const cards = [1, 2].map((i) => new SimulatedCard({ key: `simulated/${i}`, clock: systemClock, timeScale: TIME_SCALE }))
let mesh: JobNetwork
beforeAll(async () => {
  mesh = await jobNetwork(
    { slow: loopedPerceptronModel(WIDTH, ROUNDS), short: loopedPerceptronModel(WIDTH, ROUNDS / 10) },
    { miners: [{}], cards: { each: [cards], timeScale: TIME_SCALE } },
  )
})
afterAll(() => mesh[Symbol.asyncDispose]())

const input = floats('x', [1, WIDTH], new Array(WIDTH).fill(0.5))

test('a job on a card whose fan stops goes on on the other card of its miner, whose offer stands, and the card works again when it has cooled', async () => {
  const node = mesh.net.miners[0]!
  const { board, care, models, seats } = node.miner!
  const busy = new Set<string>()
  const worked: string[] = []
  const withdrawn: boolean[] = []
  using listening = node.bus.listen(({ event }) => {
    if (event.kind === 'seat:work') {
      if (event.isBusy) {
        busy.add(event.card)
        worked.push(event.card)
      } else busy.delete(event.card)
    }
    if (event.kind === 'offer:published') withdrawn.push(event.paused)
  })
  void listening
  expect(seats.map(({ card }) => card)).toEqual(cards.map(({ facts }) => facts.key))
  expect(models.get(mesh.id('slow'))!.seats.length).toBe(2)
  expect(node.cards.report().cards.map(({ key, simulated }) => [key, simulated])).toEqual(
    cards.map(({ facts }) => [facts.key, true]),
  )
  const ask = (model: string) =>
    mesh.net.client.client!.infer({ model: mesh.id(model), inputs: [input], deadlineMs: 600_000 })

  const job = ask('slow')
  await expect.poll(() => busy.size).toBe(1)
  const hot = cards.find(({ facts }) => busy.has(facts.key))!
  const cool = cards.find((card) => card !== hot)!
  // A room like an oven, too: the job that runs would end before the cooler has warmed up by it alone.
  hot.breaks({ fanWorks: false, ambientC: 90 })
  await expect.poll(() => care.caretaker.verdictOf(hot.facts.key).admits).toBe(false)

  expect(await job).toMatchObject({ attempts: 1, miner: node.operator })
  expect(worked).toEqual([hot.facts.key, cool.facts.key])
  expect(node.state().jobs).toMatchObject({ aborted: {}, finished: 1 })
  expect([care.caretaker.verdict.admits, withdrawn.includes(true)]).toEqual([true, false])
  expect(board.current?.body.paused).toBeUndefined()

  hot.breaks({ fanWorks: true, ambientC: 25 })
  await expect.poll(() => care.caretaker.verdictOf(hot.facts.key).loadShare, { timeout: 30_000 }).toBe(1)
  worked.length = 0
  await Promise.all(Array.from({ length: 4 }, () => ask('short')))
  expect(new Set(worked)).toEqual(new Set(cards.map(({ facts }) => facts.key)))
}, 300_000)
