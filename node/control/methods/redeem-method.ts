/** `redeem`: the miner takes all that it holds to the chain now, for `aitbc earnings redeem`. */
import { z } from 'zod'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { RunningNode } from '../../roles/start-node.ts'
import { REDEEM_MS_MAX } from '../../work/redemption/redeem-limits.ts'
import { redeemNow } from '../../work/redemption/redeem-now.ts'
import type { ControlContext } from '../control-method.ts'
import { parseParams } from './parse-params.ts'
import { plainJson } from './plain-json.ts'

const schema = z.strictObject({ dryRun: z.boolean(), withinMs: z.int().min(0).max(REDEEM_MS_MAX) })

/** Emits `{"done", "total"}` as it goes. @throws MeshError ROLE_MISSING, NOTHING_SETTLES, CHAIN_* */
export async function redeemHeld(node: RunningNode, params: unknown, { signal, emit }: ControlContext) {
  const { dryRun, withinMs } = parseParams(schema, params)
  if (node.miner === undefined) throw new MeshError('ROLE_MISSING', { roles: node.settings.roles, role: 'miner' })
  const { redemptions } = node.miner
  if (redemptions.length === 0) throw new MeshError('NOTHING_SETTLES', { network: node.network.networkId })
  let last = ''
  const onProgress = (done: number, total: number): void => {
    if (`${done}/${total}` === last) return
    last = `${done}/${total}`
    // Whoever is gone hears nothing: what was begun goes on.
    emit(plainJson({ done, total })).catch(() => undefined)
  }
  return plainJson(await redeemNow(redemptions, { dryRun, withinMs, signal, onProgress }))
}
