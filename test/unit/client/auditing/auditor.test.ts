import { describe, expect, it } from 'vitest'
import { auditedOf } from '../../../../node/client/auditing/audit-row.ts'
import { JOB_BYTES_MAX } from '../../../../node/client/auditing/held-tensors.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { PPM } from '../../../../protocols/rules/auditing/audit-share.ts'
import { AuditedMarket, addressOf, type ModelledMiner, question } from '../../../support/virtual/audited-market.ts'

const ALL = { share: PPM }
const honest = (): ModelledMiner => ({})
const liar = (): ModelledMiner => ({ answer: (input) => input + 7 })
const market = (miners: readonly ModelledMiner[], options = {}) => new AuditedMarket(miners, { ...ALL, ...options })

/** Enough that two audits at the highest price are paid for. */
function earn(net: AuditedMarket, count = 40): void {
  for (let i = 0; i < count; i++) net.book.spent(credits(1_000))
}

describe('an auditor', () => {
  it('has another miner compute what was drawn, for what a job costs, and credits both', async () => {
    const net = market([honest(), honest(), honest()])
    earn(net)
    await net.job(0)
    expect(net.runs).toHaveLength(1)
    expect(net.runs[0]!.miner).not.toBe(addressOf(0))
    expect(net.rows).toHaveLength(1)
    expect(net.rows[0]!.parties.map(({ outcome }) => outcome)).toEqual(['matched', 'matched'])
    expect(net.rows[0]).toMatchObject({ tolerance: 'tol32', cost: '1000', error: 0 })
    expect(net.book.money.audits).toBe(1_000n)
    expect(net.book.tallyOf(addressOf(0))).toMatchObject({ matched: 1 })
    expect(net.book.tallyOf(net.runs[0]!.miner)).toMatchObject({ matched: 1 })
  })

  it('asks nobody where nothing is drawn', async () => {
    const net = market([honest(), honest()], { share: 0 })
    earn(net)
    await net.job(0)
    expect(net.runs).toEqual([])
    expect(net.auditor.open).toBe(0)
  })

  it('draws about as many as its share says', async () => {
    const net = market([honest(), honest(), honest()], { share: 100_000, budgetShare: PPM })
    for (let i = 0; i < 300; i++) await net.job(i % 3)
    expect(net.rows.length).toBeGreaterThan(10)
    expect(net.rows.length).toBeLessThan(50)
  })

  it('finds a liar by two that agree, bars it at the third, and looks at nothing of it any more', async () => {
    const net = market([liar(), honest(), honest(), honest(), honest()])
    earn(net)
    for (let i = 1; i <= 3; i++) {
      await net.job(0)
      expect(auditedOf(net.rows.at(-1)!)).toMatchObject({ miner: addressOf(0), outcome: 'mismatched' })
      expect(net.rows.at(-1)!.parties).toHaveLength(3)
      expect(net.book.isBarred(addressOf(0))).toBe(i === 3)
      expect(net.book.factorOf(addressOf(0))).toBe(4 ** i)
    }
    expect(net.barred).toEqual([addressOf(0)])
    const { length } = net.runs
    await net.job(0)
    expect(net.runs).toHaveLength(length)
    // A week later it begins anew, and is looked at each time.
    await net.clock.advance(8 * 86_400_000)
    expect(net.book.isBarred(addressOf(0))).toBe(false)
  })

  it('finds the twin that lies, and believes who it lied about', async () => {
    const net = market([honest(), liar(), honest(), honest()])
    earn(net)
    for (let i = 0; i < 40 && net.book.tallyOf(addressOf(1)).mismatched === 0; i++) await net.job(0)
    const row = net.rows.find(({ parties }) => parties[1]?.outcome === 'mismatched')!
    expect(row.parties.map(({ role, outcome }) => [role, outcome])).toEqual([
      ['audited', 'matched'],
      ['twin', 'mismatched'],
      ['referee', 'matched'],
    ])
    expect(net.book.tallyOf(addressOf(0)).mismatched).toBe(0)
    // Who is in doubt judges nobody.
    const asked = net.runs.length
    for (let i = 0; i < 10; i++) await net.job(0)
    expect(net.runs.slice(asked).map(({ miner }) => miner)).not.toContain(addressOf(1))
  })

  it.each<[string, readonly ModelledMiner[], string]>([
    ['there is nobody else', [honest()], 'no-twin'],
    ['others compute another way', [honest(), { kernels: 'onnxruntime/1.30.0/cuda/fp32/nvidia-8.9' }], 'no-twin'],
    ['the other is of the same owner', [{ owner: addressOf(77) }, { owner: addressOf(77) }], 'no-twin'],
    ['the other is in the same network', [{ network: '10.0.0.0/24' }, { network: '10.0.0.0/24' }], 'no-twin'],
    ['the other asks for more than twice', [honest(), { price: 2_001 }], 'no-twin'],
    ['the twin gives no answer', [honest(), { answer: () => undefined }], 'twin-failed'],
    ['two differ and there is no third', [liar(), honest()], 'no-referee'],
    ['all three differ', [liar(), honest(), { answer: (input) => -input }], 'undecided'],
  ])('finds out nothing where %s, and blames nobody', async (_, miners, why) => {
    const net = market(miners)
    earn(net)
    await net.job(0)
    expect(net.rows).toHaveLength(1)
    for (const party of net.rows[0]!.parties) expect(party).toMatchObject({ outcome: 'inconclusive', why })
    for (const [i] of miners.entries()) {
      expect(net.book.standingOf(addressOf(i))).toBe('untested')
      expect(net.book.factorOf(addressOf(i))).toBe(1)
      expect(net.book.tallyOf(addressOf(i))).toMatchObject({ matched: 0, mismatched: 0 })
    }
  })

  it('holds nothing against miners of a model over which most of a class differ', async () => {
    let noise = 0
    const net = market(Array.from({ length: 7 }, (_, i) => (i < 5 ? { answer: (x: number) => x + ++noise } : honest())))
    earn(net, 400)
    for (let round = 0; round < 8; round++)
      for (let i = 0; i < 5; i++) if (!net.book.isBarred(addressOf(i))) await net.job(i)
    // A few mismatches were found before it was clear that it is the model.
    expect(net.rows.some(({ parties }) => parties[0]!.why === 'unsteady')).toBe(true)
    expect(net.barred).toEqual([])
  })

  it('never spends more than its part of what jobs cost, whatever it finds', async () => {
    const net = market([liar(), honest(), honest(), liar(), { price: 1_900 }], { share: PPM, budgetShare: 200_000 })
    for (let i = 0; i < 120; i++) {
      await net.job([0, 1, 2, 3][i % 4]!)
      const { spent, audits } = net.book.money
      expect(audits * 5n).toBeLessThanOrEqual(spent)
    }
    expect(net.rows.length).toBeGreaterThan(5)
    expect(net.skipped).toContain('budget')
  })

  it('sets money aside while audits run, so that many at once cost no more either', async () => {
    const net = market([honest(), honest(), honest()], { budgetShare: 100_000, delayMsMax: 1_000 })
    for (let i = 0; i < 100; i++) net.begin(0)
    await net.settled()
    const { spent, audits } = net.book.money
    expect(spent).toBe(100_000n)
    expect(audits).toBeLessThanOrEqual(10_000n)
    expect(audits).toBe(1_000n * BigInt(net.rows.length))
    expect(net.auditor.heldBytes).toBe(0)
  })

  it('comes at times that tell nothing, and lets go of what it held', async () => {
    const net = market([honest(), honest(), honest()], { delayMsMax: 10_000 })
    earn(net)
    for (let i = 0; i < 6; i++) net.begin(0)
    expect(net.auditor.heldBytes).toBeGreaterThan(0)
    await net.settled()
    expect(Math.max(...net.runs.map(({ atMs }) => atMs))).toBeGreaterThan(2_000)
    expect(new Set(net.runs.map(({ atMs }) => Math.round(atMs))).size).toBe(6)
    expect(net.auditor.heldBytes).toBe(0)
  })

  it('keeps a copy: what an application does with its tensors afterwards changes nothing', async () => {
    const net = market([honest(), honest(), honest()], { delayMsMax: 1_000 })
    earn(net)
    const job = net.begin(0)
    job.inputs[0]!.data.fill(0)
    job.outputs[0]!.data.fill(65)
    await net.settled()
    expect(auditedOf(net.rows[0]!).outcome).toBe('matched')
  })

  it('leaves out what is too large to be kept, and what has no receipt', async () => {
    const net = market([honest(), honest(), honest()])
    earn(net)
    const data = new Uint8Array(JOB_BYTES_MAX + 4)
    const large = { name: 'x', type: 'float32' as const, dims: [data.length / 4], byteLength: data.length, data }
    const job = net.begin(0, { outputs: [large] })
    await net.settled()
    expect(job.outputs).toHaveLength(1)
    expect(net.skipped).toEqual(['size'])
    net.begin(0, { receipt: Promise.reject(new MeshError('RECEIPT_WITHHELD', { attempt: 'a', ms: 1 })) })
    await net.settled()
    expect(net.runs).toEqual([])
    expect(net.failures).toEqual([])
    expect(net.auditor.heldBytes).toBe(0)
  })

  it('looks for nobody where there was nobody ten seconds ago, and looks again then', async () => {
    const net = market([honest()])
    earn(net)
    for (let i = 0; i < 5; i++) await net.job(0)
    expect(net.rows.map((row) => auditedOf(row).why)).toEqual(['no-twin'])
    expect(net.skipped).toEqual(Array(4).fill('nobody'))
    await net.clock.advance(10_000)
    await net.job(0)
    expect(net.rows).toHaveLength(2)
  })

  it('looks again at once where there was nobody at the price, and it may pay twice as much by now', async () => {
    const net = market([honest(), { price: 1_500 }], { budgetShare: PPM })
    // Twin and referee are paid of what was spent: after the second job 1,000 each, after the fourth 2,000.
    for (let i = 0; i < 4; i++) await net.job(0)
    expect(net.skipped).toEqual(['budget', 'nobody'])
    expect(net.rows.map((row) => auditedOf(row).why)).toEqual(['no-twin', undefined])
  })

  it('lets go of what is drawn beyond sixty-four that wait', async () => {
    const net = market([honest(), honest(), honest()], { delayMsMax: 60_000 })
    earn(net, 1_000)
    for (let i = 0; i < 70; i++) net.begin(0)
    await net.settled()
    expect(net.rows).toHaveLength(64)
    expect(net.skipped).toEqual(Array(6).fill('busy'))
    expect(net.auditor.heldBytes).toBe(0)
  })

  it('sends a canary to the miner and a twin where the input is private', async () => {
    const net = market([honest(), honest(), honest()])
    earn(net)
    const secret = question(1)
    await net.job(0, { inputs: [secret], isSensitive: true })
    expect(net.runs.map(({ miner }) => miner)[0]).toBe(addressOf(0))
    expect(net.runs).toHaveLength(2)
    const [first, second] = net.runs
    expect(first!.inputs).toEqual(second!.inputs)
    expect(first!.inputs[0]).toMatchObject({ name: 'x', type: 'float32', dims: secret.dims })
    expect(first!.inputs[0]!.data).not.toEqual(secret.data)
    expect(net.rows[0]).toMatchObject({ by: 'canary', cost: '2000' })
    expect(auditedOf(net.rows[0]!).outcome).toBe('matched')
  })

  it('pays for a look at a job of a leased card what such a job costs, and not whatever there is', async () => {
    const net = market([{ isLeased: true }, { price: 15_000 }], { budgetShare: PPM })
    earn(net)
    await net.job(0)
    expect(net.runs).toEqual([])
    const fair = market([{ isLeased: true }, { price: 1_500 }])
    earn(fair)
    await fair.job(0)
    expect(fair.book.money.audits).toBe(1_500n)
  })

  it.each([
    ['twice the job', {}, 2_000n],
    ['nothing, where its card is leased', { isLeased: true }, 1n],
  ])('lets the miner itself ask for a canary no more than %s', async (_, facts, priceMax) => {
    const net = market([facts, honest(), honest()], { budgetShare: PPM })
    earn(net)
    await net.job(0, { isSensitive: true })
    expect(net.runs[0]).toMatchObject({ miner: addressOf(0), priceMax })
  })

  it('makes no canary in the form of what is too large to be kept', async () => {
    /** Nobody looks at what is in it. */
    class Unread extends Uint8Array<ArrayBuffer> {
      override get buffer(): ArrayBuffer {
        throw new Error('it was read')
      }
    }
    const net = market([honest(), honest(), honest()])
    earn(net)
    const large = { name: 'x', type: 'float32', dims: [JOB_BYTES_MAX / 4 + 1], byteLength: JOB_BYTES_MAX + 4 } as const
    const inputs = [{ ...large, data: new Unread(new ArrayBuffer(JOB_BYTES_MAX + 4)) }]
    const { outputs } = net.begin(0)
    net.auditor.finished({ ...net.begin(0), inputs, outputs, isSensitive: true })
    await net.settled()
    expect(net.skipped).toEqual(['size'])
  })

  it('asks the canary that it was given, and finds who lies to it', async () => {
    const net = market([liar(), honest(), honest()])
    earn(net)
    const public_ = question(99)
    await net.job(0, { isSensitive: true, canary: [public_] })
    expect(net.runs.map(({ inputs }) => inputs[0]!.data)).toEqual([public_.data, public_.data, public_.data])
    expect(auditedOf(net.rows[0]!).outcome).toBe('mismatched')
  })

  it('comes with a canary in a gap as the jobs of its client have', async () => {
    const net = market([honest(), honest(), honest()], { delayMsMax: 30_000 })
    earn(net)
    for (let i = 0; i < 3; i++) {
      await net.job(0)
      await net.clock.advance(4_000)
    }
    const atMs = net.clock.monotonicMs()
    await net.job(0, { isSensitive: true })
    const [first] = net.runs.filter((run) => run.atMs >= atMs)
    expect(first!.atMs - atMs).toBeGreaterThanOrEqual(4_000)
  })

  it('finds out nothing where the miner does not answer the canary', async () => {
    const silent: ModelledMiner = {}
    const net = market([silent, honest(), honest()])
    earn(net)
    const job = net.begin(0, { isSensitive: true })
    silent.answer = () => undefined
    await net.settled()
    expect(job.isSensitive).toBe(true)
    expect(auditedOf(net.rows[0]!)).toMatchObject({ outcome: 'inconclusive', why: 'no-answer' })
  })

  it('ends at once when its node stops, and spends nothing more', async () => {
    const net = market([honest(), honest(), honest()], { delayMsMax: 60_000 })
    earn(net)
    for (let i = 0; i < 5; i++) net.begin(0)
    await net.clock.until(net.auditor[Symbol.asyncDispose]())
    expect(net.auditor.open).toBe(0)
    expect(net.auditor.heldBytes).toBe(0)
    expect(net.failures).toEqual([])
    expect(net.book.money.audits).toBe(1_000n * BigInt(net.rows.length))
    net.begin(0)
    expect(net.auditor.heldBytes).toBe(0)
  })
})
