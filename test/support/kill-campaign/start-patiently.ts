/** A node whose chain may be dead right now: started again until it is there, as whoever keeps a node running does. */
import { setTimeout as pause } from 'node:timers/promises'
import { type NodeOptions, type RunningNode, startNode } from '../../../node/roles/start-node.ts'
import { asMeshError } from '../../../protocols/kernel/errors.ts'

const AGAIN_MS = 200

export async function startPatiently(options: NodeOptions): Promise<RunningNode> {
  for (;;) {
    try {
      return await startNode(options)
    } catch (error) {
      const failed = asMeshError(error)
      if (failed.fault !== 'chain' && failed.code !== 'TIMEOUT') throw failed
      await pause(AGAIN_MS)
    }
  }
}
