import { expect, it } from 'vitest'
import { notesText } from '../../../node/cli/jobs/run-notes-text.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { VirtualWorld } from '../../../simulations/wire/virtual-world.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { virtualClient } from '../../support/virtual/virtual-client.ts'
import { identityModel, signerOf } from '../../support/virtual/virtual-market.ts'
import { virtualMiner } from '../../support/virtual/virtual-miner.ts'

const SERVICE_MS = 5_000

it('tells the client whose job made way for an urgent one that it did, in the answer and in the story', async () => {
  const world = new VirtualWorld({ seed: 'notes', hasher: crypto })
  const miner = virtualMiner({ world, signer: signerOf('notes', 'miner'), price: 100n, serviceMs: SERVICE_MS })
  await world.clock.until(miner.join([]))
  const [patient, urgent] = ['patient', 'urgent'].map((name) =>
    virtualClient(world, signerOf('notes', name), credits(1_000)),
  ) as [ReturnType<typeof virtualClient>, ReturnType<typeof virtualClient>]
  for (const { node } of [patient, urgent])
    await world.clock.until(node.network.connect(miner.node.network.self, miner.node.network.addresses()))
  const wish = { model: identityModel, inputs: [floats('x', [2], [1, 2])] }
  const economy = { ...wish, latencyMsMax: 20_000, deadlineMs: 120_000 }

  // The miner learns how long such a job takes, and this client has nothing to be told.
  expect(await world.clock.until(patient.client.infer(economy))).not.toHaveProperty('notes')
  const waits = patient.client.infer(economy)
  await world.clock.advance(1_000)
  const quick = urgent.client.infer({ ...wish, latencyMsMax: 99, deadlineMs: 7_500 })
  const [answer, urgently] = await world.clock.until(Promise.all([waits, quick]))

  expect(urgently).not.toHaveProperty('notes')
  expect(answer.notes).toEqual({ setAside: 1 })
  expect(notesText(answer.notes)).toBe('begun anew after it made way once')
  expect(patient.client.stories.find(answer.job)!.attempts.map(({ notes }) => notes)).toEqual([{ setAside: 1 }])
  for (const { stop } of [patient, urgent]) await world.clock.until(stop())
  await world.clock.until(miner.stop())
})
