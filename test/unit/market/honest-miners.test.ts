import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Final } from '../../../node/work/miner-journal.ts'
import { signBatch } from '../../../node/work/paying/sign-batch.ts'
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { decode } from '../../../protocols/kernel/codec.ts'
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import type { AttemptId } from '../../../protocols/kernel/ids.ts'
import { HeardReceipts } from '../../../protocols/statements/heard-receipts.ts'
import type { ProvenReceipt } from '../../../protocols/statements/receipt-batch.ts'
import { encodeSigned, signedCodec } from '../../../protocols/statements/signed.ts'
import {
  offerHeadType,
  type Receipt,
  receiptBatchType,
  receiptStatus,
} from '../../../protocols/statements/struct-types.ts'
import { HeardHeads } from '../../../protocols/wire/offer/heard-heads.ts'
import { openOffer, signOffer } from '../../../protocols/wire/offer/offer.ts'
import { MemoryMinerJournal } from '../../support/memory-miner-journal.ts'
import { cast, crypto, digestOf, domain } from '../../support/statement-vectors/cast.ts'
import { proven } from '../../support/statement-vectors/contradiction-vectors.ts'
import { body } from '../../support/wire-vectors/offer-bodies.ts'
import '../../support/property-seed.ts'

const { signer } = cast.operator
const attempt = (of: number): AttemptId => toHex(digestOf(`attempt ${of}`)) as AttemptId

/** What the miner's desk may want to sign about an attempt: each time that it runs, or is asked, something else. */
const end = fc.record({
  of: fc.nat(5),
  status: fc.constantFrom(...Object.values(receiptStatus)),
  word: fc.nat(3),
  waitedUs: fc.bigInt(0n, 9n),
})
type End = typeof end extends fc.Arbitrary<infer T> ? T : never

const receiptOf = ({ of, status, word, waitedUs }: End): Receipt => ({
  ...proven().receipt,
  agreement: attempt(of),
  status,
  outputRoot: toHex(crypto.keccak256(concat(Uint8Array.of(word)))) as Receipt['outputRoot'],
  waitedUs,
})

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      ends: fc.uniqueArray(end, { minLength: 1, maxLength: 4, selector: ({ of }) => of }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('tell again' as const), of: fc.array(fc.nat(5), { maxLength: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('offer' as const), jobs: fc.nat(3), isLost: fc.boolean() }) },
)

/** A miner as this project runs it: nothing is signed that its journal did not take before. It may be restarted at any step. */
class HonestMiner {
  readonly said: ProvenReceipt[] = []
  readonly offers: Uint8Array[] = []
  readonly #journal = new MemoryMinerJournal()

  async end(ends: readonly End[]): Promise<void> {
    const finals: Final[] = ends.map((each) => ({ receipt: receiptOf(each), counter: 'counter' }))
    const sequence = await this.#journal.nextSequence('batch', 1_000)
    try {
      await this.#journal.recordFinals(sequence, finals)
    } catch (error) {
      if (isMeshError(error, 'BUG')) return
      throw error
    }
    this.#sign(
      sequence,
      finals.map(({ receipt }) => receipt),
    )
  }

  tellAgain(of: readonly number[]): void {
    for (const { sequence, receipts } of this.#journal.batchesOf(of.map(attempt))) this.#sign(sequence, receipts)
  }

  async offer(jobs: number, isLost: boolean): Promise<void> {
    const sequence = await this.#journal.nextSequence('offer', 1_000)
    // Killed between the journal and gossip: the next run begins above it.
    if (!isLost) this.offers.push(signOffer(domain, signer, { ...body, jobs }, sequence, 1_790_000_000_000).bytes)
  }

  #sign(sequence: bigint, receipts: readonly Receipt[]): void {
    const { batch, leaves } = signBatch(domain, signer, sequence, receipts)
    const signed = decode(signedCodec(receiptBatchType), batch)
    for (const leaf of leaves) this.said.push({ ...leaf, batch: signed })
  }
}

it('an honest miner is named by nobody, in whatever order and however often they hear what it says', async () => {
  let told = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.infiniteStream(fc.nat()), async (steps, chance) => {
      const miner = new HonestMiner()
      for (const each of steps) {
        if (each.kind === 'end') await miner.end(each.ends)
        else if (each.kind === 'tell again') miner.tellAgain(each.of)
        else await miner.offer(each.jobs, each.isLost)
      }
      const draw = (of: number): number => chance.next().value % of
      const [receipts, heads] = [new HeardReceipts(domain), new HeardHeads(domain)]
      for (let i = 0; i < 3 * miner.said.length; i++) {
        expect(receipts.hear(miner.said[draw(miner.said.length)]!)).toBeUndefined()
        told++
      }
      for (let i = 0; i < 3 * miner.offers.length; i++) {
        const bytes = miner.offers[draw(miner.offers.length)]!
        // By a relay that decodes and encodes it anew, with or without its body.
        const again = encodeSigned(offerHeadType, decode(signedCodec(offerHeadType), bytes))
        const { payload: _, ...bare } = decode(signedCodec(offerHeadType), bytes)
        const found = [
          heads.hear(openOffer(domain, bytes)),
          heads.holdAgainst(again),
          heads.holdAgainst(encodeSigned(offerHeadType, bare)),
        ]
        expect(found).toEqual([undefined, undefined, undefined])
        told++
      }
    }),
    { numRuns: 150 },
  )
  expect(told).toBeGreaterThan(1_000)
})

it('the same miner without its journal is', async () => {
  const receipts = new HeardReceipts(domain)
  const ends = [receiptStatus.finished, receiptStatus.abortedRestart].map((status) =>
    receiptOf({ of: 1, status, word: 1, waitedUs: 1n }),
  )
  const found = ends.map((receipt, i) => {
    const { batch, leaves } = signBatch(domain, signer, BigInt(i), [receipt])
    return receipts.hear({ ...leaves[0]!, batch: decode(signedCodec(receiptBatchType), batch) })
  })
  expect(found).toEqual([undefined, expect.objectContaining({ kind: 'receipts' })])
})
