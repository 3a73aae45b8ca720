/**
 * An account and its storage, as a block's state root proves them: what a light peer believes of a chain without believing
 * whoever told it.
 */
import { fromHex } from '../../kernel/bytes.ts'
import { MalformedError } from '../../kernel/cbor-reader.ts'
import { MeshError } from '../../kernel/errors.ts'
import type { Address, Hash32 } from '../../kernel/ids.ts'
import type { Hasher } from '../../kernel/ports.ts'
import { readRlp, readRlpList, rlpHash, rlpInteger } from './rlp.ts'
import { EMPTY_ROOT, provenValue } from './trie-proof.ts'

export interface ProvenAccount {
  readonly nonce: bigint
  /** In the coin's smallest unit. */
  readonly balance: bigint
  readonly storageRoot: Hash32
  /** keccak256 of the code; {@link NO_CODE} where there is none. */
  readonly codeHash: Hash32
}

/** keccak256 of no bytes. */
export const NO_CODE = '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470' as Hash32

type Keccak = Pick<Hasher, 'keccak256'>

/**
 * The account under `stateRoot`; `undefined` where it is proven that there is none.
 * @throws MeshError STATE_UNPROVEN where the nodes prove neither
 */
export function proveAccount(
  hasher: Keccak,
  stateRoot: Hash32,
  account: Address,
  nodes: readonly Uint8Array[],
): ProvenAccount | undefined {
  return proven(`the account ${account}`, () => {
    const value = provenValue(hasher, stateRoot, fromHex(account)!, nodes)
    return value === undefined ? undefined : accountIn(value)
  })
}

/**
 * The word in `slot` of the account whose storage has this root; 0 where nothing was ever written or it was cleared.
 * @throws MeshError STATE_UNPROVEN where the nodes prove nothing
 */
export function proveSlot(hasher: Keccak, storageRoot: Hash32, slot: Hash32, nodes: readonly Uint8Array[]): bigint {
  return proven(`the storage slot ${slot}`, () => {
    const value = provenValue(hasher, storageRoot, fromHex(slot)!, nodes)
    // Ethereum's tries hold no zeros; those of development chains hold the ones that were looked at, under roots of their own.
    return value === undefined ? 0n : rlpInteger(readRlp(value), 32)
  })
}

/** For {@link proveSlot}: an account that is not there has no storage. */
export const storageRootOf = (account: ProvenAccount | undefined): Hash32 => account?.storageRoot ?? EMPTY_ROOT

function accountIn(value: Uint8Array): ProvenAccount {
  const fields = readRlpList(readRlp(value), 4)
  if (fields.length !== 4) throw new MalformedError('an account has four fields')
  return {
    nonce: rlpInteger(fields[0]!, 8),
    balance: rlpInteger(fields[1]!, 32),
    storageRoot: rlpHash(fields[2]!),
    codeHash: rlpHash(fields[3]!),
  }
}

function proven<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof MalformedError) throw new MeshError('STATE_UNPROVEN', { what, why: error.what }, error)
    throw error
  }
}
