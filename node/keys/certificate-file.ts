/** The owner's certificate of this node's operator, and what waits for the owner's signature. Every reader of a profile sees it: no secret. */
import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { decode } from '../../protocols/kernel/codec.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { type Address, isAddress } from '../../protocols/kernel/ids.ts'
import {
  encodeKeyCert,
  keyCertCodec,
  keyCertCovers,
  keyCertFault,
  type SignedKeyCert,
} from '../../protocols/statements/key-cert.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import type { KeyCert } from '../../protocols/statements/struct-types.ts'
import { replaceFile } from '../storage/durable-file.ts'
import { readKept, writeJson } from '../storage/kept-json.ts'
import { storageError } from '../storage/sqlite.ts'

export const certificateFiles = { signed: 'certificate.bin', request: 'certificate-request.json' } as const

/** A certificate has at most 300 bytes, a request as many characters. */
const FILE_BYTES_MAX = 4_096

const seconds = z
  .string()
  .regex(/^\d{1,12}$/)
  .transform(BigInt)
const addressText = z
  .string()
  .refine(isAddress)
  .transform((text) => text as Address)
const requestSchema: z.ZodType<KeyCert> = z.strictObject({
  owner: addressText,
  operator: addressText,
  notBefore: seconds,
  notAfter: seconds,
})

/** As it lies there, whatever it is worth; `undefined` where there is none. @throws MeshError CERTIFICATE_INVALID */
export function readCertificate(dataFolder: string): SignedKeyCert | undefined {
  const bytes = bytesOf(join(dataFolder, certificateFiles.signed))
  if (bytes === undefined) return undefined
  try {
    return decode(keyCertCodec, bytes)
  } catch (error) {
    throw new MeshError('CERTIFICATE_INVALID', { why: 'its file is damaged' }, error)
  }
}

/** @throws MeshError DISK_FULL, DATA_FOLDER_READ_ONLY */
export function writeCertificate(dataFolder: string, certificate: SignedKeyCert): void {
  const path = join(dataFolder, certificateFiles.signed)
  try {
    replaceFile(path, encodeKeyCert(certificate), 0o600)
  } catch (error) {
    throw storageError(error, path)
  }
  rmSync(join(dataFolder, certificateFiles.request), { force: true })
}

/** What was handed out to be signed elsewhere; `undefined` where there is none, or none that can be read: it is made anew. */
export function readCertificateRequest(dataFolder: string): KeyCert | undefined {
  return readKept(join(dataFolder, certificateFiles.request), FILE_BYTES_MAX, requestSchema)
}

/** @throws MeshError DISK_FULL, DATA_FOLDER_READ_ONLY */
export function writeCertificateRequest(dataFolder: string, { owner, operator, notBefore, notAfter }: KeyCert): void {
  const content = { owner, operator, notBefore: String(notBefore), notAfter: String(notAfter) }
  writeJson(join(dataFolder, certificateFiles.request), content)
}

export interface CertificateFacts {
  readonly operator: Address
  /** That the settings name; any where absent. */
  readonly owner: Address | undefined
  readonly nowMs: number
}

/** Why a certificate does not bind this operator to its owner now. */
export function certificateFault(
  domain: SigningDomain,
  certificate: SignedKeyCert,
  { operator, owner, nowMs }: CertificateFacts,
): string | undefined {
  const { value } = certificate
  if (value.operator !== operator) return `it is for the operator ${value.operator}`
  if (owner !== undefined && value.owner !== owner)
    return `it is of the owner ${value.owner}, the settings name ${owner}`
  if (value.notAfter < BigInt(Math.floor(nowMs / 1_000))) return 'it has ended'
  if (!keyCertCovers(value, nowMs)) return 'it has not begun yet'
  const fault = keyCertFault(domain, certificate)
  return fault === undefined ? undefined : `${fault}, or it is of another network`
}

function bytesOf(path: string): Uint8Array | undefined {
  try {
    const file = statSync(path, { throwIfNoEntry: false })
    if (file === undefined) return undefined
    if (file.size > FILE_BYTES_MAX) throw new Error(`it is longer than ${FILE_BYTES_MAX} bytes`)
    return new Uint8Array(readFileSync(path))
  } catch (error) {
    throw new MeshError('CERTIFICATE_INVALID', { why: (error as Error).message }, error)
  }
}
