import { expect, test } from 'vitest'
import { AuditStore } from '../../node/market/auditing/audit-store.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { DataFolder } from '../../node/storage/data-folder.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { PPM } from '../../protocols/rules/auditing/audit-share.ts'
import { cli } from '../support/processes/cli-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { AuditedMarket, addressOf } from '../support/virtual/audited-market.ts'

/** What a node leaves that found a liar. */
async function leave(path: string): Promise<void> {
  using folder = DataFolder.open(path, { clock: systemClock, bytes: 65_536 })
  const ignore = (): void => undefined
  const needs = { clock: systemClock, reserve: folder.reserve, onFailure: ignore, onDamaged: ignore }
  await using store = AuditStore.open(folder.file('audits'), needs)
  const net = new AuditedMarket([{ answer: (x) => x + 7 }, {}, {}], { share: PPM, keeper: store })
  net.book.spent(credits(100_000))
  for (let i = 0; i < 3; i++) await net.job(0)
}

test('aitbc audits tells what is kept in the data folder of a node that does not run', async () => {
  const [folder, home] = [temporaryFolder(), temporaryFolder()]
  const aitbc = (...words: readonly string[]) =>
    cli([...words, '--data', folder], { env: { HOME: home }, folder: home })
  await leave(folder)
  const listed = JSON.parse((await aitbc('audits', '--json')).out)
  expect(listed).toMatchObject({ share: 50_000, deters: 21.2, budget: { share: 50_000, audits: '6000' }, told: null })
  expect(listed.audits).toHaveLength(3)
  const shown = await aitbc('audits', 'show', addressOf(0).slice(0, 42))
  expect(shown).toMatchObject({ code: 0, err: '' })
  expect(shown.out).toMatch(/audited +0x0{39}1 mismatched/)
  expect(await aitbc('audits', 'show', '0xffff')).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('0xffff'),
  })
  expect(await aitbc('audits', 'show', 'letters')).toMatchObject({ code: 2, out: '' })
})
