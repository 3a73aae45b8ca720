import { describe, expect, test } from 'vitest'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { peerId } from '../../../protocols/kernel/ids.ts'
import { CREDITS_MAX, credits } from '../../../protocols/kernel/money.ts'
import { leasePrice, stepPrice } from '../../../protocols/rules/leasing/lease-price.ts'
import { leasesContradict } from '../../../protocols/statements/contradiction.ts'
import type { Lease } from '../../../protocols/statements/struct-types.ts'
import { openLease, openOwnLease } from '../../../protocols/wire/lease/lease-client.ts'
import { cardHash, leaseId, type ProposedLease, stepId } from '../../../protocols/wire/lease/lease-terms.ts'
import {
  alice,
  bob,
  booked,
  booksOf,
  CARD,
  desk,
  lessee,
  miner,
  NOW,
  PRICE,
  type Refused,
  refusal,
} from '../../support/lease-desk.ts'
import { cast, crypto, domain } from '../../support/statement-vectors/cast.ts'

describe('a card that is leased', () => {
  test('is signed away for its period, the first step paid ahead and receipted', async () => {
    const at = await desk()
    const { lease, answer, who } = await booked(at)
    expect(answer).toMatchObject({ kind: 'leased', steps: 1 })
    const signed = openOwnLease(domain, miner.address, lease, (answer as { lease: Uint8Array }).lease)
    expect(signed.value).toMatchObject({ operator: miner.address, card: CARD, startsAt: NOW, endsAt: NOW + 3_600n })
    expect(at.finals.map(({ receipt }) => [receipt.agreement, receipt.price, receipt.usage])).toEqual([
      [stepId(domain, miner.address, lease, 0), stepPrice(lease, 0), 1_000n],
    ])
    expect(at.desk.serves(who.payer, who.session)).toEqual({ kind: 'lessee' })
    expect(at.desk.serves(bob().payer, bob().session)).toEqual({ kind: 'another', leftSeconds: 3_600n })
  })

  test('is refused to the next, who is shown by which lease and when it is free', async () => {
    const at = await desk()
    const { lease } = await booked(at)
    const other = await booked(at, bob(), { startsAt: NOW + 3_599n, endsAt: NOW + 7_199n })
    expect(other.answer).toMatchObject({ kind: 'refused', reason: 'TAKEN', freeFrom: NOW + 3_600n })
    const shown = openLease(domain, miner.address, (other.answer as Refused).lease!)
    expect(shown.value.endsAt).toBe(lease.endsAt)
    const later = await booked(at, lessee(cast.stranger.signer, 'carol'), {
      startsAt: NOW + 3_600n,
      endsAt: NOW + 7_200n,
    })
    expect(later.answer.kind).toBe('leased')
  })

  test.each<[string, Partial<ProposedLease>, string]>([
    ['of less than a minute', { endsAt: NOW + 59n }, 'TOO_SHORT'],
    ['of more than a week', { endsAt: NOW + 604_801n }, 'TOO_LONG'],
    ['the day after tomorrow', { startsAt: NOW + 86_401n, endsAt: NOW + 90_000n }, 'TOO_FAR'],
    ['that has begun', { startsAt: NOW - 31n }, 'PAST'],
    ['that runs backwards', { endsAt: NOW - 1n }, 'TOO_SHORT'],
    ['at another price', { pricePerHour: credits(999_999) }, 'PRICE'],
    ['in other steps', { stepSeconds: 999n }, 'STEP'],
    ['in steps of no time', { stepSeconds: 0n }, 'STEP'],
    ['at a price beyond all money', { pricePerHour: CREDITS_MAX }, 'PRICE'],
    ['until the end of all time', { endsAt: 2n ** 64n - 1n }, 'TOO_LONG'],
    ['of another card', { card: cardHash(crypto, miner.address, 'another') }, 'CARD'],
    ['under an old block', { blockTime: NOW - 61n }, 'CLOCK'],
  ])('is not leased %s', async (_, change, reason) => {
    const at = await desk()
    const who = alice()
    const lease = who.propose(change)
    expect(refusal(await at.desk.ask({ kind: 'book', lease, payment: who.silent }, who.peer))).toBe(reason)
    expect(at.leases.leasesAfter(0n)).toEqual([])
  })

  test('is leased to nobody who does not pay ahead in full, or whose session key does not speak for it', async () => {
    const at = await desk()
    const who = alice()
    const lease = who.propose()
    const unpaid = await at.desk.ask({ kind: 'book', lease, payment: who.silent }, who.peer)
    expect(unpaid).toMatchObject({ reason: 'UNPAID', credits: stepPrice(lease, 0) })
    const short = await who.pay(lease, 0, credits(stepPrice(lease, 0) - 1n))
    expect(refusal(await at.desk.ask({ kind: 'book', lease, payment: short }, who.peer))).toBe('UNPAID')
    const foreign = { ...who.silent, proof: bob().silent.proof }
    expect(refusal(await at.desk.ask({ kind: 'book', lease, payment: foreign }, peerId('mallory')))).toBe('UNPROVEN')
    at.state.paused = true
    expect(refusal((await booked(at, bob())).answer)).toBe('PAUSED')
    expect(at.leases.leasesAfter(0n)).toEqual([])
  })

  test('is not leased where the journal knows of a lease that the desk does not, and what was paid ahead pays for another time', async () => {
    const at = await desk()
    const known = bob().propose()
    await at.leases.recordLease(leaseId(domain, miner.address, known), known, 1)
    const { answer, who } = await booked(at)
    expect(refusal(answer)).toBe('TAKEN')
    expect(at.finals).toEqual([])
    const later = who.propose({ startsAt: NOW + 3_600n, endsAt: NOW + 7_200n })
    const second = await at.desk.ask({ kind: 'book', lease: later, payment: who.silent }, who.peer)
    expect(second.kind).toBe('leased')
    expect(at.finals).toHaveLength(1)
  })

  test('is leased once where the answer is lost and the booking said again, also after a restart', async () => {
    const at = await desk()
    const { lease, answer, who } = await booked(at)
    const again = await at.desk.ask({ kind: 'book', lease, payment: who.silent }, who.peer)
    expect(again).toEqual(answer)
    await at.journal.recordFinals(1n, at.finals)
    await at.close()
    const next = await desk(at.folder, at.clock)
    const third = await next.desk.ask({ kind: 'book', lease, payment: who.silent }, who.peer)
    expect(toHex((third as { lease: Uint8Array }).lease)).toBe(toHex((answer as { lease: Uint8Array }).lease))
    expect(next.finals).toEqual([])
  })
})

