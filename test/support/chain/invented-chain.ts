/**
 * A chain that does not exist, in the form in which smoldot wants one before it dials anybody: genesis by its root and a
 * checkpoint, both made of zeros where nothing else is asked. Only its bootstrap addresses are real.
 */

const zeros = (bytes: number): number[] => new Array<number>(bytes).fill(0)
const u32 = (value: number): number[] => [...new Uint8Array(Uint32Array.of(value).buffer)]
const u64 = (value: number): number[] => [...u32(value), ...u32(0)]
/** SCALE's compact form of a number below 64. */
const compact = (value: number): number => value << 2
/** The same of 64. */
const COMPACT_64 = [0x01, 0x01]
const hex = (bytes: readonly number[]): string => `0x${Buffer.from(bytes).toString('hex')}`
const NO_FORKS = [compact(0), 0]
const AUTHORITY = [...zeros(32), ...u64(1)]
const BLOCK = 2

const BABE = [...Buffer.from('BABE')]
/** Who made the block (authority 0 in slot 1, without a lottery), and a signature that nobody checks. */
const [PRE_RUNTIME, SEAL, SECONDARY_PLAIN] = [6, 5, 2]
const made = [PRE_RUNTIME, ...BABE, compact(13), SECONDARY_PLAIN, ...u32(0), ...u64(1)]
const sealed = [SEAL, ...BABE, ...COMPACT_64, ...zeros(64)]

const header = [...zeros(32), compact(BLOCK), ...zeros(32), ...zeros(32), compact(2), ...made, ...sealed]

function epoch(index: number): number[] {
  const regular = 1
  const duration = u64(10)
  const slot = u64(1 + index * 10)
  const configuration = [...u64(1), ...u64(4), 0]
  const body = [...u64(index), ...slot, ...duration, compact(1), ...AUTHORITY, ...zeros(32), ...configuration]
  return [...new Array<number>(32).fill(index), ...u32(index), regular, ...body]
}

const babe = [...NO_FORKS, compact(2), ...epoch(0), ...epoch(1)]
const grandpa = [compact(1), ...AUTHORITY, ...u64(0), ...NO_FORKS, compact(0), compact(0)]

/** The chain as JSON. @param bootNodes multiaddrs with a peer id at their end */
export const inventedChain = (bootNodes: readonly string[]): string =>
  JSON.stringify({
    name: 'invented',
    id: 'invented',
    chainType: 'Development',
    bootNodes,
    properties: {},
    genesis: { stateRootHash: hex(zeros(32)) },
    lightSyncState: {
      finalizedBlockHeader: hex(header),
      babeEpochChanges: hex(babe),
      babeFinalizedBlockWeight: 1,
      grandpaAuthoritySet: hex(grandpa),
    },
  })
