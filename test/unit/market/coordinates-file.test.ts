import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CoordinatesFile } from '../../../node/market/coordinates-file.ts'
import { networkId } from '../../../protocols/kernel/ids.ts'
import { ORIGIN } from '../../../protocols/rules/coordinates/coordinates.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const network = networkId('mesh')
const coordinates = { ...ORIGIN, vectorMs: ORIGIN.vectorMs.map((_, i) => 10 * i), error: 0.1 }

describe('the file of coordinates', () => {
  it('remembers where the node lay, and is less sure of it', () => {
    const path = join(temporaryFolder(), 'coordinates.json')
    new CoordinatesFile(path, network).write(coordinates)
    expect(new CoordinatesFile(path, network).read()).toEqual({ ...coordinates, error: 0.3, heightMs: 0.01 })
    new CoordinatesFile(path, network).write({ ...coordinates, error: 0.7 })
    expect(new CoordinatesFile(path, network).read()).toMatchObject({ error: 0.7 })
  })

  it('means nothing in another network, nor where it is torn or somebody else’s', () => {
    const path = join(temporaryFolder(), 'coordinates.json')
    expect(new CoordinatesFile(path, network).read()).toBeUndefined()
    new CoordinatesFile(path, network).write(coordinates)
    expect(new CoordinatesFile(path, networkId('another')).read()).toBeUndefined()
    const written = readFileSync(path, 'utf8')
    const spoilt = [
      written.slice(0, 40),
      '',
      '[]',
      written.replace('0x01', '0x02'),
      written.replace('0x01', '0xzz'),
      written.replace('"version":1', '"version":2'),
      `${written}${' '.repeat(5_000)}`,
    ]
    for (const text of spoilt) {
      writeFileSync(path, text)
      expect(new CoordinatesFile(path, network).read(), text).toBeUndefined()
    }
  })
})
