/** What a slash gives to who reported it and to whom it harmed. The vault holds it until the evidence window is over, and pays whoever is asked for. */
import { decodeEvent, encodeCall, eventTopic } from '../../../contracts/binding/contract-codec.ts'
import { type Reward, stakeVault } from '../../../contracts/generated/stake-vault.ts'
import type { Address, Hash32 } from '../../../protocols/kernel/ids.ts'
import { readLogs } from '../contracts/read-logs.ts'
import type { ChainRpc, LogFilter } from '../rpc/chain-rpc.ts'
import type { CourtCall } from './court-call.ts'

/**
 * @param blocks among which is the one in which the offence of this name was punished
 * @returns undefined where the vault gave nothing for it there
 * @throws what the chain throws
 */
export async function rewardIn(
  rpc: ChainRpc,
  vault: Address,
  nullifier: Hash32,
  blocks: Pick<LogFilter, 'fromBlock' | 'toBlock'>,
  signal: AbortSignal,
): Promise<Reward | undefined> {
  const topics = [eventTopic(stakeVault, 'Slashed') as Hash32]
  const logs = await readLogs(rpc, { address: vault, topics, ...blocks }, signal)
  for (const log of logs) {
    const event = decodeEvent(stakeVault, log)
    if (event?.name !== 'Slashed') continue
    const { reward } = event.values
    if (reward.id === nullifier && reward.victimAmount + reward.reporterAmount > 0n) return reward
  }
  return undefined
}

export const rewardCall = (vault: Address, reward: Reward): CourtCall => ({
  to: vault,
  data: encodeCall(stakeVault, 'payReward', [reward]),
})
