/** What is read of keys: files of the node's own, and what other wallets wrote. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readForeignSignature } from '../../../node/keys/foreign-signature.ts'
import { plainKeyFile, readKeyFile, sealedKeyFile } from '../../../node/keys/key-file.ts'
import { readForeignKey } from '../../../node/keys/v3-keystore.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { cast, crypto } from '../statement-vectors/cast.ts'
import { jsonMutations } from './mutate.ts'
import { rewritten } from './rewritten.ts'
import type { Target } from './target.ts'

/** These readers say no by saying nothing. */
function refused(): never {
  throw new MeshError('MALFORMED', { what: 'file', why: 'it is refused' })
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

const path = join(mkdtempSync(join(tmpdir(), 'aitbc-fuzz-')), 'payer.json')
const write = rewritten(path)
const about = { kind: 'payer', createdAt: '2027-01-02T03:04:05.000Z', address: cast.payer.signer.address } as const
const hex = (bytes: number): string => `0x${'5a'.repeat(bytes)}`

const kdfs = [
  { kdf: 'scrypt', kdfparams: { salt: '5a'.repeat(32), n: 262_144, r: 8, p: 1, dklen: 32 } },
  { kdf: 'pbkdf2', kdfparams: { salt: '5a'.repeat(32), c: 262_144, prf: 'hmac-sha256', dklen: 32 } },
]
const v3 = kdfs.map((kdf) => ({
  version: 3,
  address: about.address.slice(2),
  Crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '5a'.repeat(16) },
    ciphertext: '5a'.repeat(32),
    mac: '5a'.repeat(32),
    ...kdf,
  },
}))

const digest = crypto.keccak256(new Uint8Array([1]))
const signature = toHex(cast.owner.signer.sign(digest))

export const walletTargets: readonly Target[] = [
  {
    name: 'key file',
    corpus: [
      json(plainKeyFile(about, cast.payer.secret)),
      json(sealedKeyFile(about, { salt: hex(32), nonce: hex(12), box: hex(48) })),
    ],
    mutations: jsonMutations,
    read(bytes) {
      write(bytes)
      const file = readKeyFile(path, 'payer') ?? refused()
      if (file.kind !== 'payer' || !/^0x[0-9a-f]{40}$/.test(file.address)) throw new Error('whose key is it?')
    },
  },
  {
    name: 'key of another wallet',
    corpus: [...v3.map(json), Buffer.from(`${cast.payer.secret}\n`)],
    mutations: jsonMutations,
    read(bytes) {
      const found = readForeignKey(text(bytes)) ?? refused()
      if (found.kind === 'plain' ? found.secret.length !== 32 : readForeignKey(found.json)?.kind !== 'v3')
        throw new Error('what was taken is refused')
    },
  },
  {
    name: 'signature of another wallet',
    corpus: [Buffer.from(signature), Buffer.from(`${signature.slice(0, 66)}${'1a'.repeat(32)}1b`)],
    mutations: [],
    read(bytes) {
      const found = readForeignSignature(text(bytes), digest) ?? refused()
      if (!crypto.verify(digest, found.publicKey, found.signature)) throw new Error('it verifies under no key')
    },
  },
]
