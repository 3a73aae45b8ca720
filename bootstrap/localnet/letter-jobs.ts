/** Letters to be read by the shipped model, one after the other. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MeshClient } from '../../node/client/mesh-client.ts'
import { bytesToInput, shippedModels } from '../../node/models/shipped/index.ts'
import type { Address, ModelId } from '../../protocols/kernel/ids.ts'
import type { RoutingPolicy } from '../../protocols/rules/routing/routing-policy.ts'

export interface LetterJobs {
  readonly model: ModelId
  /** One job, with its receipt. @returns who answered. @throws MeshError what the job throws */
  next(): Promise<Address>
}

export async function letterJobs(client: MeshClient, policy: RoutingPolicy, signal: AbortSignal): Promise<LetterJobs> {
  const { folder, manifest } = shippedModels().find(({ name }) => name === 'characters')!
  const samples = join(folder, 'samples')
  const names = (await readdir(samples)).sort()
  const inputs = await Promise.all(
    names.map(async (name) => bytesToInput(await readFile(join(samples, name)), manifest.preprocess)),
  )
  const { id: model } = await client.findModel('characters', signal)
  let asked = 0
  return {
    model,
    async next() {
      const input = inputs[asked++ % inputs.length]!
      const { miner, receipt } = await client.infer({ model, inputs: [input], policy, signal })
      await receipt
      return miner
    },
  }
}
