/** How long a run takes here before anybody asked for one: made-up inputs, twice, for the first warms up what the second finds. */
import { isMeshError } from '../../protocols/kernel/errors.ts'
import type { EngineSession } from '../engines/engine.ts'
import { plainInputs } from '../measure/plain-inputs.ts'

/** The miner waits for it at its start; what takes longer is known after its first job. */
const RUN_MS_MAX = 2_000

/** `undefined` where the model does not take such inputs, or takes too long. @throws MeshError CANCELLED, the signal's reason */
export async function trialRun(session: EngineSession, signal?: AbortSignal): Promise<number | undefined> {
  const options = { deadlineMs: RUN_MS_MAX, ...(signal === undefined ? {} : { signal }) }
  try {
    const inputs = plainInputs(session.inputs)
    await session.run(inputs, options)
    const { computedUs } = await session.run(inputs, options)
    return computedUs / 1_000
  } catch (error) {
    if (!isMeshError(error) || error.code === 'CANCELLED' || signal?.aborted) throw error
    return undefined
  }
}
