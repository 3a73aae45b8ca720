import { expect, it } from 'vitest'
import { credits } from '../../../protocols/kernel/money.ts'
import { receiptStatus } from '../../../protocols/statements/struct-types.ts'
import { VirtualWorld } from '../../../simulations/wire/virtual-world.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { virtualClient } from '../../support/virtual/virtual-client.ts'
import { identityModel, signerOf } from '../../support/virtual/virtual-market.ts'
import { virtualMiner } from '../../support/virtual/virtual-miner.ts'

it('an attempt has one end, which its client hears and pays, where whoever listens to the desk fails at it', async () => {
  const world = new VirtualWorld({ seed: 'listener', hasher: crypto })
  let failed = 0
  const miner = virtualMiner({
    ...{ world, signer: signerOf('listener', 'miner'), price: 7n, serviceMs: 100 },
    listener: ({ kind }) => {
      if (kind !== 'ended') return
      failed++
      throw new Error('a bug of a listener')
    },
  })
  await world.clock.until(miner.join([]))
  const { client, node, stop } = virtualClient(world, signerOf('listener', 'client'), credits(1_000))
  await world.clock.until(node.network.connect(miner.node.network.self, miner.node.network.addresses()))

  const answer = await world.clock.until(client.infer({ model: identityModel, inputs: [floats('x', [2], [1, 2])] }))
  expect(answer.outputs).toEqual([floats('y', [2], [1, 2])])
  const { status, price } = await world.clock.until(answer.receipt)
  expect([status, price]).toEqual([receiptStatus.finished, 7n])
  expect(await world.clock.until(client.settle())).toBe(true)

  expect(failed).toBe(1)
  expect(miner.desk.jobs).toBe(0)
  expect(miner.failures).toEqual([])
  const finals = miner.journal.batches.flatMap(({ receipts }) => receipts)
  expect(finals.map(({ agreement, status }) => [agreement, status])).toEqual([[answer.attempt, receiptStatus.finished]])
  await world.clock.until(stop())
  await world.clock.until(miner.stop())
})
