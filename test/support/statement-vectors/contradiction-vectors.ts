/** Pairs that a court punishes, and pairs that only look like it. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import type { AttemptId, Hash32 } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import { type Contradiction, type contradictionFault, nullifier } from '../../../protocols/statements/contradiction.ts'
import { type ProvenReceipt, provenReceiptCodec, receiptTree } from '../../../protocols/statements/receipt-batch.ts'
import { encodeSigned, type Signed, signStruct } from '../../../protocols/statements/signed.ts'
import {
  type Lease,
  leaseType,
  type OfferHead,
  offerHeadType,
  type Receipt,
  receiptBatchType,
  receiptStatus,
} from '../../../protocols/statements/struct-types.ts'
import { cast, crypto, digestOf, domain, otherNetwork } from './cast.ts'
import type { Json } from './json.ts'

const hash = (word: string): Hash32 => toHex(digestOf(word)) as Hash32
const miner = cast.operator.signer

const receipt: Receipt = {
  operator: miner.address,
  agreement: hash('agreement') as AttemptId,
  status: receiptStatus.finished,
  outputRoot: hash('output'),
  weights: hash('weights'),
  kernelClass: hash('kernel'),
  usage: 12n,
  price: credits(3_000),
  waitedUs: 900n,
  computedUs: 4_500n,
  blockTime: 1_790_000_000n,
}

/** Signed as the leaf `index` of a batch whose other leaves are of other attempts. */
export function proven(change: Partial<Receipt> = {}, index = 0, count = 1, signer: Signer = miner): ProvenReceipt {
  const own = { ...receipt, operator: signer.address, ...change }
  const others = (i: number): Receipt => ({ ...receipt, agreement: hash(`agreement ${i}`) as AttemptId })
  const receipts = Array.from({ length: count }, (_, i) => (i === index ? own : others(i)))
  const tree = receiptTree(domain, receipts)
  const batch = { operator: signer.address, root: tree.root, count, sequence: BigInt(count) }
  return { receipt: own, ...tree.path(index), batch: signStruct(domain, receiptBatchType, batch, signer) }
}

const headValue: OfferHead = {
  operator: miner.address,
  sequence: 1_790_000_000_000n,
  expiresAtMs: 1_790_000_300_000n,
  bodyHash: hash('body'),
  termsHash: hash('terms'),
  beacon: hash('beacon'),
}
const leaseValue: Lease = {
  operator: miner.address,
  card: hash('card'),
  startsAt: 1_000n,
  endsAt: 2_000n,
  agreement: hash('agreement') as AttemptId,
}
const head = (change: Partial<OfferHead> = {}, signer: Signer = miner): Signed<OfferHead> =>
  signStruct(domain, offerHeadType, { ...headValue, operator: signer.address, ...change }, signer)
const lease = (change: Partial<Lease> = {}, signer: Signer = miner): Signed<Lease> =>
  signStruct(domain, leaseType, { ...leaseValue, operator: signer.address, ...change }, signer)
const spoilt = <T>(signed: Signed<T>): Signed<T> => ({
  ...signed,
  signature: signed.signature.with(32, signed.signature[32]! ^ 0x80),
})

export interface ContradictionVector {
  readonly name: string
  readonly evidence: Contradiction
  readonly fault: ReturnType<typeof contradictionFault>
}

const receipts = (
  name: string,
  fault: ContradictionVector['fault'],
  a: ProvenReceipt,
  b: ProvenReceipt,
): ContradictionVector => ({ name, fault, evidence: { kind: 'receipts', a, b } })
const heads = (
  name: string,
  fault: ContradictionVector['fault'],
  a: Signed<OfferHead>,
  b: Signed<OfferHead>,
): ContradictionVector => ({ name, fault, evidence: { kind: 'offer-heads', a, b } })
const leases = (
  name: string,
  fault: ContradictionVector['fault'],
  a: Signed<Lease>,
  b: Signed<Lease>,
): ContradictionVector => ({ name, fault, evidence: { kind: 'leases', a, b } })

