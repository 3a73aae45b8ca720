import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PowerFile } from '../../../../node/care/power/power-file.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const card = { key: 'pci/0000:01:00.0', name: 'NVIDIA GeForce RTX 3060' }
const learned = { told: true, idleW: 14, samples: [{ powerW: 170, coreMhz: 1_800 }] }

describe('what was learned of the power of cards', () => {
  it('is there again after a restart, for this user alone, and for no other card in the same place', () => {
    const path = join(temporaryFolder(), 'power.json')
    const file = new PowerFile(path)
    expect(file.of(card)).toEqual({ told: false, samples: [] })
    file.keep(card, learned)
    file.write()
    expect(new PowerFile(path).of(card)).toMatchObject(learned)
    expect(new PowerFile(path).of({ ...card, name: 'NVIDIA GeForce RTX 4070' })).toEqual({ told: false, samples: [] })
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('has a bound: what was kept first goes first', () => {
    const path = join(temporaryFolder(), 'power.json')
    const file = new PowerFile(path)
    for (let i = 0; i < 80; i++) file.keep({ key: `card ${i}` }, learned)
    file.write()
    const again = new PowerFile(path)
    expect([again.of({ key: 'card 0' }).told, again.of({ key: 'card 79' }).told]).toEqual([false, true])
  })

  it.each<[string, (text: string) => string]>([
    ['is cut', (text) => text.slice(0, -20)],
    ['is nothing', () => ''],
    ['holds powers that cannot be', (text) => text.replace('170', '-170')],
    ['is of another version', (text) => text.replace('"version":1', '"version":2')],
    ['is huge', (text) => text + ' '.repeat(2_000_000)],
  ])('is learned anew where the file %s', (_, spoil) => {
    const path = join(temporaryFolder(), 'power.json')
    const file = new PowerFile(path)
    file.keep(card, learned)
    file.write()
    writeFileSync(path, spoil(readFileSync(path, 'utf8')))
    expect(new PowerFile(path).of(card)).toEqual({ told: false, samples: [] })
  })
})
