import { describe, expect, test } from 'vitest'
import { gpuCommand } from '../../../node/cli/gpu/gpu-command.ts'
import { findRows } from '../../../protocols/catalogue/find-rows.ts'
import { programOf, runWords, type Said } from '../../support/run-words.ts'

const catalogue = (...words: string[]): Promise<Said> => runWords(programOf(gpuCommand), ['gpu', 'catalogue', ...words])
const ids = async (...words: string[]): Promise<readonly string[]> => {
  const { code, out, err } = await catalogue(...words, '--json')
  expect(code, err).toBe(0)
  return JSON.parse(out).cards.map(({ id }: { id: string }) => id)
}
const failing = async (...words: string[]): Promise<readonly [number, string, string]> => {
  const { code, err } = await catalogue(...words, '--json')
  const { error } = JSON.parse(err.trim().split('\n').at(-1)!)
  return [code, error.message, error.hint]
}

describe('aitbc gpu catalogue', () => {
  test('lists what fits all words, with a dash for what nobody published', async () => {
    const { code, out, err } = await catalogue('rtx', '40', 'laptop', '--vendor', 'nvidia')
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/NVIDIA GeForce RTX 4070 Laptop GPU +laptop +8 GiB +256 +20 +40.1 +160 +115 +0\.61 +B/)
    expect(out).toContain('RTX 4000 Ada Generation Laptop GPU')
    expect(out).not.toMatch(/desktop|RTX 3|RTX 50/)
    expect((await catalogue('apple', 'm4')).out).toMatch(/Apple M4 +soc +≤ 32 GiB +120 +— +— +— +— +0\.58 +C/)
  })

  test('shows one model whole: figures, names, cautions and sources', async () => {
    const { out } = await catalogue('radeon', 'rx', '7900', 'xtx')
    expect(out).toMatch(/^AMD Radeon RX 7900 XTX\n/)
    expect(out).toMatch(/\nbandwidth +960 GB\/s\n/)
    expect(out).toMatch(/\nedge score +0\.\d\d of 1, \d\d % sure\nbest run as +fp16 for networks/)
    expect(out).toMatch(/\nPCI +1002:744c, revision C8\n/)
    expect(out).toContain('AMD Radeon RX 7900 XTX (RADV NAVI31)')
    expect(out).toContain('To know before it is used:\n- fp32 counts single issue')
    expect(out).toContain(
      "- Wikipedia's lists of graphics processors, as JSON (facts only; the lists are CC BY-SA)\n  https://",
    )
    expect((await catalogue('geforce-mx450')).out).toMatch(/\nfp32 +—\n/)
    expect((await catalogue('geforce-rtx-4090')).out).toContain('half with sums in FP32')
  })

  test('takes an id or a whole name as that model, and not as the beginning of others', async () => {
    expect(await ids('geforce-rtx-4070')).toEqual(['geforce-rtx-4070'])
    expect(await ids('GeForce RTX 4070')).toEqual(['geforce-rtx-4070'])
    expect(await ids('4070')).toEqual(expect.arrayContaining(['geforce-rtx-4070-ti-super', 'geforce-rtx-4070-laptop']))
    expect(await ids('7900xtx')).toEqual(['radeon-rx-7900-xtx'])
    expect(await ids('gfx1103')).toEqual(['radeon-740m', 'radeon-760m', 'radeon-780m'])
    expect(await ids('10de:2204')).toEqual(['geforce-rtx-3090'])
  })

  test('keeps to a maker and to memory that is known', async () => {
    expect(await ids('--vendor', 'amd', '--memory-min', '32')).toEqual([
      'radeon-ai-pro-r9700',
      'radeon-pro-w6800',
      'radeon-pro-w7800',
      'radeon-pro-w7900',
    ])
    expect(await ids('apple', 'max', '--memory-min', '128')).toContain('apple-m4-max-40core')
  })

  test('gives every field as JSON, null where nothing is known, and the sources behind them', async () => {
    const { out } = await catalogue('apple-m4-8core', '--json')
    const { cards, sources } = JSON.parse(out)
    expect(cards).toHaveLength(1)
    expect(cards[0]).toMatchObject({ fp32Tflops: null, tdpW: null, memoryGiB: null, memoryGiBMax: 32, cores: 8 })
    expect(cards[0]).toMatchObject({ isMobile: false, edgeOptimised: true, supportsQuantisedModels: null })
    expect(cards[0].edge.terms).toHaveLength(6)
    expect(cards[0].advice[0].reason).toContain('not known')
    expect(Object.keys(cards[0])).toHaveLength(38)
    expect(Object.keys(sources)).toEqual(['editor'])
    expect(await ids()).toHaveLength(findRows({}).length)
  })

  test('names the model that was probably meant', async () => {
    expect(await failing('geforce', 'rtx', '4099')).toEqual([
      1,
      'no model of card called geforce rtx 4099 is in the catalogue',
      'Did you mean GeForce RTX 4090?',
    ])
    expect(await failing('voodoo')).toEqual([
      1,
      'no model of card called voodoo is in the catalogue',
      'aitbc gpu catalogue lists all.',
    ])
    expect(await failing('4090', '--memory-min', '64')).toEqual([
      1,
      'no model of card called 4090 with 64 GiB or more is in the catalogue',
      'There are 3 models of that name without the other limits.',
    ])
    expect((await failing('--vendor', 'amb'))[2]).toBe('Did you mean amd?')
    expect((await failing('--memory-min', '0'))[1]).toContain('0 is no whole number')
  })

  test('prints a stranger’s words without their control characters', async () => {
    const { err } = await catalogue('\u001b[31mred')
    expect(err).not.toContain('\u001b[31m')
  })
})
