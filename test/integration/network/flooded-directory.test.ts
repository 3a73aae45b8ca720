import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { askDirectory, directoryProtocol } from '../../../protocols/wire/directory/directory-protocol.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { jobNetwork } from '../../support/nodes/job-network.ts'
import { meshNode } from '../../support/nodes/mesh-nodes.ts'
import { ScriptProcess } from '../../support/processes/child-process.ts'

interface Told {
  readonly atMs: number
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
  // By the flooder's own clock: on a busy machine it says less than once a second what it was told, and asks less often.
  const seconds = (during.atMs - before.atMs) / 1_000
  const { callsPerSecondMax } = directoryProtocol.limits
  const asked = during.asked - before.asked
  expect(asked).toBeGreaterThan(10 * callsPerSecondMax * seconds)
  expect(during.answered - before.answered).toBeLessThanOrEqual(callsPerSecondMax * (seconds + 1))
  expect(during.refused - before.refused).toBeGreaterThan(asked / 2)
  // Well below what a client waits for a directory that it asked.
  expect(tookMs.toSorted((a, b) => a - b)[7]).toBeLessThan(directoryProtocol.timeouts.firstResponseMs / 2)
  await flooder.kill()
  expect(await query()).toBeGreaterThan(0)
})
