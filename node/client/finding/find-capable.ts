/** Miners that can do something, wherever they are: found through the DHT where the directories of the own region know none. */
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { asMeshError, type MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { Clock, Hasher, Random } from '../../../protocols/kernel/ports.ts'
import { CAPABILITY_SHARDS, type Capability, capabilityKey } from '../../../protocols/wire/profile/capability-key.ts'

/** Lookups at once: all sixteen would be some 400 messages in one second. */
const SHARDS_AT_ONCE = 4
/** Enough to choose from, and few enough to ask. */
export const CAPABLE_WANTED = 6
/** All shards together; who waits for a job has waited for directories before. */
const SEARCH_MS_MAX = 10_000

export interface CapableFinderNeeds {
  readonly network: Pick<Network, 'findProviders' | 'self' | 'tag'>
  readonly hasher: Pick<Hasher, 'keccak256'>
  readonly clock: Clock
  readonly random: Random
}

/**
 * At most {@link CAPABLE_WANTED}, and all that there are where they are fewer and the network answers in time. Shards are asked
 * in an order of chance, so that no miner's shard is asked first by everybody. A hint: each is asked before it is believed.
 * @throws the signal's reason; what the DHT throws, where every lookup failed
 */
export async function findCapable(
  needs: CapableFinderNeeds,
  capability: Capability,
  signal?: AbortSignal,
): Promise<readonly PeerId[]> {
  const { network, hasher, clock, random } = needs
  const enough = new AbortController()
  using deadline = new Deadline(clock, SEARCH_MS_MAX, 'the search for miners', signal, enough.signal)
  const found = new Set<PeerId>()
  const failures: MeshError[] = []
  const shards = shuffled(random)
  const walk = async (): Promise<void> => {
    for (let shard = shards.pop(); shard !== undefined && !deadline.signal.aborted; shard = shards.pop()) {
      try {
        const key = capabilityKey(hasher, network.tag, capability, shard)
        for await (const peer of network.findProviders(key, deadline.signal)) {
          if (peer !== network.self) found.add(peer)
          if (found.size < CAPABLE_WANTED) continue
          enough.abort()
          break
        }
      } catch (error) {
        if (!deadline.signal.aborted) failures.push(asMeshError(error))
      }
    }
  }
  await Promise.all(Array.from({ length: SHARDS_AT_ONCE }, walk))
  throwIfAborted(signal)
  if (found.size === 0 && failures.length === CAPABILITY_SHARDS) throw failures[0]
  return [...found].slice(0, CAPABLE_WANTED)
}

function shuffled(random: Random): number[] {
  const shards = Array.from({ length: CAPABILITY_SHARDS }, (_, shard) => shard)
  const keys = random.bytes(CAPABILITY_SHARDS)
  return shards.sort((a, b) => keys[a]! - keys[b]!)
}
