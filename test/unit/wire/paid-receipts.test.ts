import { describe, expect, it } from 'vitest'
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import { type AttemptId, peerId } from '../../../protocols/kernel/ids.ts'
import {
  answerReceipts,
  askBatches,
  askPaidReceipts,
  RECEIPTS_ASKED_MAX,
  type ReceiptsDesk,
  type ReceiptsRequest,
  type ReceiptsResponse,
} from '../../../protocols/wire/score/paid-receipts-protocol.ts'
import { signScoreWord } from '../../../protocols/wire/score/score-topic.ts'
import { directNetwork } from '../../support/nodes/direct-network.ts'
import { dayOfRater, NOW_MS, paidReceipts } from '../../support/paid-receipts.ts'
import { cast, domain } from '../../support/statement-vectors/cast.ts'

const day = dayOfRater()
const rater = cast.payer.signer.address
const peer = peerId('rater')
const published = new Map(
  day.batches.map((batch, i) => [
    BigInt(i + 1),
    signScoreWord(domain, batch, { sequence: BigInt(i + 1), nowMs: NOW_MS }, cast.payer.signer).bytes,
  ]),
)
const many = [0, 1].flatMap((i) => paidReceipts(Array.from({ length: 40 }, (_, j) => `${i} ${j}`)))
const paid = new Map([...day.receipts, ...many].map((each) => [each.proven.receipt.agreement, each]))
const desk: ReceiptsDesk = {
  batch: (of, sequence) => (of === rater ? published.get(sequence) : undefined),
  receipt: (of, attempt) => (of === rater ? paid.get(attempt) : undefined),
}
const rated = directNetwork(answerReceipts(desk))
const saying = (...responses: ReceiptsResponse[]) =>
  directNetwork<ReceiptsRequest, ReceiptsResponse>(async function* () {
    yield* responses
  })
const attempts = [...paid.keys()]
const unknown = paidReceipts(['never published'])[0]!.proven.receipt.agreement
const malformed = (error: unknown): boolean => isMeshError(error, 'MALFORMED')

describe('who asks for what is behind a digest', () => {
  it('gets the batches that were published, and nothing of others', async () => {
    const found = await askBatches(rated, domain, { peer, rater, nowMs: NOW_MS }, [2n, 1n, 7n], {})
    expect(new Map([...found].sort())).toEqual(
      new Map([
        [1n, day.batches[0]],
        [2n, day.batches[1]],
      ]),
    )
    const other = { peer, rater: cast.stranger.signer.address, nowMs: NOW_MS }
    expect(await askBatches(rated, domain, other, [1n], {})).toEqual(new Map())
  })

  it('gets the receipts that it names, in as many messages as they need', async () => {
    const found = await askPaidReceipts(rated, domain, { peer, rater }, [...attempts, unknown], {})
    expect(new Set(found.keys())).toEqual(new Set(attempts))
    expect(found.get(attempts[0]!)).toEqual(paid.get(attempts[0]!))
    expect(attempts.length).toBeGreaterThan(64)
    expect(attempts.length).toBeLessThan(RECEIPTS_ASKED_MAX)
  })

  it('takes no receipt that proves nothing, that it did not ask for, or that comes twice', async () => {
    const [first] = day.receipts
    const name = first!.proven.receipt.agreement
    const ask = (asked: readonly AttemptId[], ...receipts: (typeof day.receipts)[number][]) =>
      askPaidReceipts(saying({ kind: 'receipts', receipts }), domain, { peer, rater }, asked, {})
    expect((await ask([name], first!)).size).toBe(1)
    await expect(ask([name], first!, first!)).rejects.toSatisfy(malformed)
    await expect(ask([unknown], first!)).rejects.toSatisfy(malformed)
    const untrue = { ...first!, proven: { ...first!.proven, index: 2 } }
    await expect(ask([name], untrue)).rejects.toSatisfy(malformed)
  })

  it('takes no batch of another rater, that it did not ask for, or whose signature is false', async () => {
    const bytes = published.get(1n)!
    const ask = (statement: Uint8Array, sequence = 1n) =>
      askBatches(saying({ kind: 'batch', statement }), domain, { peer, rater, nowMs: NOW_MS }, [sequence], {})
    expect((await ask(bytes)).size).toBe(1)
    await expect(ask(bytes, 2n)).rejects.toSatisfy(malformed)
    await expect(ask(bytes.with(-1, bytes.at(-1)! ^ 1))).rejects.toSatisfy(malformed)
    const foreign = signScoreWord(domain, day.batches[0]!, { sequence: 1n, nowMs: NOW_MS }, cast.stranger.signer)
    await expect(ask(foreign.bytes)).rejects.toSatisfy(malformed)
    await expect(ask(new Uint8Array(40))).rejects.toSatisfy(malformed)
  })
})
