/**
 * Vouchers with their grants in a file that somebody else can relay. There is nothing secret in it: payers' and sessions' signatures,
 * which the contract wants to see, and it pays the miner's owner whoever shows them.
 */
import { z } from 'zod'
import { fromHex, toHex } from '../../../protocols/kernel/bytes.ts'
import { decode } from '../../../protocols/kernel/codec.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { grantHash } from '../../../protocols/statements/grant.ts'
import { requireSigned, type Signed, signedCodec } from '../../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { sessionGrantType, type Voucher, voucherType } from '../../../protocols/statements/struct-types.ts'
import { HELD_VOUCHERS_MAX } from '../journal/read-held-vouchers.ts'

const KIND = 'aitbc-vouchers'
const VERSION = 1
/** A voucher and a grant are some 500 bytes together, twice as many digits. */
const HEX_CHARS_MAX = 4_096
/** As many of them as one export writes. */
export const VOUCHER_FILE_BYTES_MAX: number = HELD_VOUCHERS_MAX * 2_048

const bytesText = z
  .string()
  .max(HEX_CHARS_MAX)
  .regex(/^0x([0-9a-f]{2})+$/, 'it is no 0x text')
const schema = z.strictObject({
  kind: z.literal(KIND),
  version: z.literal(VERSION),
  networkId: z.string().max(32),
  chainId: z.int().min(1),
  vouchers: z.array(z.strictObject({ voucher: bytesText, grant: bytesText.nullable() })).max(HELD_VOUCHERS_MAX),
})

export interface RelayedVoucher {
  readonly voucher: Uint8Array
  readonly grant: Uint8Array | undefined
}

export interface CheckedVoucher extends RelayedVoucher {
  readonly value: Voucher & { readonly escrow: Address }
}

interface OfNetwork {
  readonly networkId: string
  readonly chainId: number
}

export function voucherFileText({ networkId, chainId }: OfNetwork, vouchers: readonly RelayedVoucher[]): string {
  const each = vouchers.map(({ voucher, grant }) => ({
    voucher: toHex(voucher),
    grant: grant === undefined ? null : toHex(grant),
  }))
  return `${JSON.stringify({ kind: KIND, version: VERSION, networkId, chainId, vouchers: each }, undefined, 1)}\n`
}

/**
 * All of it checked, the signatures too: gas is paid by who shows it. Of several on one counter the highest is taken.
 * @param path for the error
 * @throws MeshError MALFORMED where it is no such file, or of another network
 */
export function parseVoucherFile(
  text: string,
  path: string,
  network: OfNetwork,
  domain: SigningDomain,
): readonly CheckedVoucher[] {
  const wrong = (why: string): MeshError => new MeshError('MALFORMED', { what: path, why })
  if (text.length > VOUCHER_FILE_BYTES_MAX) throw wrong('it is too long')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw wrong('it is no JSON')
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw wrong(`it is no file of vouchers: ${issueText(parsed.error)}`)
  const { networkId, chainId, vouchers } = parsed.data
  if (networkId !== network.networkId || chainId !== network.chainId)
    throw wrong(`it is of the network ${networkId} on the chain ${chainId}`)
  const highest = new Map<string, CheckedVoucher>()
  vouchers.forEach((each, i) => {
    const checked = check(each, domain, (why) => wrong(`its voucher ${i + 1}: ${why}`))
    const { escrow, payer, session, miner, collection, cumulative } = checked.value
    const counter = [escrow, payer, session, miner, collection].join('/')
    if (cumulative > (highest.get(counter)?.value.cumulative ?? -1n)) highest.set(counter, checked)
  })
  return [...highest.values()]
}

function check(
  each: { readonly voucher: string; readonly grant: string | null },
  domain: SigningDomain,
  wrong: (why: string) => MeshError,
): CheckedVoucher {
  const voucher = fromHex(each.voucher as `0x${string}`)!
  const grant = each.grant === null ? undefined : fromHex(each.grant as `0x${string}`)!
  try {
    const signed = decode(signedCodec(voucherType), voucher)
    requireSigned(domain, voucherType, signed)
    if (grant !== undefined) {
      const stands = decode(signedCodec(sessionGrantType), grant)
      requireSigned(domain, sessionGrantType, stands)
      if (grantHash(domain, stands.value) !== signed.value.grant) throw wrong('it stands on another grant')
    } else if (needsGrant(signed)) throw wrong('its grant is missing')
    return { voucher, grant, value: signed.value }
  } catch (error) {
    if (error instanceof MeshError && error.code === 'MALFORMED' && error.facts.what !== 'Voucher') throw error
    throw wrong((error as Error).message)
  }
}

/** A payer that signs itself needs none. */
const needsGrant = ({ value: { payer, session } }: Signed<Voucher>): boolean => payer !== session

function issueText({ issues }: z.ZodError): string {
  const [first] = issues
  return `${first?.path.map(String).join('.') || 'the whole'}: ${first?.message ?? ''}`
}
