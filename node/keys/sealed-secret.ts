/** A secret key under a passphrase: AES-256-GCM with a key that scrypt makes, bound to what its file says about it. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { z } from 'zod'
import { fromHex, toHex } from '../../protocols/kernel/bytes.ts'
import type { Random } from '../../protocols/kernel/ports.ts'
import { passphraseKey } from './passphrase-key.ts'

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const SECRET_BYTES = 32
const SALT_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

const hexOf = (bytes: number) => z.string().regex(new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`))

/** As it stands in a key file. The cost of scrypt is not in it: a file that was changed cannot make it cheap or endless. */
export const sealedSecretSchema = z.strictObject({
  salt: hexOf(SALT_BYTES),
  nonce: hexOf(NONCE_BYTES),
  box: hexOf(SECRET_BYTES + TAG_BYTES),
})
export type SealedSecret = z.infer<typeof sealedSecretSchema>

/** @param about what stands beside it: it cannot be opened beside anything else */
export async function sealSecret(
  secret: Uint8Array,
  about: string,
  passphrase: string,
  random: Random,
): Promise<SealedSecret> {
  const salt = random.bytes(SALT_BYTES)
  const nonce = random.bytes(NONCE_BYTES)
  const key = await passphraseKey(passphrase, salt, KEY_BYTES)
  try {
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(about))
    const box = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()])
    return { salt: toHex(salt), nonce: toHex(nonce), box: toHex(box) }
  } finally {
    key.fill(0)
  }
}

/** `undefined` where the passphrase is another one or a bit was changed, which nobody can tell apart. Whoever asks wipes it. */
export async function openSecret(
  { salt, nonce, box }: SealedSecret,
  about: string,
  passphrase: string,
): Promise<Uint8Array | undefined> {
  const sealed = fromHex(box)!
  const key = await passphraseKey(passphrase, fromHex(salt)!, KEY_BYTES)
  const decipher = createDecipheriv(CIPHER, key, fromHex(nonce)!).setAAD(Buffer.from(about))
  key.fill(0)
  decipher.setAuthTag(sealed.subarray(SECRET_BYTES))
  const secret = decipher.update(sealed.subarray(0, SECRET_BYTES))
  try {
    decipher.final()
    return new Uint8Array(secret.buffer, secret.byteOffset, secret.length)
  } catch {
    secret.fill(0)
    return undefined
  }
}
