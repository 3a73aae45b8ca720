import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { doorSeed } from '../../../bootstrap/peer/door-seed.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const FILE = 'bootstrap-seed'

describe('the seed of a bootstrap peer', () => {
  it('is drawn once, and is the same after every restart', () => {
    const folder = join(temporaryFolder(), 'new', 'door')
    const seed = doorSeed(folder)
    expect(seed.length).toBe(32)
    expect(doorSeed(folder)).toEqual(seed)
    expect(doorSeed(join(temporaryFolder(), 'another'))).not.toEqual(seed)
  })

  it('is the owner’s alone', () => {
    const folder = join(temporaryFolder(), 'door')
    doorSeed(folder)
    expect([folder, join(folder, FILE)].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600])
  })

  it('may have been written by hand', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, FILE), `  0x${'ab'.repeat(32)} \n\n`)
    expect(doorSeed(folder)).toEqual(new Uint8Array(32).fill(0xab))
  })

  it.each(['', '0x', `0x${'ab'.repeat(31)}`, `0x${'ab'.repeat(33)}`, `${'ab'.repeat(32)}`, `0x${'zz'.repeat(32)}`])(
    'that is damaged is never replaced by another name: %j',
    (text) => {
      const folder = temporaryFolder()
      writeFileSync(join(folder, FILE), text)
      expect(() => doorSeed(folder)).toThrow(expect.objectContaining({ code: 'KEY_FILE' }))
      expect(readFileSync(join(folder, FILE), 'utf8')).toBe(text)
    },
  )

  it('says what is wrong with a place where it cannot be kept', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), '')
    mkdirSync(join(folder, 'taken', FILE), { recursive: true })
    for (const place of [join(folder, 'file'), join(folder, 'file', 'below'), join(folder, 'taken')]) {
      expect(() => doorSeed(place)).toThrow(expect.objectContaining({ name: 'MeshError' }))
    }
  })

  it.skipIf(process.getuid?.() === 0)('is not drawn where it cannot be written', () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o500)
    expect(() => doorSeed(folder)).toThrow(expect.objectContaining({ code: 'DATA_FOLDER_READ_ONLY' }))
    chmodSync(folder, 0o700)
  })
})
