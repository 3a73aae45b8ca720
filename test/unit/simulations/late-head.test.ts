import { expect, test } from 'vitest'
import { credits } from '../../../protocols/kernel/money.ts'
import { VirtualWorld } from '../../../simulations/wire/virtual-world.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { LateHead } from '../../support/virtual/virtual-chain.ts'
import { virtualClient } from '../../support/virtual/virtual-client.ts'
import { identityModel, signerOf } from '../../support/virtual/virtual-market.ts'
import { virtualMiner } from '../../support/virtual/virtual-miner.ts'

const LINK = { latencyMs: 30, jitterMs: 0, bytesPerSecond: 2_500_000, lossRate: 0 }
/** The chain was away for five minutes. */
const LATE_SECONDS = 300n

async function runWith(late: 'miner' | 'client' | 'nobody', lateSeconds = LATE_SECONDS) {
  const world = new VirtualWorld({ seed: 'late', hasher: crypto, link: LINK })
  const head = new LateHead(world.clock, lateSeconds)
  const miner = virtualMiner({
    ...{ world, signer: signerOf('late', 'miner'), price: 100n, serviceMs: 40 },
    ...(late === 'miner' ? { head } : {}),
  })
  await world.clock.until(miner.join([]))
  const user = virtualClient(world, signerOf('late', 'client'), credits(1_000), late === 'client' ? head : undefined)
  await world.clock.until(user.node.network.connect(miner.node.network.self, miner.node.network.addresses()))
  const job = { model: identityModel, inputs: [floats('x', [2], [1, 2])] }
  const answers = []
  for (let i = 0; i < 2; i++) answers.push(await world.clock.until(user.client.infer(job)))
  const states = answers.map((answer) =>
    user.client.stories.find(answer.job)!.attempts.map(({ state }) => (state === 'refused' ? state : 'taken')),
  )
  await world.clock.until(user.stop())
  await world.clock.until(miner.stop())
  return { asked: head.asked, states }
}

test('a miner that has not found the chain back yet looks again before it refuses, once', async () => {
  expect(await runWith('miner')).toEqual({ asked: 1, states: [['taken'], ['taken']] })
})

test('a client that has not found it back is refused, looks again and is taken', async () => {
  expect(await runWith('client')).toEqual({ asked: 1, states: [['refused', 'taken'], ['taken']] })
})

test('where both are near each other nobody looks again', async () => {
  expect(await runWith('miner', 60n)).toEqual({ asked: 0, states: [['taken'], ['taken']] })
  expect(await runWith('nobody')).toEqual({ asked: 0, states: [['taken'], ['taken']] })
})
