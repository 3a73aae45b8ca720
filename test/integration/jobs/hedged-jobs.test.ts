import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OnnxSession } from '../../../node/engines/onnx/onnx-session.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { counterId } from '../../../node/work/paying/counter-table.ts'
import { receiptStatus } from '../../../protocols/statements/struct-types.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { testClient } from '../../support/nodes/test-client.ts'

let mesh: JobNetwork
beforeAll(async () => {
  mesh = await jobNetwork(
    { identity: identityModel('uint8', ['n']) },
    { miners: [{ basePrice: '0.001' }, { basePrice: '0.002' }] },
  )
})
afterAll(() => mesh[Symbol.asyncDispose]())

/** The process in which that miner computes it. */
const enginePid = (miner: RunningNode): number =>
  (miner.miner!.models.get(mesh.id('identity'))!.seats[0]!.session as OnnxSession).pid!

test('a job whose first miner hangs is answered by the second, and nothing of it is open anywhere', async () => {
  await using user = await testClient(mesh.net)
  const [hanging, other] = mesh.net.miners as [RunningNode, RunningNode]
  await user.client.search(mesh.id('identity'))
  process.kill(enginePid(hanging), 'SIGSTOP')
  const answer = await user.client.infer({
    ...{ model: mesh.id('identity'), inputs: [bytesInput(32)], latencyMsMax: 90, hedge: true, deadlineMs: 20_000 },
  })
  expect(answer.miner).toBe(other.operator)
  expect(answer.attempts).toBe(2)
  expect(answer.outputs[0]!.data).toEqual(bytesInput(32).data)

  const { payer, session } = user.purse
  await expect.poll(() => hanging.miner!.desk.jobs).toBe(0)
  const [stopped] = user.client.stories.find(answer.job)!.attempts
  const receipts = () =>
    hanging.journal.miner
      .batchesOf([stopped!.attempt])
      .flatMap((batch) => batch.receipts.filter(({ agreement }) => agreement === stopped!.attempt))
  await expect.poll(receipts).toMatchObject([{ status: receiptStatus.abortedCancelled, price: 0n }])
  await answer.receipt
  expect(await user.client.settle()).toBe(true)
  const due = ({ journal }: RunningNode) => journal.miner.counter(counterId(payer, session))?.due
  expect([due(hanging), due(other)]).toEqual([0n, answer.price])
  expect(user.client.stories.find(answer.job)!.attempts.map(({ state }) => state)).toEqual(['aborted', 'paid'])
  expect(user.events.filter((told) => told.kind === 'line' && told.event.kind === 'dispute')).toEqual([])
})
