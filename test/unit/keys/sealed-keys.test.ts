import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { Keystore, type KeystoreNeeds } from '../../../node/keys/keystore.ts'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { type AskPassphrase, openSealedKeys, passphraseOf } from '../../../node/keys/open-sealed-keys.ts'
import { readPassphraseFile } from '../../../node/keys/passphrase-file.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import type { Crypto } from '../../../protocols/kernel/ports.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

/** As written, but that a guess, of which there are eighty here, costs milliseconds. At its price it runs in test/e2e/wallet.test.ts. */
vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>()
  const scrypt = (
    letters: Buffer,
    salt: Uint8Array,
    bytes: number,
    options: { readonly N: number; readonly r: number; readonly p: number },
    done: (error: Error | null, key: Buffer) => void,
  ) => {
    expect(options).toMatchObject({ N: 131_072, r: 8, p: 1 })
    real.scrypt(letters, salt, bytes, { ...options, N: 1_024 }, done)
  }
  return { ...real, scrypt }
})

const PASSPHRASE = 'four words do rather well'
let crypto: Crypto
let needs: KeystoreNeeds
let folder: string
let keys: Keystore
beforeAll(async () => {
  crypto = await createCrypto()
})
beforeEach(() => {
  needs = { crypto, random: systemRandom, clock: new ManualClock(Date.UTC(2027, 0, 2)) }
  folder = join(temporaryFolder(), 'keys')
  keys = new Keystore(folder, needs)
})

const hexOf = (secret: Uint8Array): string => Buffer.from(secret).toString('hex')
const failing = (code: string, text = '') => expect.objectContaining({ code, message: expect.stringContaining(text) })

