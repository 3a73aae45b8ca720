/** Somebody who asks for a letter again and again, and counts the answers. */
import type { MeshClient } from '../../node/client/mesh-client.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { pause } from '../../protocols/kernel/pause.ts'
import { letterJobs } from './letter-jobs.ts'

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
  const jobs = await letterJobs(client, signal, { policy: 'latency' })
  const count = { asked: 0, answered: 0, failed: 0 }
  let isOver = false
  const asking = (async () => {
    while (!isOver && !signal.aborted) {
      count.asked++
      await jobs.next().then(
        () => count.answered++,
        () => count.failed++,
      )
      // Where the signal ends it the loop does too.
      await pause(systemClock, PAUSE_MS, signal).catch(() => undefined)
    }
  })()
  const end = async (): Promise<ShortJobsCount> => {
    isOver = true
    await asking
    return count
  }
  return { end, [Symbol.asyncDispose]: async () => void (await end()) }
}
