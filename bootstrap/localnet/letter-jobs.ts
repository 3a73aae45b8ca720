/** Letters to be read by the shipped model, one after the other. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MinerNotes } from '../../node/client/finding/offer-book.ts'
import type { MeshClient } from '../../node/client/mesh-client.ts'
import type { InferOptions } from '../../node/client/running/infer-options.ts'
import { bytesToInput, shippedModels } from '../../node/models/shipped/index.ts'
import type { Address, ModelId } from '../../protocols/kernel/ids.ts'

export interface LetterJobs {
  readonly model: ModelId
  /** One job, with its receipt. @param at asks this miner only. @returns who answered. @throws MeshError what the job throws */
  next(at?: Address): Promise<Address>
}

export async function letterJobs(
  client: MeshClient,
  signal: AbortSignal,
  options: Pick<InferOptions, 'policy'> = {},
): Promise<LetterJobs> {
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
    async next(at) {
      const input = inputs[asked++ % inputs.length]!
      const among = at === undefined ? {} : { among: ({ offer }: MinerNotes) => offer.miner === at }
      const { miner, receipt } = await client.infer({ model, inputs: [input], signal, ...options, ...among })
      await receipt
      return miner
    },
  }
}
