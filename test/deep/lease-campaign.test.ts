/**
 * Both sides of leases, killed with SIGKILL while they book: no two leases that a miner signed share a second, and a lessee neither pays
 * twice nor loses a lease.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { fromHex } from '../../protocols/kernel/bytes.ts'
import { decode } from '../../protocols/kernel/codec.ts'
import { priceOfSteps } from '../../protocols/rules/leasing/lease-price.ts'
import { leasesContradict } from '../../protocols/statements/contradiction.ts'
import { openSigned } from '../../protocols/statements/signed.ts'
import { type Lease, leaseType } from '../../protocols/statements/struct-types.ts'
import { proposedLeaseCodec } from '../../protocols/wire/lease/lease-terms.ts'
import { SeededRandom } from '../../simulations/clock/seeded-random.ts'
import { identityModel } from '../support/engines/onnx-models.ts'
import { jobNetwork } from '../support/nodes/job-network.ts'
import { ScriptProcess } from '../support/processes/child-process.ts'
import type { LeaseMessage } from '../support/processes/lease-forever.ts'
import type { LesseeMessage } from '../support/processes/lessee-forever.ts'
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

/** A step of ten seconds. */
const STEP = 50_000n
const LESSEE_LIFE_MS_MAX = 1_200
/** Each start of a node takes a second or two. */
const LESSEE_KILLS = Math.ceil(KILLS / 2)

test(`a lessee survives ${LESSEE_KILLS} deaths (seed ${SEED})`, async () => {
  const models = { identity: identityModel('uint8', ['n']) }
  const miner = { basePrice: '0.001', roles: ['miner', 'router'], leasePrice: '18' }
  await using mesh = await jobNetwork(models, { miners: [miner, miner, miner] })
  const { net } = mesh
  const random = new SeededRandom(BigInt(SEED))
  const folder = join(net.folder, 'lessee')
  const operators = net.miners.map(({ operator }) => operator!)
  const said: Record<string, number> = {}
  for (let life = 0; life < LESSEE_KILLS; life++) {
    await using process = new ScriptProcess<LesseeMessage>('lessee-forever.ts', [
      ...[net.networkPath, folder, String(SEED + life), ...operators],
    ])
    await process.until((messages) => messages.length > 0)
    await pause((random.bytes(1)[0]! / 256) * LESSEE_LIFE_MS_MAX)
    await process.kill()
    for (const message of process.messages) {
      const key = message.kind === 'failed' ? message.code : message.kind
      said[key] = (said[key] ?? 0) + 1
    }
  }
  const last = await net.add('lessee', { roles: ['client'], listen: [] })
  const list = () => last.client!.leases.list()
  const unsure = () => list().filter(({ state }) => state === 'asked' || state === 'leaving')
  await expect.poll(unsure, { timeout: 60_000, interval: 200 }).toEqual([])
  const goesOn = (id: string) => list().some((lease) => lease.id === id && lease.state !== 'ended')
  for (const { miner: role } of net.miners) {
    for (const { id, ended } of role!.leases!.leases()) expect(goesOn(id), id).toBe(ended === undefined)
  }
  await last[Symbol.asyncDispose]()
  for (const { settings } of net.miners) {
    using journal = new DatabaseSync(join(settings.dataFolder, 'journal.sqlite'), { readOnly: true })
    const leases = journal.prepare('SELECT proposed, steps FROM lease').all() as {
      proposed: Uint8Array
      steps: number
    }[]
    const prices = leases.map(({ proposed, steps }) => priceOfSteps(decode(proposedLeaseCodec, proposed), steps))
    const counters = journal.prepare('SELECT hex(due) AS due, hex(cumulative) AS paid FROM miner_counter').all()
    const [due, paid] = (['due', 'paid'] as const).map((column) => BigInt(`0x${counters[0]![column]}`)) as [
      bigint,
      bigint,
    ]
    // A first step that was paid for what was never signed pays the next one: there is never a second of them.
    expect(counters).toHaveLength(1)
    expect(due).toBe(prices.reduce((sum, price) => sum + price, 0n))
    expect([0n, STEP]).toContain(paid - due)
  }
  console.log(`over ${LESSEE_KILLS} deaths: ${JSON.stringify(said)}`)
  expect(Math.min(said.booked ?? 0, (said.extended ?? 0) + (said.left ?? 0))).toBeGreaterThan(LESSEE_KILLS / 4)
}, 900_000)
