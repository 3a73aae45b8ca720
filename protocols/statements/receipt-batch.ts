/**
 * Receipts are leaves of a small tree whose root the miner signs once per flush: a signature per job would cost more than a
 * small job does. A receipt with its path and the signed root is evidence.
 */
import { fromHex, toHex } from '../kernel/bytes.ts'
import { MalformedError } from '../kernel/cbor-reader.ts'
import { array, type Codec, hash32Codec, mapped, record, u32 } from '../kernel/codec.ts'
import type { Hash32 } from '../kernel/ids.ts'
import { LEAF_PREFIX, MerkleTree, merkleNode, rootFromPath } from './merkle.ts'
import { type Signed, signatureFault, signedCodec } from './signed.ts'
import { structCodec } from './struct-codec.ts'
import type { SigningDomain } from './struct-hash.ts'
import { type Receipt, type ReceiptBatch, receiptBatchType, receiptType } from './struct-types.ts'

/** Leaves of one batch: a path of 6 keeps evidence small on chain, and at 64 the signature's share of a job is noise. */
export const BATCH_RECEIPTS_MAX = 64
export const BATCH_DEPTH_MAX = 6

/** Shape only. Status 0 is malformed. */
export const receiptCodec: Codec<Receipt> = mapped(
  structCodec(receiptType),
  (receipt) => {
    if (receipt.status === 0) throw new MalformedError('receipt status 0')
    return receipt
  },
  (receipt) => {
    if (receipt.status === 0) throw new RangeError('0 is no receipt status')
    return receipt
  },
)

/** keccak256(0x00 || struct hash). */
export function receiptLeaf(domain: SigningDomain, receipt: Receipt): Uint8Array<ArrayBuffer> {
  const leaf = new Uint8Array(33)
  leaf[0] = LEAF_PREFIX
  leaf.set(domain.structHash(receiptType, receipt), 1)
  return domain.crypto.keccak256(leaf)
}

/** Where a receipt stands in its batch. */
export interface ReceiptPath {
  readonly index: number
  readonly path: readonly Hash32[]
}

export interface ReceiptTree {
  readonly root: Hash32
  readonly count: number
  path(index: number): ReceiptPath
}

/** @throws RangeError for no receipt or more than 64 */
export function receiptTree(domain: SigningDomain, receipts: readonly Receipt[]): ReceiptTree {
  if (receipts.length > BATCH_RECEIPTS_MAX) throw new RangeError(`a batch has at most ${BATCH_RECEIPTS_MAX} receipts`)
  const tree = new MerkleTree(
    domain.crypto,
    receipts.map((receipt) => receiptLeaf(domain, receipt)),
  )
  return {
    root: toHex(tree.root) as Hash32,
    count: receipts.length,
    path: (index) => ({ index, path: tree.path(index).map((node) => toHex(node) as Hash32) }),
  }
}

/**
 * Whether the batch's root covers this receipt at this place, of the batch's own operator. The batch's signature is asked
 * apart, once per batch.
 */
export function batchHolds(
  domain: SigningDomain,
  batch: ReceiptBatch,
  receipt: Receipt,
  { index, path }: ReceiptPath,
): boolean {
  if (batch.count > BATCH_RECEIPTS_MAX || receipt.operator !== batch.operator || receipt.status === 0) return false
  const nodes = path.map((node) => fromHex(node) ?? new Uint8Array(0))
  const root = rootFromPath(domain.crypto, receiptLeaf(domain, receipt), index, batch.count, nodes)
  return root !== undefined && toHex(root) === batch.root
}

/**
 * {@link batchHolds} for many receipts of one batch: what one path has proven is not hashed again for its neighbours, so the
 * receipts of a whole batch cost one hash each, and not six.
 */
export class BatchCheck {
  readonly #domain: SigningDomain
  readonly #batch: ReceiptBatch
  /** Nodes that are in the tree for certain, by level and index. At most 127. */
  readonly #proven = new Map<number, Hash32>()

  constructor(domain: SigningDomain, batch: ReceiptBatch) {
    this.#domain = domain
    this.#batch = batch
  }

  holds(receipt: Receipt, { index, path }: ReceiptPath): boolean {
    const { count, operator, root } = this.#batch
    if (count > BATCH_RECEIPTS_MAX || receipt.operator !== operator || receipt.status === 0) return false
    if (!Number.isInteger(index) || index < 0 || index >= count) return false
    const { crypto } = this.#domain
    const found: (readonly [place: number, node: Hash32])[] = []
    let node = receiptLeaf(this.#domain, receipt)
    let isProven = false
    let used = 0
    let level = 0
    for (let at = index, width = count; width > 1; at >>>= 1, width = (width + 1) >>> 1, level++) {
      if (at === width - 1 && width % 2 === 1) continue
      const sibling = path[used++]
      if (sibling === undefined) return false
      if (isProven) {
        if (this.#proven.get(placeOf(level, at ^ 1)) !== sibling) return false
        continue
      }
      const here = toHex(node) as Hash32
      const known = this.#proven.get(placeOf(level, at))
      if (known !== undefined) {
        if (known !== here || this.#proven.get(placeOf(level, at ^ 1)) !== sibling) return false
        isProven = true
        continue
      }
      const beside = fromHex(sibling)
      if (beside?.length !== 32) return false
      found.push([placeOf(level, at), here], [placeOf(level, at ^ 1), sibling])
      node = at % 2 === 1 ? merkleNode(crypto, beside, node) : merkleNode(crypto, node, beside)
    }
    if (used !== path.length || (!isProven && toHex(node) !== root)) return false
    for (const [place, proven] of found) this.#proven.set(place, proven)
    return true
  }
}

/** Nodes of a level are proven in pairs, so where one is known the other is. */
const placeOf = (level: number, at: number): number => level * BATCH_RECEIPTS_MAX + at

/** A receipt that stands alone: what a court takes. */
export interface ProvenReceipt extends ReceiptPath {
  readonly receipt: Receipt
  readonly batch: Signed<ReceiptBatch>
}

export const provenReceiptCodec: Codec<ProvenReceipt> = record<ProvenReceipt>({
  receipt: receiptCodec,
  index: u32,
  path: array(hash32Codec, BATCH_DEPTH_MAX),
  batch: signedCodec(receiptBatchType),
})

/** True where the operator's signature covers this receipt. */
export function receiptIsProven(domain: SigningDomain, proven: ProvenReceipt): boolean {
  return (
    batchHolds(domain, proven.batch.value, proven.receipt, proven) &&
    signatureFault(domain, receiptBatchType, proven.batch) === undefined
  )
}
