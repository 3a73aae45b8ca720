import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { unusableKey } from '../../../node/keys/key-file.ts'
import { Keystore, type KeystoreNeeds, keyKinds } from '../../../node/keys/keystore.ts'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import type { Crypto } from '../../../protocols/kernel/ports.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

let crypto: Crypto
let keys: Keystore
let needs: KeystoreNeeds
let drawn = 0
beforeAll(async () => {
  crypto = await createCrypto()
})
beforeEach(() => {
  // Each draw differs, and every one is a key.
  const random = { bytes: (length: number) => new Uint8Array(length).fill(++drawn % 250 || 1) }
  needs = { crypto, random, clock: new ManualClock(Date.UTC(2027, 0, 2)) }
  keys = new Keystore(join(temporaryFolder(), 'keys'), needs)
})

const keyFile = (why: RegExp) =>
  expect.objectContaining({ code: 'KEY_FILE', facts: expect.objectContaining({ why: expect.stringMatching(why) }) })

/** Everything that this error says, at any depth. */
const said = (error: unknown): string => inspect(error, { depth: 10, showHidden: true })

function failureOf(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('it should have failed')
}

describe('a keystore', () => {
  test('keeps a key over restarts', () => {
    for (const kind of keyKinds) {
      const created = keys.create(kind)
      const loaded = keys.load(kind)!
      expect(loaded.address).toBe(created.address)
      expect(loaded.createdAt).toBe('2027-01-02T00:00:00.000Z')
      expect(loaded.secret()).toEqual(created.secret())
      const digest = crypto.keccak256(new Uint8Array([1]))
      expect(crypto.verify(digest, created.signer.publicKey, loaded.signer.sign(digest))).toBe(true)
    }
  })

  test('makes files and a folder for this user alone, and leaves nothing else', () => {
    keys.create('operator')
    const path = keys.pathOf('operator')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
    expect(readdirSync(join(path, '..'))).toEqual(['operator.json'])
  })

  test('never replaces a key', () => {
    const { address } = keys.create('operator')
    expect(() => keys.create('operator')).toThrow(keyFile(/never replaced/))
    expect(keys.loadOrCreate('operator').address).toBe(address)
    expect(readdirSync(join(keys.pathOf('operator'), '..'))).toEqual(['operator.json'])
  })

  test('has no key before one is made', () => {
    expect(keys.load('payer')).toBeUndefined()
    const made = keys.loadOrCreate('payer')
    expect(keys.load('payer')!.address).toBe(made.address)
  })

  test.skipIf(process.platform === 'win32')('refuses a file that others can read, and says what to run', () => {
    keys.create('operator')
    const path = keys.pathOf('operator')
    for (const mode of [0o640, 0o604, 0o620, 0o644]) {
      chmodSync(path, mode)
      expect(() => keys.load('operator')).toThrow(
        expect.objectContaining({ code: 'KEY_FILE', hint: expect.stringContaining(`chmod 600 ${path}`) }),
      )
    }
    chmodSync(path, 0o600)
    expect(keys.load('operator')).toBeDefined()
  })

  test('refuses a damaged file wherever it was cut or changed, and shows nothing of it', () => {
    const key = keys.create('operator')
    const path = keys.pathOf('operator')
    const whole = readFileSync(path, 'utf8')
    const secret = Buffer.from(key.secret()).toString('hex')
    for (let length = 0; length < whole.length - 2; length += 7) {
      writeFileSync(path, whole.slice(0, length))
      const error = failureOf(() => keys.load('operator'))
      expect(isMeshError(error, 'KEY_FILE'), `cut at ${length}`).toBe(true)
      expect(said(error)).not.toContain(secret.slice(0, 8))
    }
    const other = keys.create('payer').address
    const wrong = [
      whole.replace(secret, `${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`),
      whole.replace(secret, '0'.repeat(64)),
      whole.replace(secret, 'f'.repeat(64)),
      whole.replace(key.address, other),
      whole.replace('"version": 1', '"version": 2'),
      whole.replace('"kind"', '"king"'),
      'x'.repeat(5_000),
      '[]',
    ]
    for (const text of wrong) {
      writeFileSync(path, text)
      const error = failureOf(() => keys.load('operator'))
      expect(isMeshError(error, 'KEY_FILE'), text.slice(0, 40)).toBe(true)
      expect(said(error)).not.toContain(secret.slice(0, 8))
    }
  })

  test('does not take one kind of key for another', () => {
    keys.create('operator')
    writeFileSync(keys.pathOf('owner'), readFileSync(keys.pathOf('operator')), { mode: 0o600 })
    expect(() => keys.load('owner')).toThrow(keyFile(/holds the operator key/))
  })

  test('says so where the key cannot be read or written', () => {
    mkdirSync(keys.pathOf('operator'), { recursive: true })
    expect(() => keys.load('operator')).toThrow(keyFile(/not a file/))
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    const blocked = new Keystore(join(file, 'keys'), needs)
    expect(() => blocked.create('operator')).toThrow(keyFile(/ENOTDIR/))
    expect(existsSync(join(file, 'keys'))).toBe(false)
  })
})

test.each(['ENOSPC', 'EDQUOT'])(
  'a key for which the disk or a quota has no room is not called damaged (%s)',
  (code) => {
    expect(unusableKey('operator.json', Object.assign(new Error(code), { code })).code).toBe('DISK_FULL')
  },
)

describe('a stored key', () => {
  test('does not show its secret where it is printed', () => {
    const key = keys.create('operator')
    const secret = Buffer.from(key.secret()).toString('hex').slice(0, 8)
    for (const shown of [inspect(key, { showHidden: true, depth: 9 }), JSON.stringify({ key }), `${key}`]) {
      expect(shown).not.toContain(secret)
    }
    expect(inspect(key)).toContain(key.address)
  })

  test('is wiped when it is disposed, and copies handed out are not its own', () => {
    const key = keys.create('operator')
    const copy = key.secret()
    copy.fill(0)
    expect(key.secret().some((byte) => byte !== 0)).toBe(true)
    key[Symbol.dispose]()
    expect(key.secret().every((byte) => byte === 0)).toBe(true)
    expect(() => key.signer.sign(new Uint8Array(32))).toThrow()
  })
})