export function contradictionCases(): readonly ContradictionVector[] {
  const stranger = cast.stranger.signer
  const other = proven({ status: receiptStatus.abortedThermal }, 2, 5)
  const none = 'no-contradiction'
  return [
    receipts('two statuses', undefined, proven(), other),
    receipts('two statuses, the other way round', undefined, other, proven()),
    receipts('two outputs', undefined, proven(), proven({ outputRoot: hash('other') }, 63, 64)),
    receipts('two prices', undefined, proven({}, 1, 3), proven({ price: credits(3_001) })),
    receipts('one receipt in two batches', none, proven(), proven({}, 3, 7)),
    receipts('only the timings differ', none, proven(), proven({ waitedUs: 1n, computedUs: 2n, blockTime: 3n })),
    receipts('only the usage differs', none, proven(), proven({ usage: 13n })),
    receipts('two attempts', none, proven(), proven({ agreement: hash('another'), price: credits(1) })),
    receipts('two miners', none, proven(), proven({ price: credits(1) }, 0, 1, stranger)),
    receipts('a batch with a false signature', 'unproven', proven(), { ...other, batch: spoilt(other.batch) }),
    receipts('a path of another place', 'unproven', proven(), { ...other, index: 3 }),
    receipts('a receipt that the batch does not hold', 'unproven', proven(), {
      ...proven({}, 2, 5),
      receipt: { ...receipt, price: credits(9) },
    }),
    receipts('a batch of another miner', 'unproven', proven(), {
      ...proven({ price: credits(1) }, 0, 1, stranger),
      receipt: { ...receipt, price: credits(1) },
    }),
    heads('two bodies', undefined, head(), head({ bodyHash: hash('other') })),
    heads('two expiries', undefined, head(), head({ expiresAtMs: 1n })),
    heads('one head twice', none, head(), head()),
    heads('two sequences', none, head(), head({ sequence: 1n, bodyHash: hash('other') })),
    heads('two miners', none, head(), head({ bodyHash: hash('other') }, stranger)),
    heads('a false signature', 'unproven', head(), spoilt(head({ bodyHash: hash('other') }))),
    heads('a false signature first', 'unproven', spoilt(head()), head({ bodyHash: hash('other') })),
    heads('signed for another network', 'unproven', head(), {
      ...head({ beacon: hash('other') }),
      signature: miner.sign(otherNetwork.digest(offerHeadType, { ...headValue, beacon: hash('other') })),
    }),
    leases(
      'one inside the other',
      undefined,
      lease(),
      lease({ startsAt: 1_200n, endsAt: 1_300n, agreement: hash('b') }),
    ),
    leases(
      'overlap by a second',
      undefined,
      lease(),
      lease({ startsAt: 1_999n, endsAt: 3_000n, agreement: hash('b') }),
    ),
    leases('the same time for two', undefined, lease(), lease({ agreement: hash('b') })),
    leases('one agreement, two ends', undefined, lease(), lease({ endsAt: 2_001n })),
    leases('one lease twice', none, lease(), lease()),
    leases('one after the other', none, lease(), lease({ startsAt: 2_000n, endsAt: 3_000n })),
    leases('two cards', none, lease(), lease({ card: hash('card 2'), agreement: hash('b') })),
    leases('two miners', none, lease(), lease({ agreement: hash('b') }, stranger)),
    leases('a lease of no time', none, lease(), lease({ startsAt: 1_500n, endsAt: 1_500n })),
    leases('a lease that ends before it starts', none, lease(), lease({ startsAt: 1_900n, endsAt: 1_100n })),
    leases('a false signature', 'unproven', lease(), spoilt(lease({ agreement: hash('b') }))),
  ]
}

export function contradictionVectors(): Json {
  return contradictionCases().map(({ name, evidence, fault }) => ({
    name,
    kind: evidence.kind,
    ...(evidence.kind === 'receipts'
      ? { a: toHex(encode(provenReceiptCodec, evidence.a)), b: toHex(encode(provenReceiptCodec, evidence.b)) }
      : evidence.kind === 'offer-heads'
        ? { a: toHex(encodeSigned(offerHeadType, evidence.a)), b: toHex(encodeSigned(offerHeadType, evidence.b)) }
        : { a: toHex(encodeSigned(leaseType, evidence.a)), b: toHex(encodeSigned(leaseType, evidence.b)) }),
    fault: fault ?? null,
    nullifier: fault === undefined ? nullifier(crypto, evidence) : null,
  }))
}
