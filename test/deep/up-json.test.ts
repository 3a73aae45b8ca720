import { describe, expect, test } from 'vitest'
import { cli } from '../support/processes/cli-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const aitbc = (...words: string[]) => cli(words, { env: { HOME: temporaryFolder() } })

describe('aitbc up --once', () => {
  test('a second time on its folder remembers who lied, makes nobody lie, and ends well too', async () => {
    const words = ['up', '--once', '--json', '--data', temporaryFolder()]
    const marketOf = ({ code, out, err }: Awaited<ReturnType<typeof aitbc>>) => {
      expect(code, `${out.slice(-2_000)}\n${err.slice(-1_000)}`).toBe(0)
      const lines = out.trimEnd().split('\n')
      return lines.map((line) => JSON.parse(line)).find(({ market }) => market !== undefined).market
    }
    const first = marketOf(await aitbc(...words))
    const again = marketOf(await aitbc(...words))
    expect(first.lies).toBeGreaterThan(0)
    expect(again).toMatchObject({ liar: first.liar, lies: 0, isFound: true, jobsBefore: 0, jobsAfter: 12 })
    expect(again.miners.find(({ miner }: { miner: string }) => miner === first.liar).after).toBe(0)
  })

  test('with --json prints one object a job, with the evidence whole', async () => {
    const { code, out, err } = await aitbc('up', '--once', '--json', '--data', temporaryFolder())
    expect(code, `${out.slice(-2_000)}\n${err.slice(-1_000)}`).toBe(0)
    const results = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const { books, published } = results.pop()
    expect(published).toMatchObject({ checked: 3, same: 3 })
    const { market } = results.pop()
    expect(results.map(({ model, answers }) => [model, answers[0][0].label])).toEqual([
      ['characters', 'A'],
      ['languages', 'German (de)'],
    ])
    const hash = expect.stringMatching(/^0x[0-9a-f]{64}$/)
    for (const result of results) {
      expect(result).toMatchObject({
        job: expect.stringMatching(/^[0-9a-f]{32}$/),
        modelId: expect.stringMatching(/^baf/),
        attempt: hash,
        attempts: 1,
        miner: expect.stringMatching(/^0x[0-9a-f]{40}$/),
        waitedMs: expect.any(Number),
        computedMs: expect.any(Number),
        roundTripMs: expect.any(Number),
        totalMs: expect.any(Number),
        outputs: [expect.objectContaining({ datatype: 'FP32', data: expect.any(Array) })],
        receipt: { batch: hash, outputRoot: hash, price: result.price },
        voucher: { cumulative: result.price, agreementsHash: hash },
        problem: null,
        settles: true,
        written: [],
      })
      expect(result.totalMs).toBeGreaterThanOrEqual(result.roundTripMs)
      expect(result.roundTripMs).toBeGreaterThanOrEqual(result.computedMs)
    }
    expect(results[0].service).toMatchObject({ verdict: 'on-time', paid: '1000', compensation: '0', witnesses: 2 })
    // The cheapest miner of each model was asked.
    expect(results.map(({ price }) => price)).toEqual(['1000', '1500'])
    const change = Object.fromEntries(
      books.map(({ who, what, before, after }: Record<string, string>) => [
        `${who}, ${what}`,
        BigInt(after!) - BigInt(before!),
      ]),
    )
    // What the client spent is what the miners earned and what will be burned, to the credit.
    const earned = [1, 2, 3].map((i) => change[`miner ${i}, earned`]!)
    const burned = change['nobody, fees to be burned']!
    expect(earned.reduce((sum, each) => sum + each, burned)).toBe(-change['client, in escrow']!)
    expect(change).toMatchObject({ 'reporters, rewards that wait': 0n, 'everybody else, tokens': 0n })
    expect(market).toMatchObject({ auditShare: 50, isFound: true, jobsAfter: 12 })
    const [liar, ...honest] = market.miners
    expect(liar).toMatchObject({ miner: market.liar, after: 0, matched: 0 })
    for (const miner of honest) expect(miner).toMatchObject({ mismatched: 0 })
    expect(liar.points).toBeLessThan(Math.min(...honest.map(({ points }: { points: number }) => points)))
    expect(published).toMatchObject({ checked: 3, same: 3 })
  })
})
