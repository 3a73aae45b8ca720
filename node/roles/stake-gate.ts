/** Stake is asked for where there is a chain to ask; and who is tombstoned there is dropped within seconds. */
import { decodeEvent, eventTopic } from '../../contracts/binding/contract-codec.ts'
import { identityRegistry } from '../../contracts/generated/identity-registry.ts'
import { asMeshError } from '../../protocols/kernel/errors.ts'
import type { Address, Hash32 } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import { ChainFollower } from '../chain/contracts/chain-follower.ts'
import { StakeGate } from '../market/stake-gate.ts'
import type { Foundation } from './foundation.ts'
import type { Parts } from './parts.ts'

/** `undefined` in a network whose table asks for no stake. */
export async function startStakeGate(parts: Parts, base: Foundation): Promise<StakeGate | undefined> {
  const { chain, clock, bus, network, settling, keys } = base
  const stakeMin = network.parameters.stakeMin as Credits
  if (!chain.settles && stakeMin === 0n) return undefined
  const own = keys.look('operator')?.address
  const trouble = (during: string) => (error: unknown) =>
    bus.emit({ kind: 'trouble', during, error: asMeshError(error) })
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
        },
        onFailure: trouble('asking for the stake of miners'),
      }),
  )
  if (settling === undefined) return gate
  await parts.start(
    'tombstones',
    () =>
      new ChainFollower({
        chain: settling,
        clock,
        address: settling.contracts.identityRegistry,
        topics: [eventTopic(identityRegistry, 'Tombstoned') as Hash32],
        onLogs: (logs) => {
          for (const log of logs) {
            const event = decodeEvent(identityRegistry, log)
            if (event?.name === 'Tombstoned') gate.askAgain(event.values.operator as Address)
          }
        },
        onFailure: trouble('watching for tombstones'),
      }),
  )
  return gate
}
