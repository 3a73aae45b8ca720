import { existsSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { AuditRow } from '../../../../node/client/auditing/audit-row.ts'
import { AuditStore, readAudits } from '../../../../node/market/auditing/audit-store.ts'
import { readAuditRow } from '../../../../node/market/auditing/read-audit-row.ts'
import { systemClock } from '../../../../node/roles/system-clock.ts'
import { DataFolder } from '../../../../node/storage/data-folder.ts'
import type { MeshError } from '../../../../protocols/kernel/errors.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { PPM } from '../../../../protocols/rules/auditing/audit-share.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { AuditedMarket } from '../../../support/virtual/audited-market.ts'

function openIn(path: string) {
  const failures: MeshError[] = []
  const folder = DataFolder.open(path, { clock: systemClock, bytes: 65_536 })
  const onFailure = (error: MeshError): void => void failures.push(error)
  const needs = { clock: systemClock, reserve: folder.reserve, onFailure, onDamaged: onFailure }
  const store = AuditStore.open(folder.file('audits'), needs)
  return {
    failures,
    store,
    file: folder.file('audits'),
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** Audits as they are made: some matched, some that convict. */
async function audited(store: AuditStore): Promise<AuditedMarket> {
  const net = new AuditedMarket([{ answer: (x) => x + 7 }, {}, {}], { share: PPM, keeper: store })
  net.book.spent(credits(100_000))
  for (const i of [0, 1, 2]) await net.job(i)
  net.book.keep()
  return net
}

describe('the store of audits', () => {
  it('has in the next life what was found and spent in this one', async () => {
    const path = temporaryFolder()
    let rows: readonly AuditRow[] = []
    {
      await using first = openIn(path)
      const net = await audited(first.store)
      rows = net.book.rows()
      expect(first.failures).toEqual([])
    }
    expect(rows).toHaveLength(3)
    await using next = openIn(path)
    expect(next.store.kept.rows).toEqual(expect.arrayContaining([...rows]))
    expect(next.store.kept.money).toEqual({ spent: 103_000n, audits: 4_000n })
    expect(readAudits(next.file)).toEqual(next.store.kept)
  })

  it('makes no file where nobody is audited', async () => {
    const path = temporaryFolder()
    await using opened = openIn(path)
    const net = new AuditedMarket([{}, {}], { share: 0, keeper: opened.store })
    await net.job(0)
    net.book.keep()
    expect(readAudits(opened.file).rows).toEqual([])
    expect(opened.failures).toEqual([])
    await opened.store[Symbol.asyncDispose]()
    expect(existsSync(opened.file)).toBe(false)
  })

  it('puts a damaged file aside and begins anew', async () => {
    const path = temporaryFolder()
    {
      await using first = openIn(path)
      await audited(first.store)
    }
    {
      const folder = openIn(path)
      await folder[Symbol.asyncDispose]()
      writeFileSync(folder.file, 'no database at all, but longer than the head of one would be. '.repeat(100))
    }
    await using again = openIn(path)
    expect(again.failures.map(({ code }) => code)).toEqual(['DATA_FOLDER_DAMAGED'])
    expect(again.store.kept.rows).toEqual([])
    const net = await audited(again.store)
    expect(net.book.rows()).toHaveLength(3)
  })

  it('reads no row that a disk has changed', async () => {
    const net = new AuditedMarket([{}, {}], { share: PPM })
    net.book.spent(credits(10_000))
    await net.job(0)
    const [row] = net.book.rows() as [AuditRow]
    expect(readAuditRow(JSON.stringify(row))).toEqual(row)
    for (const change of [
      { share: PPM + 1 },
      { drawn: '0x12' },
      { atMs: Number.NaN },
      { parties: [] },
      { parties: [{ ...row.parties[0]!, outcome: 'slashed' }] },
      { parties: [{ ...row.parties[0]!, miner: 'me' }] },
      { cost: '-1' },
      { cost: '1e9' },
      { more: 1 },
    ]) {
      expect(readAuditRow(JSON.stringify({ ...row, ...change })), JSON.stringify(change)).toBeUndefined()
    }
    expect(readAuditRow('{')).toBeUndefined()
  })
})
