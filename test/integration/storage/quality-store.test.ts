/** What a node remembers of quality, over restarts and damage. */
import { existsSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { QualityStore } from '../../../node/quality/quality-store.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { DataFolder } from '../../../node/storage/data-folder.ts'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import { address } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { Observation } from '../../../protocols/rules/qos/observation.ts'
import { paidReceipts } from '../../support/paid-receipts.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const nowS = Math.trunc(Date.now() / 1_000)
const [paid] = paidReceipts(['one'])
const { receipt } = paid!.proven
const attempt = receipt.agreement
const seen: readonly Observation[] = [
  {
    kind: 'answered',
    atS: nowS,
    miner: receipt.operator,
    doubtPercent: 3,
    attempt,
    latencyMs: 20,
    latencyClass: 'fast',
    weights: receipt.weights,
    price: credits(2n ** 60n),
    usage: 4n,
  },
  { kind: 'failed', atS: nowS - 5, miner: receipt.operator, doubtPercent: 0 },
  { kind: 'audited', atS: nowS, miner: receipt.operator, doubtPercent: 0, attempt, isMatch: true },
]

async function open(path: string) {
  const folder = DataFolder.open(path, { clock: systemClock, bytes: 65_536 })
  folder.markStarted()
  const damaged: MeshError[] = []
  const { reserve } = folder
  const onDamaged = (error: MeshError): void => void damaged.push(error)
  const store = new QualityStore(folder.file('scores'), { clock: systemClock, reserve, onDamaged })
  const remembered = await store.read()
  return {
    ...{ store, remembered, damaged, file: folder.file('scores') },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

test('a folder in which nothing was seen has no file, and one in which something was gives it back', async () => {
  const path = temporaryFolder()
  {
    await using opened = await open(path)
    const { store, remembered, file } = opened
    expect(remembered).toEqual({ observations: [], batches: [], reviews: [], liars: [] })
    await store.keep([])
    expect(existsSync(file)).toBe(false)
    await store.keep([...seen, { ...seen[1]!, atS: nowS - 100_000 }])
    const batch = { sequence: 2n ** 63n, atS: nowS, statement: Uint8Array.of(1, 2) }
    await store.keepBatch(batch, [{ atS: nowS, paid: paid! }])
    await store.keepReview({ attempt, miner: receipt.operator, stars: 4, atS: nowS })
    await store.keepReview({ attempt, miner: receipt.operator, stars: 1, atS: nowS })
    await store.keepLiar({ rater: receipt.operator, atMs: nowS * 1_000 })
    expect(store.receipt(attempt)).toEqual(paid)
  }
  await using again = await open(path)
  expect(again.remembered).toEqual({
    observations: seen,
    batches: [{ sequence: 2n ** 63n, atS: nowS, statement: Uint8Array.of(1, 2) }],
    reviews: [{ attempt, miner: receipt.operator, stars: 4, atS: nowS }],
    liars: [{ rater: receipt.operator, atMs: nowS * 1_000 }],
  })
  expect(again.store.receipt(attempt)).toEqual(paid)
})

test('a damaged file is put aside and told of, and the node goes on', async () => {
  const path = temporaryFolder()
  {
    await using opened = await open(path)
    await opened.store.keep(seen)
  }
  const file = `${path}/scores.sqlite`
  writeFileSync(file, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8_000, 7)]))
  await using opened = await open(path)
  expect(opened.damaged.map(({ code }) => code)).toEqual(['DATA_FOLDER_DAMAGED'])
  expect(opened.remembered.observations).toEqual([])
  expect(existsSync(`${file}.damaged`)).toBe(true)
  await opened.store.keep(seen)
})

test('what is no observation to this program, as one of a later program, is left out', async () => {
  const path = temporaryFolder()
  {
    await using opened = await open(path)
    await opened.store.keep(seen)
  }
  const database = new DatabaseSync(`${path}/scores.sqlite`)
  const [answered] = seen
  const strange = [
    'no JSON',
    'null',
    JSON.stringify({ ...seen[1], kind: 'dreamt' }),
    JSON.stringify({ ...seen[1], doubtPercent: 101 }),
    JSON.stringify({ ...answered, usage: '4', price: '-1' }),
    JSON.stringify({ ...answered, usage: 'four', price: '1' }),
  ]
  const insert = database.prepare('INSERT INTO observations (at_s, body) VALUES (?, ?)')
  for (const body of strange) insert.run(nowS, body)
  database.close()
  await using again = await open(path)
  expect(again.remembered.observations).toEqual(seen)
})

test('who was found lying more than a week ago is forgotten with the next one', async () => {
  const path = temporaryFolder()
  const [early, late] = ['0a', '0b'].map((byte) => address(`0x${byte.repeat(20)}`))
  {
    await using opened = await open(path)
    await opened.store.keepLiar({ rater: early!, atMs: (nowS - 8 * 86_400) * 1_000 })
    await opened.store.keepLiar({ rater: late!, atMs: nowS * 1_000 })
  }
  await using again = await open(path)
  expect(again.remembered.liars.map(({ rater }) => rater)).toEqual([late])
})
