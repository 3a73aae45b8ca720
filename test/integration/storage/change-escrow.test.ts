import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SignedVoucher } from '../../../node/client/paying/client-journal.ts'
import { purse } from '../../../node/client/paying/purse.ts'
import { type Address, address, ZERO_ADDRESS } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { AGREEMENTS_HASH_START } from '../../../protocols/statements/agreements-hash.ts'
import '../../support/property-seed.ts'
import { newSigner } from '../../support/nodes/test-client.ts'
import { type OpenJournal, openJournal } from '../../support/open-journal.ts'
import { attemptOf, finalOf, hashOfWord, OPERATOR } from '../../support/receipts.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { marketDomain as testDomain } from '../../support/virtual/virtual-market.ts'

const [OLD, NEW] = [address(`0x${'01'.repeat(20)}`), address(`0x${'02'.repeat(20)}`)]
const session = newSigner()
const ID = `${session.address}/${session.address}/0x${'00'.repeat(32)}`
const LINE = `${session.address}/${session.address}/${OPERATOR}`

const bytesOf = (escrow: Address, cumulative: bigint): Uint8Array =>
  purse(testDomain, escrow, session).sign(OPERATOR, credits(cumulative), hashOfWord(`${cumulative}`))

const minerVoucher = (escrow: Address, cumulative: bigint) => ({
  counter: ID,
  cumulative: credits(cumulative),
  agreementsHash: hashOfWord(`${cumulative}`),
  bytes: bytesOf(escrow, cumulative),
  grant: undefined,
  atMs: 7,
})

const clientVoucher = (escrow: Address, cumulative: bigint, before: string, ...paid: string[]): SignedVoucher => ({
  cumulative: credits(cumulative),
  hashBefore: hashOfWord(before),
  hashAfter: hashOfWord(`${cumulative}`),
  agreements: paid.map(attemptOf),
  bytes: bytesOf(escrow, cumulative),
})

/** Opens the journals of one folder one after another, as a node that is started again and again. */
function startsOn(path: string) {
  let open: OpenJournal | undefined
  return async (escrow: Address) => {
    await open?.[Symbol.asyncDispose]()
    open = await openJournal(path, { journal: { escrow } })
    return open.journal
  }
}

test('what was promised under the old escrow is kept to be redeemed there, and the counter starts anew with what was not promised', async () => {
  const start = startsOn(join(temporaryFolder(), 'node'))
  const before = (await start(OLD)).miner
  await before.recordFinals(1n, [finalOf('a', ID, 90n), finalOf('b', ID, 30n)])
  await before.recordVoucher(minerVoucher(OLD, 90n))
  await before.recordForgiven(ID, credits(10))
  await before.recordRedeemed([{ counter: ID, claimed: credits(40) }])

  const { miner } = await start(NEW)
  expect(miner.counter(ID)).toEqual({
    due: 20n,
    forgiven: 0n,
    cumulative: 0n,
    agreementsHash: AGREEMENTS_HASH_START,
    grant: undefined,
  })
  expect(miner.unredeemed(9)).toEqual([])
  expect(miner.unredeemedOf(session.address)).toBe(0n)
  expect(miner.retiredEscrows()).toEqual([OLD])
  const held = { counter: ID, cumulative: 90n, redeemed: 40n, sinceMs: 7, bytes: bytesOf(OLD, 90n) }
  expect(miner.retired(OLD).unredeemed(9)).toMatchObject([held])
  // A receipt of before is still this client's.
  expect(miner.batchesOf([attemptOf('a')], ID)).toHaveLength(1)

  await miner.recordVoucher(minerVoucher(NEW, 5n))
  await miner.retired(OLD).recordRedeemed([{ counter: ID, claimed: credits(90) }])
  expect(miner.retiredEscrows()).toEqual([])
  expect(miner.unredeemed(9)).toMatchObject([{ counter: ID, cumulative: 5n, redeemed: 0n }])
  const again = (await start(NEW)).miner
  expect(again.counter(ID)).toMatchObject({ due: 20n, cumulative: 5n })
})

