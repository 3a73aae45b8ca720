import { expect, test } from 'vitest'
import { ClaimBook } from '../../../node/market/claim-book.ts'
import { type ListedMiner, Prober } from '../../../node/market/prober.ts'
import { abortError } from '../../../protocols/kernel/errors.ts'
import { type Address, peerId } from '../../../protocols/kernel/ids.ts'
import { SeededRandom } from '../../../simulations/clock/seeded-random.ts'
import { VirtualClock } from '../../../simulations/clock/virtual-clock.ts'
import { directNetwork } from '../../support/nodes/direct-network.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const LISTED = 2_000
const addressOf = (i: number) => `0x${i.toString(16).padStart(40, '0')}` as Address

/** Whose profile is asked for in some hours; nobody has one, so nothing follows. */
async function askedOf(book: (clock: VirtualClock) => ClaimBook, seed: string): Promise<readonly number[]> {
  const clock = new VirtualClock()
  const asked: number[] = []
  await clock.until(
    (async () => {
      await using prober = new Prober({
        network: directNetwork(async function* () {}),
        clock,
        random: new SeededRandom(seed),
        hasher: crypto,
        perHour: 60,
        book: book(clock),
        *miners(): Generator<ListedMiner> {
          for (let i = 0; i < LISTED; i++) yield { miner: addressOf(i), peer: peerId(`miner ${i}`) }
        },
        profileOf: async (miner) => void asked.push(Number(miner)),
        onProbed: () => undefined,
        onFailure: (error) => {
          throw error
        },
      })
      prober.start()
      await new Promise<void>((resolve) => void clock.after(2 * 3_600_000, resolve))
    })(),
  )
  return asked
}

test('miners of a large directory are looked at wherever they stand in it', async () => {
  const asked = await askedOf((clock) => new ClaimBook(clock), 'large directory')
  expect(asked.length).toBeGreaterThan(60)
  // A quarter of them in each quarter of the list, give or take.
  const quarters = [0, 1, 2, 3].map((q) => asked.filter((i) => Math.floor((i * 4) / LISTED) === q).length)
  for (const count of quarters) expect(count).toBeGreaterThan(asked.length / 8)
})

async function firstRound(profileOf: (signal: AbortSignal) => Promise<undefined>) {
  const clock = new ManualClock()
  const book = new ClaimBook(clock)
  const failures: string[] = []
  const prober = new Prober({
    network: directNetwork(async function* () {}),
    clock,
    random: new SeededRandom('first round'),
    hasher: crypto,
    // Within seconds, and before a profile would be given up.
    perHour: 3_600,
    book,
    miners: () => [{ miner: addressOf(1), peer: peerId('miner') }],
    profileOf: (_, signal) => profileOf(signal),
    onProbed: () => undefined,
    onFailure: ({ code }) => void failures.push(code),
  })
  prober.start()
  clock.advance(15_000)
  for (let turn = 0; turn < 40; turn++) await Promise.resolve()
  return { clock, book, failures, prober }
}

test('a node that stops holds nothing against the miner whose profile it was looking for', async () => {
  const { clock, book, failures, prober } = await firstRound(
    (signal) => new Promise((_, fail) => signal.addEventListener('abort', () => fail(abortError(signal)))),
  )
  await prober[Symbol.asyncDispose]()
  expect([book.rows(), failures, clock.pending]).toEqual([[], [], 0])
})

test('a fault of this program is told as one, and holds nothing against a miner', async () => {
  const { book, failures, prober } = await firstRound(() => Promise.reject(new TypeError('x is undefined')))
  await prober[Symbol.asyncDispose]()
  expect([book.rows(), failures]).toEqual([[], ['BUG']])
})

test('a miner in doubt is looked at first, though thousands are listed', async () => {
  const doubted = addressOf(1_700)
  const asked = await askedOf((clock) => {
    const book = new ClaimBook(clock)
    book.note(doubted, { atMs: clock.nowMs() - 600_000, kind: 'slow' })
    return book
  }, 'one in doubt')
  expect(asked[0]).toBe(1_700)
})
