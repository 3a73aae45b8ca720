import { expect, test } from 'vitest'
import { ClaimBook } from '../../../node/market/claim-book.ts'
import { type ListedMiner, Prober } from '../../../node/market/prober.ts'
import { type Address, peerId } from '../../../protocols/kernel/ids.ts'
import { SeededRandom } from '../../../simulations/clock/seeded-random.ts'
import { VirtualClock } from '../../../simulations/clock/virtual-clock.ts'
import { directNetwork } from '../../support/nodes/direct-network.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'

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

test('a miner in doubt is looked at first, though thousands are listed', async () => {
  const doubted = addressOf(1_700)
  const asked = await askedOf((clock) => {
    const book = new ClaimBook(clock)
    book.note(doubted, { atMs: clock.nowMs() - 600_000, kind: 'slow' })
    return book
  }, 'one in doubt')
  expect(asked[0]).toBe(1_700)
})
