/**
 * A week in which miners come and go: whether directories say the truth, and by how much they do not. Under the virtual network and
 * one seed, so that a failure can be run again: AITBC_TEST_SEED=… npx vitest run --project deep test/deep/week-of-churn.test.ts
 */
import { expect, test } from 'vitest'
import type { Address } from '../../protocols/kernel/ids.ts'
import { SeededRandom } from '../../simulations/clock/seeded-random.ts'
import { VirtualWorld } from '../../simulations/wire/virtual-world.ts'
import type { MemoryMinerJournal } from '../support/memory-miner-journal.ts'
import { crypto } from '../support/statement-vectors/cast.ts'
import { signerOf } from '../support/virtual/virtual-market.ts'
import { type VirtualMiner, virtualMiner } from '../support/virtual/virtual-miner.ts'

const SEED = process.env.AITBC_TEST_SEED ?? '20261126'
const MINERS = Number(process.env.AITBC_TEST_MINERS ?? 12)
const DAYS = Number(process.env.AITBC_TEST_DAYS ?? 7)
const MINUTE_MS = 60_000
/** A home machine: on for some hours, off for the night. */
const UP_MS = 8 * 60 * MINUTE_MS
const DOWN_MS = 3 * 60 * MINUTE_MS
/** Directories are looked at this often; a node that has just joined has two minutes to learn who is there. */
const LOOK_MS = 20 * MINUTE_MS
const SETTLED_MS = 2 * MINUTE_MS
/** Peers that a node remembers from before and dials when it comes back. */
const DOORS = 3
const LINK = { latencyMs: 40, jitterMs: 15, bytesPerSecond: 2_500_000, lossRate: 0.01 }

interface Home {
  readonly name: string
  miner: VirtualMiner | undefined
  journal: MemoryMinerJournal | undefined
  sinceMs: number
  turnsAtMs: number
}

test(`a week of churn among ${MINERS} miners leaves directories that agree with the truth`, async () => {
  const world = new VirtualWorld({ seed: SEED, hasher: crypto, link: LINK })
  const random = new SeededRandom(`${SEED}/homes`)
  const draw = (): number => new DataView(random.bytes(4).buffer).getUint32(0) / 2 ** 32
  const spell = (meanMs: number): number => -meanMs * Math.log(1 - draw())
  const now = (): number => world.clock.monotonicMs()
  const homes: Home[] = Array.from({ length: MINERS }, (_, i) => ({
    name: `home ${i}`,
    miner: undefined,
    journal: undefined,
    sinceMs: 0,
    turnsAtMs: spell(MINUTE_MS),
  }))
  const up = (): readonly VirtualMiner[] => homes.flatMap(({ miner }) => (miner === undefined ? [] : [miner]))

  const comeBack = async (home: Home): Promise<void> => {
    const options = { world, signer: signerOf(SEED, home.name), price: 100n, serviceMs: 50, syncs: true }
    const miner = virtualMiner({ ...options, ...(home.journal === undefined ? {} : { journal: home.journal }) })
    const others = [...up()].sort(() => draw() - 0.5).slice(0, DOORS)
    await world.clock.until(miner.join(others.map(({ node }) => node)))
    Object.assign(home, { miner, journal: miner.journal, sinceMs: now(), turnsAtMs: now() + spell(UP_MS) })
  }
  const goAway = async (home: Home, miner: VirtualMiner): Promise<void> => {
    Object.assign(home, { miner: undefined, turnsAtMs: now() + spell(DOWN_MS) })
    // Half of them say goodbye.
    const how = draw()
    if (how < 0.5) await world.clock.until(miner.stop())
    else if (how < 0.75) world.crash(miner.node.network.self)
    else world.vanish(miner.node.network.self)
  }

  const seen = { looks: 0, shown: 0, stale: 0, there: 0, missing: 0 }
  const look = (): void => {
    const truth = new Set<Address>(homes.flatMap((home) => (isSettled(home) ? [home.miner!.address] : [])))
    const alive = new Set<Address>(up().map(({ address }) => address))
    for (const home of homes) {
      if (!isSettled(home)) continue
      const { address, directory } = home.miner!
      const shown = [...directory.live()].map(({ offer }) => offer.miner).filter((miner) => miner !== address)
      seen.looks++
      seen.shown += shown.length
      seen.stale += shown.filter((miner) => !alive.has(miner)).length
      seen.there += truth.size - 1
      seen.missing += [...truth].filter((miner) => miner !== address && !shown.includes(miner)).length
    }
  }
  const isSettled = ({ miner, sinceMs }: Home): boolean => miner !== undefined && now() - sinceMs >= SETTLED_MS

  let turns = 0
  for (let lookAtMs = LOOK_MS; now() < DAYS * 24 * 60 * MINUTE_MS; ) {
    const next = homes.reduce((soonest, home) => (home.turnsAtMs < soonest.turnsAtMs ? home : soonest))
    if (lookAtMs <= next.turnsAtMs) {
      await world.clock.advance(Math.max(0, lookAtMs - now()))
      look()
      lookAtMs += LOOK_MS
      continue
    }
    await world.clock.advance(Math.max(0, next.turnsAtMs - now()))
    turns++
    if (next.miner === undefined) await comeBack(next)
    else await goAway(next, next.miner)
  }

  const [stale, missing] = [seen.stale / seen.shown, seen.missing / seen.there]
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`
  console.log(
    `seed ${SEED}: ${DAYS} days, ${turns} comings and goings, ${seen.looks} directories looked at: ` +
      `${percent(stale)} of the offers shown were of miners that had gone, ${percent(missing)} of the miners were missing`,
  )
  expect(seen.looks).toBeGreaterThan((DAYS * MINERS * 24 * 60) / 40)
  // An offer outlives its miner by five minutes at most, and half of the miners withdraw theirs: of 8 hours, half a hundredth.
  expect(stale).toBeLessThan(0.01)
  expect(missing).toBeLessThan(0.01)
})