describe('a sealed key', () => {
  test('is whole after it was sealed, opened in another process and unsealed, and never lies there in clear meanwhile', async () => {
    const made = keys.create('payer')
    const secret = hexOf(made.secret())
    expect(await keys.seal('payer', PASSPHRASE)).toBe(true)
    expect(await keys.seal('payer', 'another passphrase')).toBe(false)
    const path = keys.pathOf('payer')
    expect(readFileSync(path, 'utf8')).not.toContain(secret.slice(0, 8))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['payer.json'])
    expect(keys.look('payer')).toMatchObject({ address: made.address, isSealed: true })

    const later = new Keystore(folder, needs)
    expect(() => later.load('payer')).toThrow(failing('KEY_SEALED', path))
    await later.open(['payer', 'session'], PASSPHRASE)
    expect(hexOf(later.load('payer')!.secret())).toBe(secret)
    later[Symbol.dispose]()
    expect(() => later.load('payer')).toThrow(failing('KEY_SEALED'))

    expect(await keys.unseal('payer', PASSPHRASE)).toBe(true)
    expect(await keys.unseal('payer', PASSPHRASE)).toBe(false)
    expect(keys.look('payer')!.isSealed).toBe(false)
    expect(hexOf(keys.load('payer')!.secret())).toBe(secret)
  })

  test('does not open under another passphrase, and neither error nor file says what was tried', async () => {
    await keys.add('owner', { passphrase: PASSPHRASE })
    const before = readFileSync(keys.pathOf('owner'), 'utf8')
    const error: unknown = await keys.open(['owner'], 'four words do rather wel').catch((thrown: unknown) => thrown)
    expect(error).toEqual(failing('KEY_PASSPHRASE', keys.pathOf('owner')))
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('four words')
    await expect(keys.unseal('owner', 'nothing like it')).rejects.toEqual(failing('KEY_PASSPHRASE'))
    expect(readFileSync(keys.pathOf('owner'), 'utf8')).toBe(before)
  })

  test('opens with the same letters, however the keyboard made them', async () => {
    await keys.add('owner', { passphrase: 'Grüße an alle' })
    await keys.open(['owner'], 'Gru\u0308ße an alle')
    expect(keys.load('owner')).toBeDefined()
  })

  test('does not open once its address, its kind or a bit of it was changed', async () => {
    await keys.add('owner', { passphrase: PASSPHRASE })
    const path = keys.pathOf('owner')
    const file = JSON.parse(readFileSync(path, 'utf8'))
    const flipped = (hex: string): string => `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}`
    for (const spoilt of [
      { ...file, address: keys.create('payer').address },
      { ...file, createdAt: '2027-01-03T00:00:00.000Z' },
      { ...file, sealed: { ...file.sealed, box: flipped(file.sealed.box) } },
    ]) {
      writeFileSync(path, JSON.stringify(spoilt))
      await expect(keys.open(['owner'], PASSPHRASE)).rejects.toEqual(failing('KEY_PASSPHRASE'))
    }
    for (const spoilt of [
      { ...file, sealed: { ...file.sealed, box: '0x00' } },
      { ...file, sealed: { ...file.sealed, cost: 1 } },
      { ...file, version: 1 },
    ]) {
      writeFileSync(path, JSON.stringify(spoilt))
      await expect(keys.open(['owner'], PASSPHRASE)).rejects.toEqual(failing('KEY_FILE', 'damaged'))
    }
  })

  test('that was opened does not stand for another that took its place', async () => {
    await keys.add('owner', { passphrase: PASSPHRASE })
    await keys.open(['owner'], PASSPHRASE)
    const elsewhere = new Keystore(join(temporaryFolder(), 'keys'), needs)
    await elsewhere.add('owner', { passphrase: PASSPHRASE })
    writeFileSync(keys.pathOf('owner'), readFileSync(elsewhere.pathOf('owner')))
    expect(() => keys.load('owner')).toThrow(failing('KEY_SEALED'))
  })

  test('is never put in the place of another', async () => {
    const { address } = await keys.add('owner')
    await expect(keys.add('owner', { passphrase: PASSPHRASE })).rejects.toEqual(failing('KEY_FILE', 'never replaced'))
    expect(keys.look('owner')).toMatchObject({ address, isSealed: false })
  })

  test('goes under another passphrase with the others or not at all', async () => {
    const { address } = await keys.add('payer', { passphrase: PASSPHRASE })
    await keys.add('session', { passphrase: 'that of another day' })
    const files = () => ['payer', 'session'].map((kind) => readFileSync(join(folder, `${kind}.json`), 'utf8'))
    const before = files()
    const both = ['payer', 'session'] as const
    await expect(keys.reseal(both, PASSPHRASE, 'quite a new passphrase')).rejects.toEqual(failing('KEY_PASSPHRASE'))
    expect(files()).toEqual(before)
    await keys.reseal(['session'], 'that of another day', PASSPHRASE)
    await keys.reseal(both, PASSPHRASE, 'quite a new passphrase')
    await expect(keys.open(both, PASSPHRASE)).rejects.toEqual(failing('KEY_PASSPHRASE'))
    await keys.open(both, 'quite a new passphrase')
    expect(keys.load('payer')!.address).toBe(address)
  })

  test('comes from elsewhere unchanged, and what is no key of the curve is refused without being shown', async () => {
    const secret = new Uint8Array(32).fill(7)
    const imported = await keys.add('owner', { secret, passphrase: PASSPHRASE })
    expect(hexOf(imported.secret())).toBe('07'.repeat(32))
    expect(secret.every((byte) => byte === 7)).toBe(true)
    await expect(keys.add('payer', { secret: new Uint8Array(32) })).rejects.toThrow(RangeError)
    expect(keys.look('payer')).toBeUndefined()
  })
})

