import { describe, expect, it } from 'vitest'
import { peerId } from '../../../protocols/kernel/ids.ts'
import { topicId } from '../../../protocols/kernel/topic.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { openOffer, signOffer } from '../../../protocols/wire/offer/offer.ts'
import { OFFER_TTL_MS, type OfferBody, offerShard } from '../../../protocols/wire/offer/offer-body.ts'
import { offerTopic } from '../../../protocols/wire/offer/offer-topic.ts'
import { cast, domain } from '../../support/statement-vectors/cast.ts'
import { body } from '../../support/wire-vectors/offer-bodies.ts'

const NOW_MS = 1_790_000_000_000
const offer = (of: OfferBody = body, sequence = NOW_MS, signer = cast.operator.signer) =>
  signOffer(domain, signer, of, BigInt(sequence), NOW_MS)

/** One node, which remembers what it saw. */
function listener() {
  const topic = offerTopic(domain, new HighestSeen())
  return (bytes: Uint8Array, { shard = offerShard(body), nowMs = NOW_MS } = {}) =>
    topic.judge(bytes, { topicId: topicId(domain.tag, topic, shard), nowMs, from: peerId('neighbour') })
}

describe('the topic of offers', () => {
  it('delivers a true offer under the name of its miner, whose offers are counted', () => {
    const { bytes } = offer()
    expect(listener()(bytes)).toEqual({
      verdict: 'accept',
      value: openOffer(domain, bytes),
      author: cast.operator.signer.address,
    })
  })

  it('names the author of what it forwards or rejects, once the signature is his', () => {
    const other = offer({ ...body, region: 'ap-east' })
    expect(listener()(other.bytes)).toMatchObject({ verdict: 'reject', author: cast.operator.signer.address })
    const { bytes } = offer()
    const judged = listener()(bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1))
    expect(judged).toEqual({ verdict: 'reject', reason: 'false-signature' })
  })

  it('takes each sequence of a miner once, and none below it', () => {
    const judge = listener()
    expect(judge(offer(body, NOW_MS).bytes).verdict).toBe('accept')
    expect(judge(offer(body, NOW_MS).bytes)).toEqual({ verdict: 'ignore', reason: 'replay' })
    expect(judge(offer(body, NOW_MS - 1).bytes)).toEqual({ verdict: 'ignore', reason: 'replay' })
    expect(judge(offer(body, NOW_MS + 1).bytes).verdict).toBe('accept')
    expect(judge(offer(body, NOW_MS, cast.stranger.signer).bytes).verdict).toBe('accept')
  })

  it('counts sequences per region and class: two topics deliver in any order', () => {
    const judge = listener()
    const elsewhere = { ...body, region: 'ap-east' }
    expect(judge(offer(body, NOW_MS + 1).bytes).verdict).toBe('accept')
    expect(judge(offer(elsewhere, NOW_MS).bytes, { shard: offerShard(elsewhere) }).verdict).toBe('accept')
  })

  it('is not to be silenced by an offer that came on another topic first', () => {
    const judge = listener()
    const { bytes } = offer()
    expect(judge(bytes, { shard: 'ap-east/inference' })).toMatchObject({ verdict: 'reject', reason: 'another topic' })
    expect(judge(bytes).verdict).toBe('accept')
  })

  it('is not to be silenced by forgeries of the next sequences', () => {
    const judge = listener()
    for (let i = 1; i <= 1_000; i++) {
      const { bytes } = offer(body, NOW_MS + i)
      expect(judge(bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1)).verdict).toBe('reject')
    }
    expect(judge(offer(body, NOW_MS + 1).bytes).verdict).toBe('accept')
  })

  it('delivers a withdrawal like any offer, and after it nothing older', () => {
    const judge = listener()
    expect(judge(offer({ ...body, paused: 1 }, NOW_MS + 2).bytes)).toMatchObject({ value: { body: { paused: 1 } } })
    expect(judge(offer(body, NOW_MS + 1).bytes).verdict).toBe('ignore')
  })

  it('drops what has expired, or would stand too long, without blame', () => {
    const { bytes } = offer()
    expect(listener()(bytes, { nowMs: NOW_MS + OFFER_TTL_MS + 30_001 })).toEqual({
      verdict: 'ignore',
      reason: 'expired',
    })
    expect(listener()(bytes, { nowMs: NOW_MS - 30_001 })).toMatchObject({ verdict: 'ignore' })
  })
})
