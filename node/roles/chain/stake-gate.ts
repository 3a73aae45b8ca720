/** Stake is asked for where there is a chain to ask; who is tombstoned there is dropped within seconds, and who stakes is shown. */
import { decodeEvent, eventTopic } from '../../../contracts/binding/contract-codec.ts'
import { identityRegistry } from '../../../contracts/generated/identity-registry.ts'
import { stakeVault } from '../../../contracts/generated/stake-vault.ts'
import type { Address, Hash32 } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import { ChainFollower } from '../../chain/contracts/chain-follower.ts'
import type { ChainLog } from '../../chain/rpc/chain-rpc.ts'
import { StakeGate } from '../../market/stake-gate.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'

/**
 * `undefined` in a network whose table asks for no stake.
 * @param onGood hears whose miners may be shown from now on
 */
export async function startStakeGate(
  parts: Parts,
  base: Foundation,
  onGood: (operator: Address) => void,
): Promise<StakeGate | undefined> {
  const { chain, clock, bus, network, settling, keys } = base
  const stakeMin = network.parameters.stakeMin as Credits
  if (!chain.settles && stakeMin === 0n) return undefined
  const own = keys.look('operator')?.address
  const gate = await parts.start(
    'stake of miners',
    () =>
      new StakeGate({
        chain,
        clock,
        stakeMin,
        onVerdict: (operator, verdict, { stake, isActive }) => {
          if (verdict === 'unknown') return
          if (operator === own) bus.emit({ kind: 'standing:changed', verdict, stake, isActive })
          else if (verdict === 'short') bus.emit({ kind: 'stake:short', operator, stake, isActive })
          if (verdict === 'good') onGood(operator)
        },
        onFailure: bus.trouble('asking for the stake of miners'),
      }),
  )
  if (settling === undefined) return gate
  const { contracts } = settling
  const follow = (address: Address, topics: readonly Hash32[], onLogs: (logs: readonly ChainLog[]) => void) =>
    new ChainFollower({
      chain: settling,
      clock,
      address,
      topics,
      onLogs,
      onFailure: bus.trouble('watching who has stake'),
    })
  await parts.start('tombstones and certificates', () =>
    follow(contracts.identityRegistry, [], (logs) => {
      for (const log of logs) {
        const event = decodeEvent(identityRegistry, log)
        if (event === undefined || !('operator' in event.values)) continue
        gate.askAgain(event.values.operator as Address)
        // A tombstone stands on the owner, and so on all that it owns.
        if (event.name === 'Tombstoned') gate.askAgainOf(event.values.owner as Address)
      }
    }),
  )
  await parts.start('new stake', () =>
    follow(contracts.stakeVault, [eventTopic(stakeVault, 'Staked') as Hash32], (logs) => {
      for (const log of logs) {
        const event = decodeEvent(stakeVault, log)
        if (event?.name === 'Staked') gate.askAgainOf(event.values.owner as Address)
      }
    }),
  )
  return gate
}
