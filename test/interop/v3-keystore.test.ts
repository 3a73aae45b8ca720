import { createCipheriv, scryptSync } from 'node:crypto'
import { inspect } from 'node:util'
import { computeAddress, keccak256 } from 'ethers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openV3, readForeignKey, writeV3 } from '../../node/keys/v3-keystore.ts'
import { toHex } from '../../protocols/kernel/bytes.ts'
import '../support/property-seed.ts'

/** A file of the Web3 Secret Storage definition, which other wallets are tested with. */
const SECRET = '0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d'
const PBKDF2 = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
    ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
    kdf: 'pbkdf2',
    kdfparams: {
      c: 262_144,
      dklen: 32,
      prf: 'hmac-sha256',
      salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd',
    },
    mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
  version: 3,
}
/** By OpenSSL instead of what the program uses. */
const SALT = Buffer.alloc(32, 5)
const COST = { N: 4_096, r: 8, p: 1 }
const IV = Buffer.alloc(16, 6)
const derived = scryptSync('testpassword', SALT, 32, COST)
const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), IV)
const ciphertext = cipher.update(Buffer.from(SECRET.slice(2), 'hex'))
const SCRYPT = {
  ...PBKDF2,
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: IV.toString('hex') },
    ciphertext: ciphertext.toString('hex'),
    kdf: 'scrypt',
    kdfparams: { dklen: 32, n: COST.N, r: COST.r, p: COST.p, salt: SALT.toString('hex') },
    mac: keccak256(Buffer.concat([derived.subarray(16), ciphertext])).slice(2),
  },
}

const options = { path: 'key.json', signal: new AbortController().signal, onProgress: () => undefined }
const jsonOf = (file: object): string => {
  const found = readForeignKey(JSON.stringify(file))
  if (found?.kind !== 'v3') throw new Error('it should be a keystore')
  return found.json
}
const changed = (change: (crypto: Record<string, Record<string, unknown>>) => void): object => {
  const file = structuredClone(SCRYPT)
  change(file.crypto as unknown as Record<string, Record<string, unknown>>)
  return file
}

test.each([
  ['pbkdf2', PBKDF2],
  ['scrypt', SCRYPT],
])('a file that another wallet wrote with %s opens', async (_, file) => {
  expect(toHex(await openV3(jsonOf(file), 'testpassword', options))).toBe(SECRET)
})

test('names in another case are the same names', async () => {
  const { crypto, ...rest } = PBKDF2
  const { kdfparams, ...inner } = crypto
  const file = { ...rest, Crypto: { ...inner, KDFParams: kdfparams } }
  expect(toHex(await openV3(jsonOf(file), 'testpassword', options))).toBe(SECRET)
})

test('a wrong passphrase and a changed file are told without a word of either', async () => {
  const failure = (file: object, passphrase: string): Promise<unknown> =>
    openV3(jsonOf(file), passphrase, options).catch((error: unknown) => error)
  const wrong = await failure(SCRYPT, 'testpasswort')
  expect(wrong).toMatchObject({ code: 'KEY_PASSPHRASE', facts: { path: 'key.json' } })
  const odd = await failure(
    changed((crypto) => Object.assign(crypto, { ciphertext: 'no digits' })),
    'testpassword',
  )
  expect(odd).toMatchObject({ code: 'KEY_FILE', facts: { path: 'key.json' } })
  for (const error of [wrong, odd])
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/testpass|no digits|ethers/)
})

test('a key that goes out comes back, in the form that every wallet knows, and none of it lies open', async () => {
  const secret = new Uint8Array(32).fill(9)
  const address = computeAddress(toHex(secret))
  const shares: number[] = []
  const text = await writeV3(secret, address, 'four words', { ...options, onProgress: (share) => shares.push(share) })
  expect(text).not.toContain('09'.repeat(8))
  expect(JSON.parse(text)).toMatchObject({
    version: 3,
    address: address.slice(2).toLowerCase(),
    crypto: { kdf: 'scrypt' },
  })
  expect(shares.at(-1)).toBe(1)
  expect(await openV3(jsonOf(JSON.parse(text)), 'four words', options)).toEqual(secret)
})

test('whoever gives up does not wait for scrypt', async () => {
  const stop = new AbortController()
  const given = { ...options, signal: stop.signal, onProgress: () => stop.abort() }
  await expect(openV3(jsonOf(SCRYPT), 'testpassword', given)).rejects.toMatchObject({ code: 'CANCELLED' })
  const late = { ...given, signal: AbortSignal.abort() }
  await expect(writeV3(new Uint8Array(32).fill(9), `0x${'00'.repeat(20)}`, 'x', late)).rejects.toMatchObject({
    code: 'CANCELLED',
  })
})

test('a file that asks for more memory or time than wallets do is none', () => {
  for (const file of [
    changed(({ kdfparams }) => Object.assign(kdfparams!, { n: 2 ** 24, r: 8 })),
    changed(({ kdfparams }) => Object.assign(kdfparams!, { p: 1_000_000 })),
    changed(({ kdfparams }) => Object.assign(kdfparams!, { n: -1 })),
    changed(({ kdfparams }) => Object.assign(kdfparams!, { n: 2 ** 18, r: 1 })),
    changed(({ kdfparams }) => Object.assign(kdfparams!, { salt: '00'.repeat(10_000) })),
    { ...PBKDF2, crypto: { ...PBKDF2.crypto, kdfparams: { ...PBKDF2.crypto.kdfparams, c: 2 ** 30 } } },
    changed((crypto) => Object.assign(crypto, { cipher: 'rot13' })),
    { ...SCRYPT, version: 1 },
  ]) {
    expect(readForeignKey(JSON.stringify(file)), JSON.stringify(file)).toBeUndefined()
  }
})

test('64 hexadecimal digits are a key, and nothing else is', () => {
  const secret = new Uint8Array(32).fill(0xab)
  for (const text of ['ab'.repeat(32), `0x${'AB'.repeat(32)}\n`, `  ${'Ab'.repeat(32)}\r\n`]) {
    expect(readForeignKey(text)).toEqual({ kind: 'plain', secret })
  }
  for (const text of ['', 'ab'.repeat(31), 'ab'.repeat(33), `${'ab'.repeat(32)} 1`, 'null', '[]', '{}', '3', '"x"'])
    expect(readForeignKey(text)).toBeUndefined()
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const found = readForeignKey(text)
      expect(found === undefined || found.kind === 'v3' || found.secret.length === 32).toBe(true)
    }),
  )
})
