import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { breakAnswers } from '../../../bootstrap/demo/break-answers.ts'
import type { AuditBook } from '../../../node/client/auditing/audit-book.ts'
import { type AuditRow, auditedOf } from '../../../node/client/auditing/audit-row.ts'
import type { EdgeOptions } from '../../../node/client/running/infer-options.ts'
import type { EngineSession } from '../../../node/engines/engine.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { equalBytes, fromHex, toHex } from '../../../protocols/kernel/bytes.ts'
import { decode } from '../../../protocols/kernel/codec.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { agreementCodec } from '../../../protocols/statements/agreement.ts'
import { provenReceiptCodec, receiptIsProven } from '../../../protocols/statements/receipt-batch.ts'
import { agreementType } from '../../../protocols/statements/struct-types.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { perceptronModel } from '../../support/engines/onnx-models.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { domainOf } from '../../support/nodes/test-client.ts'

const WIDTH = 32

let mesh: JobNetwork
beforeAll(async () => {
  const client = { auditShare: 100, auditBudget: 100 }
  mesh = await jobNetwork({ perceptron: perceptronModel(WIDTH, 2) }, { miners: [{}, {}, {}, {}], client })
})
afterAll(() => mesh[Symbol.asyncDispose]())

const minerAt = (i: number): RunningNode => mesh.net.miners[i]!
const book = (): AuditBook => mesh.net.client.audits!.book
const sessionOf = (node: RunningNode): EngineSession => [...node.miner!.models.all()][0]!.seats[0]!.session

let asked = 0
const question = (): Tensor => {
  const from = ++asked
  return floats(
    'x',
    [1, WIDTH],
    Array.from({ length: WIDTH }, (_, i) => Math.sin(from * 100 + i)),
  )
}

/** Jobs at one miner, each answered and paid, and all that is drawn of them looked at. @returns what was found */
async function jobsAt(node: RunningNode | undefined, count: number, more: Partial<EdgeOptions> = {}) {
  const client = mesh.net.client.client!
  const before = book().rows().length
  const miners: Address[] = []
  for (let i = 0; i < count; i++) {
    const among =
      node === undefined ? {} : { among: ({ offer }: { offer: { miner: Address } }) => offer.miner === node.operator }
    const answer = await client.infer({ model: mesh.id('perceptron'), inputs: [question()], ...among, ...more })
    await answer.receipt
    miners.push(answer.miner)
    await mesh.net.client.audits!.auditor.settled()
  }
  return { miners, rows: book().rows().slice(before) }
}

const outcomes = (rows: readonly AuditRow[]) => rows.map((row) => auditedOf(row).outcome)

/** What audits cost is within what they may. */
function expectWithinBudget(): void {
  const { spent, audits } = book().money
  expect(audits).toBeLessThanOrEqual(spent)
}

