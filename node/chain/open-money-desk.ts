/** The desk of a network's chain. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { OpenMoneyDesk } from './money-desk.ts'

/** Where a table stands in for a chain there is nothing to move: see NOTHING_SETTLES. */
export const openMoneyDesk: OpenMoneyDesk = async ({ network }) => {
  throw new MeshError('NOTHING_SETTLES', { network: network.networkId })
}
