import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import type { SignedKeyCert } from '../../../protocols/statements/key-cert.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import type { KeyCert } from '../../../protocols/statements/struct-types.ts'
import type { Keystore } from '../../keys/keystore.ts'
import { type CommandContext, defineSubcommand, option } from '../frame/command.ts'
import { usageError } from '../frame/usage-error.ts'
import { parseDuration } from '../screen/durations.ts'
import { isoOf, openKeys, walletDomain, walletKeys } from './wallet-keys.ts'

/** A year: a cold wallet is not fetched every month, and a machine that was sold does not speak for its owner for ever. */
const VALID_MS = 365 * 86_400_000
/** It holds at once for whoever's clock is behind, and for a chain whose newest block is some minutes old. */
const BACK_S = 300n

const SIGNED_JSON = '{"owner", "operator", "notBefore", "notAfter", "path"}'

interface CertifyOptions {
  readonly valid: number | undefined
  readonly signatureFile: string | undefined
}
type Context = CommandContext<unknown, CertifyOptions>

export const walletCertifyCommand = defineSubcommand({
  name: 'certify',
  summary: "bind this node's operator to its owner",
  about:
    'Owner and operator both sign a certificate, which then stands in the profile of the miner: it says whose stake stands behind it. ' +
    'Where the key of the owner is here it signs at once. A cold one signs elsewhere: this prints what is to be signed as EIP-712 typed ' +
    'data, for any wallet (eth_signTypedData_v4), and takes the signature back, on the terminal or with --signature-file. ' +
    'A running node shows a new certificate with its next profile, within half an hour. ' +
    `With --json: ${SIGNED_JSON}, times as ISO 8601; where the signature is still missing {"typedData", "digest", "signer"}.`,
  examples: [
    { line: 'aitbc wallet certify', about: 'with the owner of this wallet' },
    { line: 'aitbc wallet certify --owner 0x52908400098527886e0f7030069857d2e4169ee7', about: 'with a cold one' },
    { line: 'aitbc wallet certify --signature-file ./signature.txt', about: 'what the cold one signed' },
  ],
  options: {
    valid: option({ value: 'duration', about: 'How long it holds; 365d where it is not given.', parse: parseDuration }),
    signatureFile: option({
      value: 'file',
      about: 'The signature of the cold owner: 65 or 64 bytes in hexadecimal digits.',
      offers: 'files',
    }),
  },
  settings: ['owner', 'passphraseFile'],
  run: certify,
})

async function certify(context: Context): Promise<void> {
  const { valid, signatureFile } = context.options
  if (valid !== undefined && signatureFile !== undefined)
    throw usageError('what was signed has its validity already', 'Leave out --valid.')
  const { settings } = await context.config()
  using keys = await walletKeys(context)
  const ownerHere = keys.look('owner')
  const owner = settings.owner ?? ownerHere?.address
  if (owner === undefined) {
    throw usageError('no owner is known', 'Name it with --owner, or make one here: aitbc wallet new owner.')
  }
  const isHere = ownerHere?.address === owner
  await openKeys(context, keys, isHere ? ['owner', 'operator'] : ['operator'])
  using operator = keys.loadOrCreate('operator')
  const domain = await walletDomain(context)
  if (isHere) await signHere(context, domain, keys, operator.signer)
  else await signElsewhere(context, domain, owner, operator.signer)
}

async function signHere(context: Context, domain: SigningDomain, keys: Keystore, operator: Signer): Promise<void> {
  const { signKeyCert } = await import('../../../protocols/statements/key-cert.ts')
  using owner = keys.load('owner')!
  const value = newCertificate(owner.address, operator.address, context.options.valid)
  await keep(context, signKeyCert(domain, value, owner.signer, operator))
}

