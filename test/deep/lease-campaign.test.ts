/** A miner that leases its card as fast as it can, killed with SIGKILL while it books: no two leases that it signed share a second. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { fromHex } from '../../protocols/kernel/bytes.ts'
import { leasesContradict } from '../../protocols/statements/contradiction.ts'
import { openSigned } from '../../protocols/statements/signed.ts'
import { type Lease, leaseType } from '../../protocols/statements/struct-types.ts'
import { SeededRandom } from '../../simulations/clock/seeded-random.ts'
import { ScriptProcess } from '../support/child-process.ts'
import type { LeaseMessage } from '../support/lease-forever.ts'
import { domain } from '../support/statement-vectors/cast.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const KILLS = Number(process.env.AITBC_TEST_KILLS ?? 60)
const SEED = Number(process.env.AITBC_TEST_SEED ?? 20_260_101)
/** It lives so long once it is up. */
const LIFE_MS_MAX = 300

test(`a lease desk survives ${KILLS} deaths (seed ${SEED})`, async () => {
  const path = temporaryFolder()
  const random = new SeededRandom(BigInt(SEED))
  const startMs = Date.now()
  const signed: Lease[] = []
  const endsAt = new Map<string, bigint>()
  let refused = 0
  for (let life = 0; life < KILLS; life++) {
    await using process = new ScriptProcess<LeaseMessage>('lease-forever.ts', [
      path,
      String(SEED + life),
      String(startMs),
    ])
    await process.until((said) => said.length > 0)
    const [open] = process.messages
    if (open?.kind !== 'open') throw new Error('it says first what it holds')
    // Whatever it told anybody it still knows, for as long as its time is not over.
    const held = new Set(open.held)
    const lost = [...endsAt].filter(([id, end]) => end > BigInt(open.nowSeconds) && !held.has(id))
    expect(lost).toEqual([])
    await pause((random.bytes(1)[0]! / 256) * LIFE_MS_MAX)
    await process.kill()
    for (const message of process.messages) {
      if (message.kind === 'refused') refused++
      if (message.kind !== 'leased') continue
      const { value } = openSigned(domain, leaseType, fromHex(message.lease)!)
      signed.push(value)
      endsAt.set(message.id, value.endsAt)
    }
  }
  const inOrder = signed.toSorted((a, b) => (a.startsAt < b.startsAt ? -1 : 1))
  for (const [i, lease] of inOrder.entries()) {
    const next = inOrder[i + 1]
    if (next !== undefined) expect(leasesContradict(domain, lease, next)).toBe(false)
  }
  console.log(`${signed.length} leases signed and ${refused} refused over ${KILLS} deaths`)
  expect(signed.length).toBeGreaterThan(KILLS)
  expect(refused).toBeGreaterThan(KILLS)
}, 600_000)
