import { expect, it } from 'vitest'
import { credits } from '../../../protocols/kernel/money.ts'
import { VirtualWorld } from '../../../simulations/wire/virtual-world.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { virtualClient } from '../../support/virtual/virtual-client.ts'
import { identityModel, signerOf } from '../../support/virtual/virtual-market.ts'
import { virtualMiner } from '../../support/virtual/virtual-miner.ts'

const INPUT_BYTES = 8
const FITTING = 3
const JOBS = 40

it('takes of a queue that is larger than its memory what fits at once, sends the rest on, and is empty in the end', async () => {
  const world = new VirtualWorld({ seed: 'memory', hasher: crypto })
  const signer = signerOf('memory', 'miner')
  const inputBytesMax = FITTING * INPUT_BYTES + INPUT_BYTES / 2
  const miner = virtualMiner({ world, signer, price: 1n, serviceMs: 100, jobsMax: 64, inputBytesMax })
  await world.clock.until(miner.join([]))
  const { client, node, stop } = virtualClient(world, signerOf('memory', 'client'), credits(1_000))
  await world.clock.until(node.network.connect(miner.node.network.self, miner.node.network.addresses()))
  const asked = Array.from({ length: JOBS }, (_, i) =>
    client.infer({ model: identityModel, inputs: [floats('x', [2], [i, -i])] }),
  )
  const outcomes = await world.clock.until(Promise.allSettled(asked))

  let here = 0
  let most = 0
  for (const { kind } of miner.events) {
    here += kind === 'accepted' ? 1 : kind === 'ended' ? -1 : 0
    most = Math.max(most, here)
  }
  expect([here, most]).toEqual([0, FITTING])
  const refusals = miner.events.flatMap((event) => (event.kind === 'refused' ? [event.refused.reason] : []))
  expect(new Set(refusals)).toEqual(new Set(['MEMORY']))
  const answered = outcomes.filter(({ status }) => status === 'fulfilled').length
  expect(answered).toBeGreaterThanOrEqual(FITTING)
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'NO_MINER' })
  // What was refused cost nothing, and the next one that fits is taken.
  expect(
    await world.clock.until(client.infer({ model: identityModel, inputs: [floats('x', [2], [1, 2])] })),
  ).toMatchObject({
    attempts: 1,
  })
  await world.clock.until(stop())
  await world.clock.until(miner.stop())
})
