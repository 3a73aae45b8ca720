import { describe, expect, it } from 'vitest'
import {
  type AuditsJson,
  auditColumns,
  auditsHead,
  auditText,
  foundText,
  MINER_COLUMNS,
  toldText,
} from '../../../node/cli/market/audits-text.ts'
import { table } from '../../../node/cli/screen/table.ts'
import { auditsOf } from '../../../node/control/methods/audits-method.ts'
import { plainJson } from '../../../node/control/methods/plain-json.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { PPM } from '../../../protocols/rules/auditing/audit-share.ts'
import { AuditedMarket, addressOf } from '../../support/virtual/audited-market.ts'

const settings = { auditShare: 50, auditBudget: 20 }

/** One liar among three, as a client found it. */
async function found(params: unknown = {}, told: Parameters<typeof auditsOf>[0]['told'] = null): Promise<AuditsJson> {
  const net = new AuditedMarket([{ answer: (x) => x + 7 }, {}, {}], { share: PPM })
  net.book.spent(credits(100_000))
  for (const i of [1, 0, 0, 0]) await net.job(i)
  return plainJson(auditsOf({ settings, book: net.book, open: 1, told }, params)) as unknown as AuditsJson
}

describe('audits, for people', () => {
  it('say how many answers are drawn, what that may cost, and whom it deters', async () => {
    const head = auditsHead(await found())
    expect(head).toContain('50 % of answers are computed once more')
    expect(head).toContain('1 of them wait or run')
    expect(head).toMatch(
      /Audits cost 0\.00[678] of the 0\.104 that jobs cost, at most 20 % \(auditBudget\): 0\.01\d+ is left\./,
    )
    expect(head).toContain('less to lose here than 1.2 times what a lie brings')
    expect(auditsHead({ ...(await found()), share: 0 })).toBe('No answer is audited: the setting auditShare is 0.')
  })

  it('say of each miner what was found and what follows', async () => {
    const { miners } = await found()
    const shown = table(miners, MINER_COLUMNS, { width: 200 })
    const liar = shown.split('\n').find((line) => line.includes(addressOf(0)))!
    expect(liar).toMatch(/lies: no work .* 3 .* 100 % +64 x as dear/)
    expect(shown.split('\n').find((line) => line.includes(addressOf(1)))).toMatch(/unproven/)
  })

  it('say of each audit who was asked, and what differed', async () => {
    const { audits } = await found()
    expect(foundText(audits[0]!)).toMatch(/^false, output 1 by \d+(\.\d+)? %$/)
    expect(table(audits, auditColumns(1_800_000_060_000), { width: 200 })).toContain('1 min ago')
    expect(
      foundText({ ...audits[0]!, by: 'canary', parties: [{ ...audits[0]!.parties[0]!, outcome: 'matched' }] }),
    ).toBe('right (canary)')
    for (const why of [
      'no-twin',
      'no-answer',
      'twin-failed',
      'other-class',
      'no-referee',
      'undecided',
      'near',
      'unsteady',
    ] as const) {
      const open = foundText({ ...audits[0]!, parties: [{ ...audits[0]!.parties[0]!, outcome: 'inconclusive', why }] })
      expect(open, why).not.toBe('nothing')
    }
  })

  it('show one of them with all three, and no proof unless it is asked for', async () => {
    const { audits } = await found({ id: addressOf(0) })
    expect(audits.every(({ parties }) => parties.some(({ miner }) => miner === addressOf(0)))).toBe(true)
    const text = auditText(audits[0]!, 1_800_000_060_000, (it) => it)
    expect(text).toContain('onnxruntime/1.30.0/cpu/fp32/x64')
    expect(text).toMatch(/referee +0x/)
    const listed = (await found()).audits
    expect(listed.flatMap(({ parties }) => parties).some((party) => 'receipt' in party)).toBe(false)
  })

  it('find nothing under what is no address or hash, and refuse it', async () => {
    expect((await found({ id: '0xffff' })).audits).toEqual([])
    await expect(found({ id: 'letters' })).rejects.toMatchObject({ code: 'USAGE' })
    await expect(found({ limit: 0 })).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('say what clients tell of this node, and whether they drew it', async () => {
    const told = { matched: 3, mismatched: 1, inconclusive: 2, unfair: 0, falseSecrets: 0 }
    expect(toldText(await found({}, told))).toBe(
      'Clients told of 6 audits of this miner: 3 matched, 1 differed, 2 found nothing out; all of them drawn, none picked.',
    )
    expect(toldText(await found({}, { ...told, unfair: 2, falseSecrets: 1 }))).toMatch(
      /2 of them picked and not drawn\. 1 drew by another secret/,
    )
    expect(toldText(await found())).toBeUndefined()
  })
})
