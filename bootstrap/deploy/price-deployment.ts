/** What is left of a deployment to send, and what that costs by the fees of now. */
import type { ChainRpc } from '../../node/chain/rpc/chain-rpc.ts'
import { gasLimit, offerFees } from '../../node/chain/transactions/fee-rules.ts'
import { assert } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Deployment } from './deployment-file.ts'
import type { Priced } from './deployment-text.ts'
import type { PlannedStep } from './plan-deployment.ts'

/** No ceiling: what it costs is to be said, whatever it is. */
const NO_CEILING = 2n ** 255n

/** @throws MeshError CHAIN_*; the signal's reason */
export async function priceDeployment(
  rpc: ChainRpc,
  deployer: Address,
  { steps: reached }: Pick<Deployment, 'steps'>,
  plan: readonly PlannedStep[],
  signal: AbortSignal,
): Promise<Priced> {
  const steps = plan.map((step, i) => ({ ...step, done: reached[i]?.done === true }))
  const left = steps.filter(({ done }) => !done)
  const offer = offerFees(await rpc.feeHistory(signal), NO_CEILING)
  assert(offer.kind === 'offer', 'nothing is above no ceiling')
  const { expected, fees } = offer
  return {
    steps,
    feeWei: left.reduce((sum, { gas }) => sum + gas, 0n) * expected,
    feeWeiMax: left.reduce((sum, { gas }) => sum + gasLimit(gas), 0n) * fees.feeMax,
    feePerGasMax: fees.feeMax,
    coinWei: { of: deployer, have: await rpc.balance(deployer, signal) },
  }
}