async function signElsewhere(context: Context, domain: SigningDomain, owner: Address, operator: Signer): Promise<void> {
  const { readCertificateRequest, writeCertificateRequest } = await import('../../keys/certificate-file.ts')
  const { keyCertDigest } = await import('../../../protocols/statements/key-cert.ts')
  const { settings } = await context.config()
  const { valid, signatureFile } = context.options
  const waiting = readCertificateRequest(settings.dataFolder)
  // What is with its owner already is not made anew: the signature of the first would fit no more.
  const isWanted = waiting?.owner === owner && waiting.operator === operator.address && valid === undefined
  if (!isWanted && signatureFile !== undefined)
    throw usageError('nothing of this owner waits for a signature', 'Begin with: aitbc wallet certify.')
  const value = isWanted ? waiting : newCertificate(owner, operator.address, valid)
  if (!isWanted) writeCertificateRequest(settings.dataFolder, value)
  const given =
    signatureFile === undefined ? await askForSignature(context, domain, value) : await signatureIn(signatureFile)
  if (given === undefined) return
  const { readForeignSignature } = await import('../../keys/foreign-signature.ts')
  const { addressOf } = await import('../../../protocols/statements/address-of.ts')
  const digest = keyCertDigest(domain, value)
  const found = readForeignSignature(given, digest)
  if (found === undefined) {
    throw usageError('this is no signature of 65 or 64 bytes with a low s', 'Give what eth_signTypedData_v4 answers.')
  }
  const signer = addressOf(domain.crypto, found.publicKey)
  if (signer !== owner) {
    const why = `by what was signed the signer is ${signer}, the owner is ${owner}`
    throw new MeshError('CERTIFICATE_INVALID', { why })
  }
  await keep(context, {
    value,
    ownerKey: found.publicKey,
    operatorKey: operator.publicKey,
    ownerSignature: found.signature,
    operatorSignature: operator.sign(digest),
  })
}

/** Prints what is to be signed. `undefined` where nobody signs it now. */
async function askForSignature(
  { out, mayAsk, signal }: Context,
  domain: SigningDomain,
  value: KeyCert,
): Promise<string | undefined> {
  const { typedData } = await import('../../../protocols/statements/typed-data.ts')
  const { keyCertType } = await import('../../../protocols/statements/struct-types.ts')
  const { toHex } = await import('../../../protocols/kernel/bytes.ts')
  const data = typedData(domain, keyCertType, value)
  const request = { typedData: data, digest: toHex(domain.digest(keyCertType, value)), signer: value.owner }
  await out.print(request, () => JSON.stringify(data, undefined, 2))
  out.say(`The owner ${value.owner} signs this with any wallet (eth_signTypedData_v4).`)
  const later = 'Then: aitbc wallet certify --signature-file <file>'
  if (!mayAsk) {
    out.say(later)
    return undefined
  }
  const { AskLines } = await import('../prompts/ask-lines.ts')
  using lines = new AskLines({ input: process.stdin, output: process.stderr, signal, say: (line) => out.say(line) })
  const answer = (await lines.line('Signature (Enter for later): ')).trim()
  if (answer === '') out.say(later)
  return answer === '' ? undefined : answer
}

async function signatureIn(path: string): Promise<string> {
  const { readFileSync, statSync } = await import('node:fs')
  const { SIGNATURE_CHARS_MAX } = await import('../../keys/foreign-signature.ts')
  try {
    if (statSync(path).size > SIGNATURE_CHARS_MAX) throw new Error('it is longer than a signature')
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw usageError(`the signature file ${path} cannot be read: ${(error as Error).message}`, 'Name another.')
  }
}

function newCertificate(owner: Address, operator: Address, validMs = VALID_MS): KeyCert {
  const now = BigInt(Math.floor(Date.now() / 1_000))
  return { owner, operator, notBefore: now - BACK_S, notAfter: now + BigInt(Math.floor(validMs / 1_000)) }
}

async function keep({ config, out }: Context, certificate: SignedKeyCert): Promise<void> {
  const { join } = await import('node:path')
  const { certificateFiles, writeCertificate } = await import('../../keys/certificate-file.ts')
  const { dataFolder } = (await config()).settings
  writeCertificate(dataFolder, certificate)
  const { owner, operator, notBefore, notAfter } = certificate.value
  const path = join(dataFolder, certificateFiles.signed)
  await out.print({ owner, operator, notBefore: isoOf(notBefore), notAfter: isoOf(notAfter), path }, () =>
    [
      `The owner ${owner} stands behind the operator ${operator} until ${isoOf(notAfter).slice(0, 10)}.`,
      `In ${path}.`,
    ].join('\n'),
  )
}
