/**
 * Durable appends per second: the store's group commit against one transaction per append, on the same disk in the same run.
 * `node test/bench/journal.ts [seconds per case]`
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { systemClock } from '../../node/roles/system-clock.ts'
import { type Change, ChangeWriter } from '../../node/storage/apply-changes.ts'
import { DataFolder } from '../../node/storage/data-folder.ts'
import { migrate, type Schema } from '../../node/storage/migrations.ts'
import { openDatabase } from '../../node/storage/sqlite.ts'
import { Store } from '../../node/storage/store.ts'
import { percentile } from './support/distribution.ts'
import { countText, msText, tell, tellMachine } from './support/figures.ts'

const seconds = Number(process.argv[2] ?? 3)

const schema: Schema = {
  applicationId: 1,
  migrations: [
    'CREATE TABLE batch (sequence INTEGER PRIMARY KEY, receipts BLOB NOT NULL) STRICT; CREATE TABLE final (attempt BLOB PRIMARY KEY, sequence INTEGER NOT NULL) STRICT, WITHOUT ROWID',
  ],
}

let sequence = 0
/** One receipt of 250 bytes and its entry in the index of attempts: what the journal writes for a lone job. */
function change(): Change {
  sequence++
  return [
    { sql: 'INSERT INTO batch (sequence, receipts) VALUES (?, ?)', each: [[sequence, new Uint8Array(250)]] },
    { sql: 'INSERT INTO final (attempt, sequence) VALUES (?, ?)', each: [[randomBytes(32), sequence]] },
  ]
}

interface Appends {
  readonly appendsPerSecond: number
  readonly latencyMsP50: number
  readonly latencyMsP99: number
  readonly loopBlockedMsP99: number
}

async function measure(writers: number, append: () => Promise<unknown>): Promise<Appends> {
  const loop = monitorEventLoopDelay({ resolution: 1 })
  const latencies: number[] = []
  const endMs = performance.now() + seconds * 1_000
  const write = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const startMs = performance.now()
      await append()
      latencies.push(performance.now() - startMs)
    }
  }
  loop.enable()
  const startMs = performance.now()
  await Promise.all(Array.from({ length: writers }, write))
  const elapsedMs = performance.now() - startMs
  loop.disable()
  latencies.sort((a, b) => a - b)
  const at = (share: number): number => percentile(latencies, share)
  return {
    appendsPerSecond: (latencies.length / elapsedMs) * 1_000,
    latencyMsP50: at(0.5),
    latencyMsP99: at(0.99),
    // The monitor's own resolution of a millisecond is part of it.
    loopBlockedMsP99: loop.percentile(99) / 1e6,
  }
}

tellMachine()
const path = mkdtempSync(join(tmpdir(), 'aitbc-bench-'))
try {
  const oneByOne = new Map<number, Appends>()
  const single = join(path, 'single.sqlite')
  const database = openDatabase(single)
  migrate(database, single, schema)
  const writer = new ChangeWriter(database)
  for (const writers of [1, 32]) {
    const each = await measure(writers, async () => {
      writer.apply([change()])
      // Lets the loop turn, as anything that serves peers must.
      await new Promise(setImmediate)
    })
    oneByOne.set(writers, each)
  }
  database.close()

  using folder = DataFolder.open(join(path, 'node'), { clock: systemClock })
  await using store = await Store.open(join(folder.path, 'bench.sqlite'), schema, {
    clock: systemClock,
    reserve: folder.reserve,
  })
  for (const writers of [1, 32, 256]) {
    const grouped = await measure(writers, () => store.append(change()))
    const base = oneByOne.get(Math.min(writers, 32))!
    const text = (of: Appends): string =>
      `${countText(of.appendsPerSecond)}; ${msText(of.latencyMsP50)} at p50, ${msText(of.latencyMsP99)} at p99; loop held up ${msText(of.loopBlockedMsP99)} at p99`
    tell({
      asks: `durable appends a second, ${writers} writers`,
      found: text(grouped),
      baseline: `${text(base)} with a transaction for each`,
      ratio: grouped.appendsPerSecond / base.appendsPerSecond,
    })
  }
} finally {
  rmSync(path, { recursive: true, force: true })
}
