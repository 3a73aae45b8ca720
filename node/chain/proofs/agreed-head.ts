/** The newest block that most endpoints of a network file show alike: what a proof starts from, as one endpoint may lie. */
import { MalformedError } from '../../../protocols/kernel/cbor-reader.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Hasher } from '../../../protocols/kernel/ports.ts'
import { type BlockHeader, openHeader } from '../../../protocols/rules/state-proof/block-header.ts'
import { headerOfBlock } from '../../../protocols/rules/state-proof/header-of-block.ts'
import type { RpcPool } from '../rpc/rpc-pool.ts'
import { fields, quantity, toQuantity } from '../rpc/rpc-values.ts'

export interface AgreedHead extends BlockHeader {
  /** Endpoints that showed it, and all that the network file names. Of one endpoint it is that one's word. */
  readonly agreeing: number
  readonly endpoints: number
}

/**
 * More than half of all endpoints must show it, those that are down included: otherwise who keeps the others from answering
 * is believed alone.
 * @throws MeshError STATE_UNPROVEN where they do not agree; CHAIN_UNREACHABLE, CHAIN_STALE, CHAIN_WRONG; the signal's reason
 */
export async function agreedHead(
  pool: RpcPool,
  hasher: Pick<Hasher, 'keccak256'>,
  signal?: AbortSignal,
): Promise<AgreedHead> {
  const endpoints = pool.health.length
  const needed = Math.floor(endpoints / 2) + 1
  const heights = await pool.survey('eth_blockNumber', [], quantity, signal)
  // The newest that as many have as must agree: one endpoint can neither hold it back nor run ahead.
  const number = heights.toSorted((a, b) => (a < b ? 1 : -1))[needed - 1]
  if (number === undefined) throw disagree(heights.length, needed, endpoints)
  const read = (value: unknown): BlockHeader => headerOf(hasher, value, number)
  const headers = await pool.survey('eth_getBlockByNumber', [toQuantity(number), false], read, signal)
  const alike = (one: BlockHeader): number => headers.filter(({ hash }) => hash === one.hash).length
  const agreed = headers.find((header) => alike(header) >= needed)
  if (agreed === undefined) throw disagree(Math.max(0, ...headers.map(alike)), needed, endpoints)
  return { ...agreed, agreeing: alike(agreed), endpoints }
}

/** Its hash is computed: what the endpoint calls it is not even read. @throws TypeError where it is no header of that block */
function headerOf(hasher: Pick<Hasher, 'keccak256'>, value: unknown, number: bigint): BlockHeader {
  try {
    const header = openHeader(hasher, headerOfBlock(fields(value)))
    if (header.number === number) return header
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error
  }
  throw new TypeError('no header of that block')
}

const disagree = (agreeing: number, needed: number, endpoints: number): MeshError =>
  new MeshError('STATE_UNPROVEN', {
    what: 'the newest block',
    why: `${agreeing} of ${endpoints} endpoints show the same one, and ${needed} must`,
  })
