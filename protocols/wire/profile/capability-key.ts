/** Where peers find miners by what they can do, of any region: coarse provider keys of the DHT, each in sixteen shards. */
import { toHex } from '../../kernel/bytes.ts'
import type { Hash32, ModelId, PeerId } from '../../kernel/ids.ts'
import type { Hasher } from '../../kernel/ports.ts'
import { SIZE_SHARE_SHOWN } from '../../rules/cards/card-memory.ts'
import type { ProfileGpu } from './profile-body.ts'

/** `model/<id>`, `vram>=24`, `arch/ada`. */
export type Capability = `model/${string}` | `vram>=${number}` | `arch/${string}`

/** No key gets hot: of a hundred thousand miners with the same card 6,250 meet at one. */
export const CAPABILITY_SHARDS = 16
/** Served models that a miner announces: the most wanted first. */
export const CAPABILITY_MODELS_MAX = 10
/** GiB. A card stands under every step that it reaches, so that who needs 16 asks one key. */
const MEMORY_STEPS_GIB: readonly number[] = [4, 8, 12, 16, 24, 32, 48, 80]
const GIB = 2 ** 30
const ARCHITECTURE = /^[a-z0-9-]{1,24}$/

export const servesModel = (model: ModelId): Capability => `model/${model}`

/** @throws RangeError for a number that is no step */
export function hasMemory(gib: number): Capability {
  if (!MEMORY_STEPS_GIB.includes(gib)) throw new RangeError(`memory in GiB is one of ${MEMORY_STEPS_GIB.join(', ')}`)
  return `vram>=${gib}`
}

/** @throws RangeError for what is no word of small letters, digits and dashes */
export function hasArchitecture(word: string): Capability {
  if (!ARCHITECTURE.test(word)) throw new RangeError('an architecture is 1 to 24 of a-z 0-9 -')
  return `arch/${word}`
}

export interface CapabilityFacts {
  readonly gpus: readonly Pick<ProfileGpu, 'memoryBytes'>[]
  /** Of the cards, where known: `ada`, `rdna3`. */
  readonly architectures?: readonly string[]
  /** Served now: in memory, or on this disk. */
  readonly models: readonly ModelId[]
}

/** All that a miner announces: at most {@link CAPABILITY_MODELS_MAX} models, 8 steps of its largest card's memory, 2 architectures. */
export function capabilitiesOf({ gpus, architectures = [], models }: CapabilityFacts): readonly Capability[] {
  const memoryBytes = Math.max(0, ...gpus.map((gpu) => gpu.memoryBytes ?? 0))
  return [
    ...models.slice(0, CAPABILITY_MODELS_MAX).map(servesModel),
    ...MEMORY_STEPS_GIB.filter((gib) => memoryBytes >= SIZE_SHARE_SHOWN * gib * GIB).map(hasMemory),
    ...[...new Set(architectures)].slice(0, ARCHITECTURES_MAX).map(hasArchitecture),
  ]
}

/** Machines with cards of more than two generations are rare, and found by their memory. */
const ARCHITECTURES_MAX = 2

const encoder = new TextEncoder()

/** keccak256 of `/aitbc/<tag>/gpu/1/<capability>/<shard>`. */
export function capabilityKey(
  hasher: Pick<Hasher, 'keccak256'>,
  tag: string,
  capability: Capability,
  shard: number,
): Hash32 {
  if (!(Number.isInteger(shard) && shard >= 0 && shard < CAPABILITY_SHARDS)) {
    throw new RangeError(`a shard is 0 to ${CAPABILITY_SHARDS - 1}`)
  }
  return toHex(hasher.keccak256(encoder.encode(`/aitbc/${tag}/gpu/1/${capability}/${shard}`))) as Hash32
}

/** The shard that a peer announces itself in: four bits that its name decides. */
export const shardOf = (hasher: Pick<Hasher, 'keccak256'>, peer: PeerId): number =>
  hasher.keccak256(encoder.encode(peer))[0]! % CAPABILITY_SHARDS
