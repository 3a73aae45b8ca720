import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { askDirectory, directoryProtocol } from '../../../protocols/wire/directory/directory-protocol.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { jobNetwork } from '../../support/nodes/job-network.ts'
import { meshNode } from '../../support/nodes/mesh-nodes.ts'
import { ScriptProcess } from '../../support/processes/child-process.ts'

interface Told {
  readonly asked: number
  readonly answered: number
  readonly refused: number
}

test('of a thousand queries a second by one peer a directory answers its share, and everybody else as before', async () => {
  await using mesh = await jobNetwork({ bytes: identityModel('uint8', ['n']) })
  const directory = mesh.net.miners[0]!
  const { networkId } = mesh.net.network
  await using flooder = new ScriptProcess<Told>('./query-flood-process.ts', [
    networkId,
    directory.peer,
    directory.addresses().join(','),
  ])
  await using calm = await meshNode({ network: networkId, listen: [] })
  await calm.network.connect(directory.mesh.self, directory.addresses())
  const query = async (): Promise<number> => {
    const beganMs = performance.now()
    expect(await askDirectory(calm.network, directory.mesh.self, { offersMax: 256 }, {})).toHaveLength(1)
    return performance.now() - beganMs
  }
  await flooder.until((told) => (told.at(-1)?.asked ?? 0) >= 500)
  const before = flooder.messages.at(-1)!
  const tookMs: number[] = []
  // As often as it may, while the flood goes on.
  for (let i = 0; i < 15; i++) {
    tookMs.push(await query())
    await wait(1_000 / directoryProtocol.limits.callsPerSecondMax)
  }
  const during = flooder.messages.at(-1)!
  const seconds = flooder.messages.length - flooder.messages.indexOf(before) - 1
  expect(during.asked - before.asked).toBeGreaterThanOrEqual(500 * seconds)
  const { callsPerSecondMax } = directoryProtocol.limits
  expect(during.answered - before.answered).toBeLessThanOrEqual(callsPerSecondMax * (seconds + 1))
  expect(during.refused - before.refused).toBeGreaterThan(400 * seconds)
  // Far below what a client waits for a directory that it asked.
  expect(tookMs.toSorted((a, b) => a - b)[7]).toBeLessThan(300)
  await flooder.kill()
  expect(await query()).toBeGreaterThan(0)
})
