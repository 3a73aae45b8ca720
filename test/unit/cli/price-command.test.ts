import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type PriceJson, priceCommand } from '../../../node/cli/market/price-command.ts'
import { pricesText } from '../../../node/cli/market/price-text.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { programOf, runWords, type Said } from '../../support/run-words.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = join(temporaryFolder(), 'data')
  file = join(folder, 'config.json')
})

afterEach(() => {
  vi.unstubAllEnvs()
})

const price = (...words: readonly string[]): Promise<Said> =>
  runWords(programOf(priceCommand), ['price', ...words, '--data', folder])
const written = (): unknown => JSON.parse(readFileSync(file, 'utf8'))

describe('aitbc price set', () => {
  test('names a price, or lets it move, in the file of this node', async () => {
    expect(await price('set', '0.0020')).toMatchObject({
      code: 0,
      out: 'At the next start of a miner here: fixed 0.002.\n',
    })
    expect(written()).toEqual({ basePrice: '0.002' })
    expect((await price('set', 'demand', '--max', '0.01', '--min', '0.001')).out).toContain('demand from 0.002')
    expect(written()).toEqual({
      basePrice: '0.002',
      priceStrategy: 'demand',
      basePriceMin: '0.001',
      basePriceMax: '0.01',
    })
    expect((await price('set', 'demand', '--from', '0.003', '--max', 'none')).out).toContain('demand from 0.003')
    expect(written()).toEqual({ basePrice: '0.003', priceStrategy: 'demand', basePriceMin: '0.001' })
    expect((await price('set', 'market')).out).toContain(': market.')
    expect(written()).toEqual({ priceStrategy: 'market', basePriceMin: '0.001' })
    expect((await price('set', 'market', '--max', '0.0001')).err).toContain('is above the most')
    // An amount is a fixed price again.
    await price('set', '1')
    expect(written()).toEqual({ basePrice: '1', basePriceMin: '0.001' })
  })

  test.each([
    [['much'], 'Much is no amount'],
    [['-1'], '-1'],
    [['0.0000001'], 'is no amount'],
    [['1000001'], 'above 1000000'],
    [['0.002', '--from', '0.001'], '--from is where demand begins'],
    [['market', '--min', '2', '--max', '1'], 'is above the most'],
    [['market', '--min', 'NaN'], 'NaN is no amount'],
    [[], 'price'],
  ])('refuses %j, and writes nothing', async (words, why) => {
    const { code, err } = await price('set', ...words)
    expect(code).toBe(2)
    expect(err).toContain(why)
    expect(existsSync(file)).toBe(false)
  })

  test('says where another source is stronger than the file', async () => {
    vi.stubEnv('AITBC_BASE_PRICE', '7')
    const { err } = await price('set', '0.5')
    expect(err).toContain('The file has this basePrice, but the variable AITBC_BASE_PRICE is stronger.')
  })
})

describe('aitbc price show', () => {
  test('needs a node that runs where no model is named', async () => {
    expect((await price('show')).code).toBe(5)
    expect((await price()).code).toBe(5)
  })

  const one = { factor: '1', why: 'is not known' }
  const shown = {
    model: 'bafy',
    name: 'characters',
    strategy: 'market',
    asked: '12',
    told: { base: '11', endsAtMs: Date.UTC(2026, 0, 1) },
    classes: { realtime: '36', fast: '24', standard: '12', economy: '8' },
    base: '1000',
    formula: '14',
    isFloor: false,
    multipliers: {
      ...{ latency: one, capability: one, performance: one, demand: one },
      timeOfDay: { factor: '1.2', why: 'it is 18:00 UTC, an hour of the evening' },
      complexity: { factor: '0.0117', why: 'small' },
    },
    floor: '8',
    steps: [
      { base: '14', why: 'by the formula of the market' },
      { base: '12', why: 'three quarters of 5 others ask no more' },
    ],
    others: 5,
    cheaper: 2,
  } as const

  test('tells of every number where it comes from', () => {
    const text = pricesText({ prices: [shown], market: null }, undefined, (plain) => plain)
    expect(text.split('\n')).toEqual([
      'characters: 0.000012 for an inference in the standard class',
      'strategy        market, 0.000014: by the formula of the market',
      '                then 0.000012: three quarters of 5 others ask no more',
      'floor           0.000008; no class of a job is sold for less than this covers',
      'market          what its formula gives:',
      ' base           0.001 for this type of job on the reference card',
      ' x capability   1: is not known',
      ' x performance  1: is not known',
      ' x demand       1: is not known',
      ' x time of day  1.2: it is 18:00 UTC, an hour of the evening',
      ' x complexity   0.0117: small',
      ' =              0.000014',
      'classes         realtime 0.000036, fast 0.000024, standard 0.000012, economy 0.000008',
      'others          2 of 5 others ask less',
      'offer           0.000011 until 2026-01-01T00:00:00.000Z',
    ])
  })

  test('shows what others say of their price, without their control characters', () => {
    const factors = [
      { name: 'timeOfDay', millionths: 1_200_000 },
      { name: 'capability', millionths: 1_000_000 },
      { name: 'moon\u001b[2J', millionths: 500_000 },
    ]
    const facts = { endsAtMs: 0, jobs: 0, jobsMax: 4, classes: shown.classes }
    const miners: NonNullable<PriceJson['market']>['miners'] = [
      {
        ...facts,
        miner: '0xaa' as Address,
        base: '600',
        terms: { strategy: 'lunar', reference: '1000', formula: '600', factors },
      },
      { ...facts, miner: '0xbb' as Address, base: '900' },
    ]
    const market = { model: 'bafy', modelName: 'characters\u001b]0;mine\u0007', miners }
    const text = pricesText({ prices: [], market }, undefined, (plain) => plain)
    const alone = pricesText({ prices: [], market: { ...market, miners: [] } }, undefined, (plain) => plain)
    expect([...'\u001b\u0007'].filter((each) => alone.includes(each))).toEqual([])
    expect(text).not.toContain('\u0007')
    expect(text).toContain('0.001 x 1.2 time of day x 0.5 moon')
    expect(text).not.toContain('\u001b')
    expect(text).toMatch(/0xbb +0\.0009 +— +— +— +it says nothing of it/)
    expect(pricesText({ prices: [], market: null }, undefined, (plain) => plain)).toContain('serves no model')
  })
})