describe('a node with sealed keys', () => {
  const asked: string[][] = []
  const answers =
    (...words: readonly (string | undefined)[]): AskPassphrase =>
    async (sealed, wrongTries) => {
      asked.push(sealed.map(({ kind }) => kind))
      return words[wrongTries]
    }
  beforeEach(async () => {
    asked.length = 0
    await keys.add('owner', { passphrase: 'that of the owner alone' })
    await keys.add('payer', { passphrase: PASSPHRASE })
    keys.create('session')
  })

  test('asks once, for the keys that it needs, and not at all where none of them is sealed', async () => {
    await openSealedKeys(keys, ['payer', 'session'], answers(PASSPHRASE))
    expect(asked).toEqual([['payer']])
    expect(keys.load('payer')).toBeDefined()
    await openSealedKeys(keys, ['session', 'operator'], answers())
    expect(asked).toHaveLength(1)
  })

  test('asks again after a slip, three times at most', async () => {
    await openSealedKeys(keys, ['payer'], answers('a slip of the hand', PASSPHRASE))
    expect(keys.load('payer')).toBeDefined()
    const store = new Keystore(folder, needs)
    await expect(openSealedKeys(store, ['payer'], answers('one', 'two', 'three', PASSPHRASE))).rejects.toEqual(
      failing('KEY_PASSPHRASE'),
    )
    expect(asked).toHaveLength(5)
  })

  test('says what to give where nobody can be asked', async () => {
    for (const ask of [undefined, answers(undefined)]) {
      await expect(openSealedKeys(keys, ['payer'], ask)).rejects.toMatchObject({
        code: 'KEY_SEALED',
        hint: expect.stringContaining('--passphrase-file'),
      })
    }
  })

  test('takes the passphrase from the file that the setting names, and then asks nobody', async () => {
    const file = join(temporaryFolder(), 'passphrase')
    writeFileSync(file, `${PASSPHRASE}\n`, { mode: 0o600 })
    await openSealedKeys(keys, ['payer'], passphraseOf(file, answers()))
    expect(keys.load('payer')).toBeDefined()
    expect(asked).toEqual([])
    // Each wrong one costs half a second for each key: the same words are not tried again.
    expect(await passphraseOf(file)!([], 1, undefined)).toBeUndefined()
    if (process.platform !== 'win32') {
      chmodSync(file, 0o644)
      await expect(passphraseOf(file)!([], 0, undefined)).rejects.toEqual(failing('PASSPHRASE_FILE', 'other users'))
      chmodSync(file, 0o600)
    }
    writeFileSync(file, 'another passphrase\n')
    const store = new Keystore(folder, needs)
    await expect(openSealedKeys(store, ['payer'], passphraseOf(file, answers()))).rejects.toEqual(
      failing('KEY_PASSPHRASE'),
    )
    expect(asked).toEqual([])
  })
})

describe('a passphrase file', () => {
  test('is its first line, whatever ends it', () => {
    const file = join(temporaryFolder(), 'passphrase')
    for (const text of ['a b c', 'a b c\n', 'a b c\r\nsecond', 'a b c\n\n']) {
      writeFileSync(file, text, { mode: 0o600 })
      expect(readPassphraseFile(file, 'private')).toBe('a b c')
    }
  })

  test('is refused where it is empty, too long, no file, or open to others, without a word of it', () => {
    const there = temporaryFolder()
    const file = join(there, 'passphrase')
    const refused = (why: string) => failing('PASSPHRASE_FILE', why)
    expect(() => readPassphraseFile(file, 'any')).toThrow(refused('ENOENT'))
    writeFileSync(file, '\nsecond', { mode: 0o600 })
    expect(() => readPassphraseFile(file, 'any')).toThrow(refused('first line is empty'))
    writeFileSync(file, 'x'.repeat(5_000))
    expect(() => readPassphraseFile(file, 'any')).toThrow(refused('longer'))
    mkdirSync(join(there, 'folder'), { mode: 0o700 })
    expect(() => readPassphraseFile(join(there, 'folder'), 'any')).toThrow(refused('EISDIR'))
    writeFileSync(file, PASSPHRASE)
    if (process.platform === 'win32') return
    chmodSync(file, 0o640)
    expect(() => readPassphraseFile(file, 'private')).toThrow(refused('other users'))
    expect(readPassphraseFile(file, 'any')).toBe(PASSPHRASE)
  })
})
