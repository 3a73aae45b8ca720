/** Keys as other wallets keep them: a Web3 Secret Storage file of version 3, or 64 hexadecimal digits. */
import { decryptKeystoreJson, encryptKeystoreJson } from 'ethers/wallet'
import { z } from 'zod'
import { fromHex, toHex } from '../../protocols/kernel/bytes.ts'
import { MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'

/** A file of another wallet has about 500 bytes, one with a name and a phrase beside it some more. */
export const FOREIGN_KEY_BYTES_MAX = 16_384
/** scrypt's memory is 128 n r bytes: twice that of the dearest setting that wallets use. RFC 7914 wants n below 2^(16 r). */
const SCRYPT_BYTES_MAX = 512 * 1_048_576
const SCRYPT_LANES_MAX = 16
/** geth's own pbkdf2 files have 262,144 rounds; they run in one go, some seconds at this many. */
const PBKDF2_ROUNDS_MAX = 10_000_000

const hex = (charsMax: number) => z.string().max(charsMax)
const cost = z
  .int()
  .min(1)
  .max(2 ** 30)

/** What is taken of it. Wallets write the same names in different case. */
const v3Schema = z.object({
  version: z.union([z.literal(3), z.literal('3')]),
  address: hex(42).optional(),
  crypto: z.object({
    cipher: z.literal('aes-128-ctr'),
    cipherparams: z.object({ iv: hex(34) }),
    ciphertext: hex(66),
    mac: hex(66),
    kdf: z.enum(['scrypt', 'pbkdf2']),
    kdfparams: z.union([
      z
        .object({ salt: hex(130), n: cost, r: cost, p: cost.max(SCRYPT_LANES_MAX), dklen: z.literal(32) })
        .refine(({ n, r }) => 128 * n * r <= SCRYPT_BYTES_MAX && n < 2 ** (16 * r)),
      z.object({ salt: hex(130), c: cost.max(PBKDF2_ROUNDS_MAX), prf: z.literal('hmac-sha256'), dklen: z.literal(32) }),
    ]),
  }),
})

export type ForeignKey =
  | { readonly kind: 'plain'; readonly secret: Uint8Array }
  | { readonly kind: 'v3'; readonly json: string }

/** `undefined` for what is neither. Whoever asks wipes the secret. */
export function readForeignKey(text: string): ForeignKey | undefined {
  const digits = /^\s*(?:0x)?([0-9a-fA-F]{64})\s*$/.exec(text)?.[1]
  if (digits !== undefined) return { kind: 'plain', secret: fromHex(`0x${digits.toLowerCase()}`)! }
  try {
    const parsed = v3Schema.safeParse(JSON.parse(text, lowerCased))
    return parsed.success ? { kind: 'v3', json: JSON.stringify(parsed.data) } : undefined
  } catch {
    return undefined
  }
}

interface V3Options {
  /** The file, for messages. */
  readonly path: string
  readonly signal: AbortSignal
  /** 0 to 1: it takes a second and more. */
  readonly onProgress: (share: number) => void
}

/** Whoever asks wipes it. @throws MeshError KEY_PASSPHRASE, KEY_FILE, CANCELLED */
export async function openV3(
  json: string,
  passphrase: string,
  { path, signal, onProgress }: V3Options,
): Promise<Uint8Array> {
  try {
    const { privateKey } = await decryptKeystoreJson(json, passphrase, stoppable(signal, onProgress))
    return fromHex(privateKey)!
  } catch (error) {
    throwIfAborted(signal)
    // Its errors are not kept as a cause: what they quote is not ours to bound.
    if (/incorrect password/.test((error as Error).message))
      throw new MeshError('KEY_PASSPHRASE', { path, remedy: 'Give that which the other wallet asks for.' })
    throw new MeshError('KEY_FILE', { path, why: 'it is damaged', remedy: 'Export it from the other wallet again.' })
  }
}

/** @throws MeshError CANCELLED */
export async function writeV3(
  secret: Uint8Array,
  address: string,
  passphrase: string,
  { signal, onProgress }: Omit<V3Options, 'path'>,
): Promise<string> {
  try {
    const options = { progressCallback: stoppable(signal, onProgress) }
    const { Crypto: crypto, ...head } = JSON.parse(
      await encryptKeystoreJson({ address, privateKey: toHex(secret) }, passphrase, options),
    )
    // In lower case, as the standard has it: not every wallet looks for both.
    return `${JSON.stringify({ ...head, crypto }, undefined, 2)}\n`
  } catch (error) {
    throwIfAborted(signal)
    throw error
  }
}

/** scrypt looks here some hundred times; what is thrown ends it. */
const stoppable =
  (signal: AbortSignal, onProgress: (share: number) => void) =>
  (share: number): void => {
    throwIfAborted(signal)
    onProgress(share)
  }

function lowerCased(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name.toLowerCase(), each]))
}