test('a step whose receipt died with its miner is receipted by the next life, and costs no more than once', async () => {
  const at = await desk()
  const { lease, who } = await booked(at)
  const [lost] = at.finals
  await at.close()
  const next = await desk(at.folder, at.clock)
  expect(next.finals).toEqual([lost])
  await next.journal.recordFinals(1n, next.finals)
  await next.close()
  const last = await desk(at.folder, at.clock)
  expect(last.finals).toEqual([])
  expect(last.journal.counter(`${who.payer}/${who.session}/0x${'0'.repeat(64)}`)!.due).toBe(stepPrice(lease, 0))
})

describe('a lease', () => {
  test('goes on while each step is paid before it begins, also over a restart, and ends with its time', async () => {
    const at = await desk()
    const { who, lease, id } = await booked(at)
    at.clock.advance(500_000)
    expect(
      await at.desk.ask({ kind: 'pay', lease: id, step: 1, payment: await who.pay(lease, 1) }, who.peer),
    ).toMatchObject({
      kind: 'paid',
      steps: 2,
    })
    // Said twice it is paid once.
    const twice = await at.desk.ask({ kind: 'pay', lease: id, step: 1, payment: who.silent }, who.peer)
    expect(twice).toMatchObject({ steps: 2 })
    await at.close()
    at.clock.advance(1_000_000)
    const next = await desk(at.folder, at.clock)
    expect(next.desk.serves(who.payer, who.session)).toEqual({ kind: 'lessee' })
    for (const step of [2, 3]) {
      const paid = await next.desk.ask({ kind: 'pay', lease: id, step, payment: await who.pay(lease, step) }, who.peer)
      expect(paid).toMatchObject({ steps: step + 1 })
    }
    next.clock.advance(2_100_000)
    expect(next.desk.serves(bob().payer, bob().session)).toEqual({ kind: 'everybody' })
    const expired = { kind: 'ended', how: 'expired', owed: 1_000_000n }
    await expect.poll(() => next.events).toContainEqual(expect.objectContaining(expired))
    const asked = await next.desk.ask({ kind: 'pay', lease: id, step: 0, payment: who.silent }, who.peer)
    expect(asked).toEqual({ kind: 'ended', at: lease.endsAt, owed: 1_000_000n })
    expect(next.desk.leases()).toEqual([])
  })

  test('ends for good with the first step that is not paid, and its time is leased to nobody else', async () => {
    const at = await desk()
    const { who, lease, id } = await booked(at)
    at.clock.advance(1_000_000)
    await expect.poll(() => at.events.at(-1)).toMatchObject({ kind: 'serving', lease: undefined })
    expect(at.desk.serves(bob().payer, bob().session)).toEqual({ kind: 'everybody' })
    const late = await at.desk.ask({ kind: 'pay', lease: id, step: 1, payment: await who.pay(lease, 1) }, who.peer)
    expect(late).toMatchObject({ kind: 'ended', at: NOW + 1_000n, owed: stepPrice(lease, 0) })
    const within = { startsAt: NOW + 2_000n, endsAt: NOW + 3_000n, blockTime: NOW + 1_000n }
    const other = await booked(at, bob(), within)
    expect(other.answer).toMatchObject({ reason: 'TAKEN', freeFrom: NOW + 3_600n })
    await at.close()
    const next = await desk(at.folder, at.clock)
    expect((await booked(next, bob(), within)).answer).toMatchObject({ reason: 'TAKEN' })
    expect(next.desk.serves(who.payer, who.session)).toEqual({ kind: 'everybody' })
  })

  test('that its lessee cancels costs what was paid, and frees its time for jobs alone', async () => {
    const at = await desk()
    const { who, lease, id } = await booked(at)
    const stranger = await at.desk.ask({ kind: 'cancel', lease: id, payment: bob().silent }, bob().peer)
    expect(refusal(stranger)).toBe('UNPROVEN')
    const ended = await at.desk.ask({ kind: 'cancel', lease: id, payment: who.silent }, who.peer)
    expect(ended).toMatchObject({ kind: 'ended', owed: stepPrice(lease, 0) })
    expect(at.desk.serves(bob().payer, bob().session)).toEqual({ kind: 'everybody' })
    expect(refusal((await booked(at, bob(), { nonce: 9n })).answer)).toBe('TAKEN')
    // Asked again, also after a restart and when its time is over, it says the same.
    at.clock.advance(10_000)
    expect(await at.desk.ask({ kind: 'cancel', lease: id, payment: who.silent }, who.peer)).toEqual(ended)
    await at.close()
    const next = await desk(at.folder, at.clock)
    const asked = () => next.desk.ask({ kind: 'pay', lease: id, step: 0, payment: who.silent }, who.peer)
    expect(await asked()).toEqual(ended)
    next.clock.advance(3_700_000)
    expect(next.desk.leases()).toEqual([])
    expect(await asked()).toEqual(ended)
    expect(refusal(await next.desk.ask({ kind: 'cancel', lease: id, payment: bob().silent }, bob().peer))).toBe(
      'UNPROVEN',
    )
  })

  test('goes on behind a rest of its card, and its end costs less by the rested time', async () => {
    const at = await desk()
    const { who, lease, id } = await booked(at)
    at.clock.advance(100_000)
    at.desk.rest(true)
    const kept = () => at.desk.leases()[0]!
    await expect.poll(() => kept().rests.since).toBe(NOW + 100n)
    at.clock.advance(59_500)
    at.desk.rest(false)
    await expect.poll(() => kept().rests).toEqual({ seconds: 60n, since: undefined })
    expect(at.desk.serves(who.payer, who.session)).toEqual({ kind: 'lessee' })
    for (const step of [1, 2, 3]) {
      at.clock.advance(800_000)
      expect(
        await at.desk.ask({ kind: 'pay', lease: id, step, payment: await who.pay(lease, step) }, who.peer),
      ).toMatchObject({ kind: 'paid' })
    }
    at.clock.advance(1_200_000)
    const owed = leasePrice(PRICE, 3_540n)
    await expect.poll(() => at.events).toContainEqual(expect.objectContaining({ kind: 'ended', how: 'expired', owed }))
    expect(booksOf(at, who)).toEqual([1_000_000n, owed])
    const asked = { kind: 'pay', lease: id, step: 0, payment: who.silent } as const
    expect(await at.desk.ask(asked, who.peer)).toEqual({ kind: 'ended', at: lease.endsAt, owed })
    expect(at.failures).toEqual([])
  })

  test('ends for good with a rest that lasts too long, costs what was delivered, and the rest stands on the counter', async () => {
    const at = await desk()
    const { who, lease } = await booked(at)
    at.clock.advance(250_000)
    at.desk.rest(true)
    await expect.poll(() => at.desk.leases()[0]!.rests.since).toBe(NOW + 250n)
    at.clock.advance(299_000)
    expect(at.desk.leases()[0]!.ended).toBeUndefined()
    at.clock.advance(1_000)
    const owed = leasePrice(PRICE, 250n)
    await expect.poll(() => at.events).toContainEqual(expect.objectContaining({ kind: 'ended', how: 'miner', owed }))
    expect(at.events.at(-1)).toMatchObject({ kind: 'serving', lease: undefined })
    expect(booksOf(at, who)).toEqual([stepPrice(lease, 0), owed])
    expect(at.failures).toEqual([])
  })

  test('that its lessee gives back while the card rests costs what was delivered until then', async () => {
    const at = await desk()
    const { who, lease, id } = await booked(at)
    at.clock.advance(250_000)
    at.desk.rest(true)
    await expect.poll(() => at.desk.leases()[0]!.rests.since).toBe(NOW + 250n)
    at.clock.advance(100_000)
    const owed = leasePrice(PRICE, 250n)
    const ended = await at.desk.ask({ kind: 'cancel', lease: id, payment: who.silent }, who.peer)
    expect(ended).toEqual({ kind: 'ended', at: NOW + 350n, owed })
    expect(booksOf(at, who)).toEqual([stepPrice(lease, 0), owed])
  })

  test('lets its lessee off for a rest once, also where its miner is away when its time is over', async () => {
    const at = await desk()
    const { who, lease, id } = await booked(at, alice(), { endsAt: NOW + 1_000n })
    at.clock.advance(500_000)
    at.desk.rest(true)
    await expect.poll(() => at.desk.leases()[0]!.rests.since).toBe(NOW + 500n)
    // Its receipt is written as the batches of a running miner are.
    const receipts = at.finals.splice(0)
    await at.journal.recordFinals(1n, receipts)
    await at.close()
    // What it was away for while the card rested is rested time.
    at.clock.advance(200_000)
    const next = await desk(at.folder, at.clock)
    await expect.poll(() => next.desk.leases()[0]!.rests).toEqual({ seconds: 201n, since: undefined })
    await next.close()
    at.clock.advance(900_000)
    const last = await desk(at.folder, at.clock)
    const owed = leasePrice(PRICE, 799n)
    await expect.poll(() => last.events).toContainEqual(expect.objectContaining({ how: 'expired', owed }))
    const counter = () => last.journal.counter(`${who.payer}/${who.session}/0x${'0'.repeat(64)}`)!
    expect(counter().due - counter().forgiven).toBe(owed)
    await last.close()
    const again = await desk(at.folder, at.clock)
    expect(again.desk.leases()).toEqual([])
    expect(await again.desk.ask({ kind: 'cancel', lease: id, payment: who.proven(at.clock) }, who.peer)).toEqual({
      ...{ kind: 'ended', at: lease.endsAt, owed },
    })
    expect(again.journal.counter(`${who.payer}/${who.session}/0x${'0'.repeat(64)}`)!.forgiven).toBe(
      stepPrice(lease, 0) - owed,
    )
  })

  test('is extended by one that starts where it ends, for its lessee alone', async () => {
    const at = await desk()
    const { who, id, lease } = await booked(at)
    const more = who.propose({ startsAt: NOW + 3_600n, endsAt: NOW + 7_200n })
    const payment = await who.pay(more, 0)
    const others = { ...bob().propose({ startsAt: more.startsAt, endsAt: more.endsAt }) }
    expect(
      refusal(await at.desk.ask({ kind: 'extend', of: id, lease: others, payment: bob().silent }, bob().peer)),
    ).toBe('UNKNOWN')
    const gap = { ...more, startsAt: NOW + 3_601n }
    expect(refusal(await at.desk.ask({ kind: 'extend', of: id, lease: gap, payment }, who.peer))).toBe('PAST')
    const answer = await at.desk.ask({ kind: 'extend', of: id, lease: more, payment }, who.peer)
    const [first, second] = [lease, more].map((each) => leaseId(domain, miner.address, each))
    expect(answer.kind).toBe('leased')
    const signed = at.desk
      .show()
      .flatMap((each) => (each.kind === 'standing' ? [openLease(domain, miner.address, each.lease).value] : []))
    expect(signed.map(({ agreement }) => agreement)).toEqual([first, second])
    expect(leasesContradict(domain, signed[0]!, signed[1]!)).toBe(false)
  })
})

test('whatever is asked at once and in any order, no two leases that are signed share a second', async () => {
  const at = await desk()
  const signed: Lease[] = []
  const people = [alice(), bob(), lessee(cast.stranger.signer, 'carol')]
  const asked = Array.from({ length: 60 }, async (_, i) => {
    const who = people[i % 3]!
    const startsAt = NOW + BigInt((i * 977) % 7_000)
    const lease = who.propose({ startsAt, endsAt: startsAt + 60n + BigInt((i * 131) % 1_800), nonce: BigInt(i) })
    // One voucher pays for whatever of these is taken.
    const payment = i < 3 ? await who.pay(lease, 0, credits(9_000_000)) : who.silent
    const answer = await at.desk.ask({ kind: 'book', lease, payment }, who.peer)
    if (answer.kind === 'leased') signed.push(openLease(domain, miner.address, answer.lease).value)
  })
  await Promise.all(asked)
  expect(signed.length).toBeGreaterThan(2)
  for (const a of signed) for (const b of signed) expect(leasesContradict(domain, a, b)).toBe(false)
})
