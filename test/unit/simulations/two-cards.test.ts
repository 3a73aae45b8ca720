import { expect, it } from 'vitest'
import { ModelSeat } from '../../../node/work/queue/model-seat.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { type CareVerdict, unhindered } from '../../../protocols/rules/care/care-verdict.ts'
import { VirtualWorld } from '../../../simulations/wire/virtual-world.ts'
import { IdentitySession } from '../../support/engines/identity-session.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { virtualClient } from '../../support/virtual/virtual-client.ts'
import { identityModel, signerOf } from '../../support/virtual/virtual-market.ts'
import { virtualMiner } from '../../support/virtual/virtual-miner.ts'

const SERVICE_MS = 5_000
const CARDS = ['nvidia-8.9', 'nvidia-7.5']

async function market(seed: string) {
  const world = new VirtualWorld({ seed, hasher: crypto })
  const care = new Map<string, CareVerdict>()
  const careOf = (card: string): CareVerdict => care.get(card) ?? unhindered
  const signer = signerOf(seed, 'miner')
  const miner = virtualMiner({ world, signer, price: 100n, serviceMs: SERVICE_MS, cards: CARDS, careOf })
  await world.clock.until(miner.join([]))
  const user = virtualClient(world, signerOf(seed, 'client'), credits(1_000))
  await world.clock.until(user.node.network.connect(miner.node.network.self, miner.node.network.addresses()))
  const ask = () => user.client.infer({ model: identityModel, inputs: [floats('x', [2], [1, 2])], deadlineMs: 120_000 })
  // A client that is not yet lent anything sends one job after the other.
  for (let i = 0; i < 2; i++) await world.clock.until(ask())
  const classes = CARDS.map(
    (card) => new ModelSeat(crypto, card, new IdentitySession(miner.node.clock, 1, card)).kernelClass,
  )
  const close = async (): Promise<void> => {
    await world.clock.until(user.stop())
    await world.clock.until(miner.stop())
  }
  return { world, care, miner, ask, classes, close }
}

it('runs two jobs at once on two cards, each with a receipt that names the kernels of its own', async () => {
  const { world, ask, classes, close } = await market('two cards')
  const startedMs = world.clock.monotonicMs()
  const answers = await world.clock.until(Promise.all([ask(), ask()]))
  expect(world.clock.monotonicMs() - startedMs).toBeLessThan(1.5 * SERVICE_MS)
  const receipts = await world.clock.until(Promise.all(answers.map(({ receipt }) => receipt)))
  expect(new Set(receipts.map(({ kernelClass }) => kernelClass))).toEqual(new Set(classes))
  await close()
})

it('answers a job whose card had to stop from the other, within its one attempt', async () => {
  const { world, care, miner, ask, classes, close } = await market('a hot card')
  const job = ask()
  await world.clock.advance(1_000)
  const hot = CARDS[0]!
  care.set(hot, { admits: false, loadShare: 0, stopsRunning: true, reasons: [{ cause: 'heat', text: '96 C' }] })
  miner.desk.endOn(hot, new MeshError('CARD_HOT', { why: '96 C' }))
  const answer = await world.clock.until(job)
  expect(answer).toMatchObject({ attempts: 1, notes: { setAside: 1 } })
  expect((await world.clock.until(answer.receipt)).kernelClass).toBe(classes[1])
  expect(miner.events.filter(({ kind }) => kind === 'ended').length).toBe(3)
  await close()
})

it('refuses as too hot what only a card that has to stop could run, and signs what it ends as ended by heat', async () => {
  const { world, care, miner, ask, close } = await market('all hot')
  const job = ask()
  job.catch(() => undefined)
  await world.clock.advance(1_000)
  const stops: CareVerdict = {
    admits: false,
    loadShare: 0,
    stopsRunning: true,
    reasons: [{ cause: 'heat', text: '96 C' }],
  }
  for (const card of CARDS) care.set(card, stops)
  for (const card of CARDS) miner.desk.endOn(card, new MeshError('CARD_HOT', { why: '96 C' }))
  await expect(world.clock.until(job)).rejects.toBeInstanceOf(MeshError)
  await expect(world.clock.until(ask())).rejects.toBeInstanceOf(MeshError)
  expect(miner.events).toContainEqual(expect.objectContaining({ kind: 'ended', status: 2 }))
  expect(miner.events).toContainEqual(
    expect.objectContaining({ kind: 'refused', refused: expect.objectContaining({ reason: 'THERMAL' }) }),
  )
  await close()
})