test('a client begins a counter anew too, and promises under the new escrow what it owes', async () => {
  const start = startsOn(join(temporaryFolder(), 'node'))
  const before = (await start(OLD)).client
  const owed = (words: readonly string[]) => words.map((word) => ({ attempt: attemptOf(word), price: credits(3) }))
  await before.recordReceipts(LINE, OPERATOR, owed(['a', 'b']))
  await before.recordVoucher(LINE, OPERATOR, clientVoucher(OLD, 3n, 'start', 'a'))
  const { client } = await start(NEW)
  expect(client.counter(LINE)).toEqual({ voucher: undefined, unpaid: owed(['b']) })
  expect(client.promisedBy(session.address, session.address)).toBe(0n)
  expect(client.owing()).toEqual([LINE])
  await client.recordVoucher(LINE, OPERATOR, clientVoucher(NEW, 3n, 'start', 'b'))
  expect((await start(NEW)).client.counter(LINE).voucher?.cumulative).toBe(3n)
})

test('a network that moves back goes on with its old counters, and owes on top what was not promised meanwhile', async () => {
  const start = startsOn(join(temporaryFolder(), 'node'))
  const first = await start(OLD)
  await first.miner.recordFinals(1n, [finalOf('a', ID, 90n)])
  await first.miner.recordVoucher(minerVoucher(OLD, 90n))
  await first.client.recordVoucher(LINE, OPERATOR, clientVoucher(OLD, 90n, 'start', 'a'))
  const second = await start(NEW)
  await second.miner.recordFinals(2n, [finalOf('b', ID, 12n)])
  await second.miner.recordVoucher(minerVoucher(NEW, 7n))
  await second.client.recordVoucher(LINE, OPERATOR, clientVoucher(NEW, 7n, 'start', 'b'))
  const third = await start(OLD)
  expect(third.miner.counter(ID)).toMatchObject({ due: 95n, cumulative: 90n, agreementsHash: hashOfWord('90') })
  expect(third.client.counter(LINE).voucher?.cumulative).toBe(90n)
  expect(third.miner.retired(NEW).unredeemed(9)).toMatchObject([{ cumulative: 7n }])
  const fourth = await start(NEW)
  expect(fourth.miner.counter(ID)).toMatchObject({ due: 12n, cumulative: 7n })
  expect(fourth.client.counter(LINE).voucher?.cumulative).toBe(7n)
})

test('what was owed while a table stood in for the chain becomes no debt in money', async () => {
  const start = startsOn(join(temporaryFolder(), 'node'))
  const table = await start(ZERO_ADDRESS)
  await table.miner.recordFinals(1n, [finalOf('a', ID, 90n)])
  await table.miner.recordVoucher(minerVoucher(ZERO_ADDRESS, 60n))
  await table.client.recordReceipts(LINE, OPERATOR, [{ attempt: attemptOf('b'), price: credits(9) }])
  await table.client.recordVoucher(LINE, OPERATOR, clientVoucher(ZERO_ADDRESS, 60n, 'start', 'a'))
  const { miner, client } = await start(NEW)
  expect(miner.counter(ID)).toMatchObject({ due: 0n, cumulative: 0n })
  expect(client.counter(LINE)).toEqual({ voucher: undefined, unpaid: [] })
})

test('whatever the order of moves and vouchers, each escrow is owed what was promised under it, and the rest once', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('move' as const), to: fc.constantFrom(OLD, NEW) }),
    fc.record({ kind: fc.constant('earn' as const), price: fc.bigInt(1n, 50n) }),
    fc.record({ kind: fc.constant('promise' as const), share: fc.integer({ min: 1, max: 4 }) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const start = startsOn(join(temporaryFolder(), 'node'))
      let now = OLD
      let { miner } = await start(now)
      const promised = new Map<Address, bigint>()
      let earned = 0n
      let sequence = 0n
      for (const each of steps) {
        const counter = miner.counter(ID)
        if (each.kind === 'move') {
          now = each.to
          miner = (await start(now)).miner
        } else if (each.kind === 'earn') {
          sequence++
          await miner.recordFinals(sequence, [finalOf(`${sequence}`, ID, each.price)])
          earned += each.price
        } else {
          const rest = (counter?.due ?? 0n) - (counter?.cumulative ?? 0n)
          const more = rest / BigInt(each.share)
          if (more === 0n) continue
          const cumulative = (counter?.cumulative ?? 0n) + more
          await miner.recordVoucher(minerVoucher(now, cumulative))
          promised.set(now, cumulative)
        }
      }
      const { due, cumulative } = miner.counter(ID) ?? { due: 0n, cumulative: 0n }
      expect(cumulative).toBe(promised.get(now) ?? 0n)
      const other = now === OLD ? NEW : OLD
      const apart = miner.retired(other).unredeemed(9)[0]?.cumulative ?? 0n
      expect(apart).toBe(promised.get(other) ?? 0n)
      expect(due + apart).toBe(earned)
    }),
    { numRuns: 12 },
  )
}, 60_000)
