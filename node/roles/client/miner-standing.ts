/**
 * Before a client sends work and money to a miner it wants proof of who answers for it: the contracts' storage against a block that
 * most endpoints agree on, whatever directories or any one endpoint say. A few milliseconds for a miner, and good for five minutes.
 */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import { formatCredits } from '../../../protocols/kernel/money.ts'
import { ProvenStanding } from '../../chain/proofs/proven-standing.ts'
import type { MinerStanding } from '../../client/miner-watch.ts'
import { StakeGate } from '../../market/stake-gate.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'

/** `undefined` in a network without a chain. */
export async function startMinerStanding(parts: Parts, base: Foundation): Promise<MinerStanding | undefined> {
  const { settling, clock, bus, crypto, network } = base
  if (settling === undefined) return undefined
  const stakeMin = network.parameters.stakeMin as Credits
  const { pool, contracts } = settling
  const gate = await parts.start(
    'proofs of stake',
    () =>
      new StakeGate({
        chain: new ProvenStanding({ pool, contracts, hasher: crypto, clock }),
        clock,
        stakeMin,
        onVerdict: () => undefined,
        onFailure: bus.trouble("asking for proof of a miner's stake"),
      }),
  )
  return {
    async require(miner, signal) {
      const verdict = await gate.whenKnown(miner, signal)
      if (verdict === 'good') return
      const why =
        verdict === 'short'
          ? `no owner with ${formatCredits(stakeMin)} of stake answers for it`
          : 'the chain does not say who answers for it'
      throw new MeshError('MINER_STAKE', { miner, why })
    },
  }
}
