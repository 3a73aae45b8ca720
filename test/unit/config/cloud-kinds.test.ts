import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cloudUrl, credentialSource, decimal, decimalAboveZero } from '../../../node/config/cloud-kinds.ts'
import { loadConfig } from '../../../node/config/load-config.ts'
import { networksFolder } from '../../../node/config/networks-folder.ts'
import { thisSystem } from '../../../node/config/system-paths.ts'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import '../../support/property-seed.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const takes = (kind: typeof cloudUrl, text: string): boolean => kind.schema.safeParse(text).success

describe('the address of a cloud', () => {
  it.each([
    'https://inference.example.com',
    'https://api.example.com/v1',
    'http://127.0.0.1:8011',
    'http://localhost:1234/v1',
    'http://[::1]:8011',
  ])('is taken: %s', (url) => expect(takes(cloudUrl, url)).toBe(true))

  it.each([
    'http://inference.example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://192.168.1.2:8000',
    'https://user:secret@example.com',
    'https://example.com?key=secret',
    'https://example.com/#x',
    'ftp://127.0.0.1',
    'example.com',
    '',
  ])('is refused: %s', (url) => expect(takes(cloudUrl, url)).toBe(false))
})

describe('the place of a credential', () => {
  it('is a variable or a file, shown as it was written', () => {
    const shown = (text: string) => credentialSource.show(credentialSource.schema.parse(text))
    expect([shown('env:CLOUD_TOKEN'), shown('file:/etc/token')]).toEqual(['env:CLOUD_TOKEN', 'file:/etc/token'])
    expect(shown('file:token')).toBe(`file:${join(process.cwd(), 'token')}`)
  })

  it('is never the secret: who writes that there is not shown it, wherever it was written', () => {
    const secret = 'sk-proj-0123456789abcdef'
    const dataFolder = temporaryFolder()
    const load = (flags: object, env: Record<string, string> = {}): MeshError => {
      try {
        const system = { ...thisSystem(), env }
        loadConfig({
          networksFolder: networksFolder(),
          system,
          systemFile: '/nonexistent',
          flags: { dataFolder, ...flags },
        })
      } catch (error) {
        return error as MeshError
      }
      throw new Error('it was taken')
    }
    const errors = [load({ cloudCredential: secret }), load({}, { AITBC_CLOUD_CREDENTIAL: secret })]
    mkdirSync(dataFolder, { recursive: true })
    writeFileSync(join(dataFolder, 'config.json'), JSON.stringify({ cloudCredential: secret }))
    errors.push(load({}))
    for (const error of errors) {
      expect(error.code).toBe('CONFIG_INVALID')
      expect(`${error.message} ${error.hint} ${error.stack} ${JSON.stringify(error.facts)}`).not.toContain(secret)
      expect(error.message).toContain('env: and a variable')
    }
  })
})

describe('a price of a cloud', () => {
  it('is exact, and shown as it was written', () => {
    expect(decimal.schema.parse('0.00015')).toEqual({ n: 150_000n, d: 1_000_000_000n })
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (n) => {
        const text = decimal.show({ n, d: 10n ** 9n })
        return decimal.schema.parse(text).n === n
      }),
    )
  })

  it.each(['-1', '1e3', '0.0000000001', 'free', '', '1,5', 'NaN', '1234567890123'])('is none: %s', (text) => {
    expect(decimal.schema.safeParse(text).success).toBe(false)
  })

  it('may be 0, but the worth of the token may not', () => {
    expect(decimal.schema.safeParse('0').success).toBe(true)
    expect(decimalAboveZero.schema.safeParse('0').success).toBe(false)
    expect(decimalAboveZero.schema.safeParse('0.5').success).toBe(true)
  })
})