describe('a client that audits what it is answered, over a real network,', () => {
  test('finds honest miners right, by others, at the price of jobs', async () => {
    const { rows } = await jobsAt(minerAt(0), 6)
    // The first two pay for the first audit: a referee may be needed.
    expect(rows).toHaveLength(5)
    for (const row of rows) {
      expect(row).toMatchObject({ by: 'twin', tolerance: 'tol32', share: 1_000_000, error: 0 })
      expect(row.parties.map(({ role, outcome }) => [role, outcome])).toEqual([
        ['audited', 'matched'],
        ['twin', 'matched'],
      ])
      expect(row.parties[1]!.miner).not.toBe(minerAt(0).operator)
      expect(row.parties.some((party) => 'receipt' in party)).toBe(false)
    }
    expect(book().money.audits).toBe(1_000n * BigInt(rows.length))
    expectWithinBudget()
    // They are jobs of this client in its list, and no requests of anybody.
    const stories = mesh.net.client.client!.stories.all()
    expect(stories.filter(({ isAudit }) => isAudit)).toHaveLength(rows.length)
    expect(mesh.net.client.state().requests.answered).toBe(6)
  })

  test('shows the input of a sensitive job to nobody else, and asks a canary of its form instead', async () => {
    const seen: Tensor[] = []
    const watched = [1, 2, 3].map((i) => {
      const session = sessionOf(minerAt(i))
      const { run } = session
      session.run = (inputs, options) => {
        seen.push(...inputs)
        return run.call(session, inputs, options)
      }
      return () => (session.run = run)
    })
    const secret = question()
    const rows: AuditRow[] = []
    // A canary costs one run more, for which there is room after some of them.
    while (rows.length === 0) rows.push(...(await jobsAt(minerAt(0), 1, { inputs: [secret], sensitive: true })).rows)
    for (const restore of watched) restore()
    expect(rows[0]).toMatchObject({ by: 'canary' })
    expect(outcomes(rows)).toEqual(['matched'])
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({ name: 'x', type: 'float32', dims: [1, WIDTH] })
    expect(equalBytes(seen[0]!.data, secret.data)).toBe(false)
    expectWithinBudget()
  })

  test('blames nobody for computing another way than those it asks', async () => {
    const other = minerAt(1)
    const seat = [...other.miner!.models.all()][0]!.seats[0]! as { kernelClass: string }
    const { kernelClass } = seat
    const session = sessionOf(other)
    const { run } = session
    // Its receipts name another arithmetic, and its numbers are a thousandth off.
    seat.kernelClass = `0x${'5a'.repeat(32)}`
    session.run = async (...call) => {
      const result = await run.apply(session, call)
      const outputs = result.outputs.map((tensor) => ({
        ...tensor,
        data: new Uint8Array(new Float32Array(tensor.data.slice().buffer).map((value) => value * 1.001).buffer),
      }))
      return { ...result, outputs }
    }
    const own = await jobsAt(other, 4)
    const others = await jobsAt(minerAt(0), 6)
    seat.kernelClass = kernelClass
    session.run = run
    expect(new Set(outcomes(own.rows))).toEqual(new Set(['inconclusive']))
    for (const row of own.rows) expect(auditedOf(row).why).toBe('no-twin')
    for (const row of others.rows) {
      const wasAsked = row.parties.some(({ miner }) => miner === other.operator)
      expect(auditedOf(row)).toMatchObject(
        wasAsked ? { outcome: 'inconclusive', why: 'other-class' } : { outcome: 'matched' },
      )
    }
    expect(book().standingOf(other.operator!)).not.toBe('doubted')
    expect(book().tallyOf(other.operator!).mismatched).toBe(0)
    expectWithinBudget()
  })

  test('finds a twin that lies by a referee, and believes who it lied about', async () => {
    const liar = minerAt(2)
    using broken = breakAnswers(liar)
    const found: AuditRow[] = []
    for (let i = 0; i < 60 && broken.lies === 0; i++) found.push(...(await jobsAt(minerAt(0), 1)).rows)
    const row = found.find(({ parties }) => parties.some(({ outcome }) => outcome === 'mismatched'))!
    const parties = new Map(row.parties.map((party) => [party.miner, party]))
    expect(auditedOf(row)).toMatchObject({ miner: minerAt(0).operator, outcome: 'matched' })
    expect(parties.get(liar.operator!)).toMatchObject({ role: 'twin', outcome: 'mismatched' })
    expect(row.parties[2]).toMatchObject({ role: 'referee', outcome: 'matched' })
    expect(book().standingOf(liar.operator!)).toBe('doubted')
    // A doubt and no more: it is dearer, and still asked.
    expect(book().isBarred(liar.operator!)).toBe(false)
    expect(book().factorOf(liar.operator!)).toBe(4)
  })

  test('catches a miner that always lies, keeps what convicts it, and gives it no work any more', async () => {
    const liar = minerAt(3)
    using _broken = breakAnswers(liar)
    const barred: Address[] = []
    using _listening = mesh.net.client.bus.listen(({ event }) => {
      if (event.kind === 'audit:barred') barred.push(event.miner)
    })
    // Others' jobs pay for what is found of it.
    await jobsAt(minerAt(0), 8)
    let jobs = 0
    while (!book().isBarred(liar.operator!) && jobs++ < 40) await jobsAt(liar, 1)
    expect(barred).toEqual([liar.operator])
    const row = book()
      .rows()
      .findLast((each) => auditedOf(each).miner === liar.operator)!
    expect(row.parties.map(({ outcome }) => outcome)).toEqual(['mismatched', 'matched', 'matched'])
    expect(row.where).toMatchObject({ output: 0, what: 'values' })
    const domain = domainOf(mesh.net)
    for (const party of row.parties) {
      const proven = decode(provenReceiptCodec, fromHex(party.receipt!)!)
      expect(receiptIsProven(domain, proven)).toBe(true)
      expect(proven.receipt).toMatchObject({
        operator: party.miner,
        agreement: party.attempt,
        outputRoot: party.outputRoot,
      })
      const agreement = decode(agreementCodec, fromHex(party.agreement!)!)
      expect(toHex(domain.structHash(agreementType, agreement))).toBe(party.attempt)
    }
    const { miners } = await jobsAt(undefined, 12)
    expect(miners).not.toContain(liar.operator)
    await expect(jobsAt(liar, 1)).rejects.toMatchObject({ code: 'NO_MINER' })
    expectWithinBudget()
  })

  test('finds out nothing where the twin goes down with the question', async () => {
    for (const node of [minerAt(1), minerAt(2)]) {
      sessionOf(node).run = async () => {
        // As if it were killed: nobody hears from it any more.
        await node.mesh[Symbol.asyncDispose]()
        throw new Error('nobody hears it')
      }
    }
    const rows: AuditRow[] = []
    // By now it is proven, and drawn for half of its jobs.
    for (let i = 0; i < 40 && rows.length === 0; i++)
      rows.push(...(await jobsAt(minerAt(0), 1, { deadlineMs: 1_500 })).rows)
    expect(auditedOf(rows[0]!)).toMatchObject({ outcome: 'inconclusive', why: 'twin-failed' })
    expect(rows[0]!.parties[1]).toMatchObject({ role: 'twin', outcome: 'inconclusive' })
    expect(book().standingOf(minerAt(0).operator!)).not.toBe('doubted')
    expectWithinBudget()
  })

  test('tells each miner in the end what was drawn of it, and none of it was picked', async () => {
    const client = mesh.net.client
    const drawn = book()
      .rows()
      .filter((row) => auditedOf(row).miner === minerAt(0).operator)
    await client[Symbol.asyncDispose]()
    const { unfair, falseSecrets, ...told } = minerAt(0).miner!.auditsTold.tally
    expect(told.matched + told.mismatched + told.inconclusive).toBe(drawn.length)
    expect({ unfair, falseSecrets }).toEqual({ unfair: 0, falseSecrets: 0 })
    expect(minerAt(3).miner!.auditsTold.tally.mismatched).toBeGreaterThanOrEqual(1)
  })
})
