/** Somebody who asks for a letter again and again, and counts the answers. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MeshClient } from '../../node/client/mesh-client.ts'
import { bytesToInput, shippedModels } from '../../node/models/shipped/index.ts'
import { systemClock } from '../../node/roles/system-clock.ts'

const PAUSE_MS = 400

export interface ShortJobsCount {
  readonly asked: number
  readonly answered: number
  readonly failed: number
}

export interface ShortJobs extends AsyncDisposable {
  /** Lets the last one end. */
  end(): Promise<ShortJobsCount>
}

export async function startShortJobs(client: MeshClient, signal: AbortSignal): Promise<ShortJobs> {
  const shipped = shippedModels().find(({ name }) => name === 'characters')!
  const path = join(shipped.folder, 'samples', 'letter-A.png')
  const input = await bytesToInput(await readFile(path), shipped.manifest.preprocess)
  const { id } = await client.findModel('characters', signal)
  const count = { asked: 0, answered: 0, failed: 0 }
  let isOver = false
  const asking = (async () => {
    while (!isOver && !signal.aborted) {
      count.asked++
      await client.infer({ model: id, inputs: [input], signal }).then(
        () => count.answered++,
        () => count.failed++,
      )
      await new Promise<void>((resolve) => systemClock.after(PAUSE_MS, resolve))
    }
  })()
  const end = async (): Promise<ShortJobsCount> => {
    isOver = true
    await asking
    return count
  }
  return { end, [Symbol.asyncDispose]: async () => void (await end()) }
}
