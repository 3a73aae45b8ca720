/** Kinds of settings that a cloud needs: its address, its credential, its models and its prices. */
import { resolve } from 'node:path'
import { z } from 'zod'
import type { Rational } from '../../protocols/kernel/money.ts'
import { type CloudMapping, cloudMappingText, parseCloudMapping } from '../client/cloud/cloud-model.ts'
import { plainText, type SettingKind } from './setting-kinds.ts'

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Inputs and a credential go there: in the clear only on this machine. A password in it would stand in every listing. */
export const cloudUrl: SettingKind<string> = {
  schema: plainText.refine(
    isCloudUrl,
    'it is no https URL without user, query and fragment; http is for loopback addresses alone',
  ),
  show: (url) => url,
}

function isCloudUrl(given: string): boolean {
  if (!URL.canParse(given)) return false
  const { protocol, hostname, username, password, search, hash } = new URL(given)
  const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))
  return isSafe && username === '' && password === '' && search === '' && hash === ''
}

/** Where a secret is, never the secret itself. */
export type CredentialSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'variable'; readonly name: string }

const VARIABLE = /^env:([A-Za-z_][A-Za-z0-9_]{0,127})$/
const FILE = /^file:(.+)$/

/** `env:NAME`, or `file:` and a path: whoever writes the secret itself there is told, and not shown it. */
export const credentialSource: SettingKind<CredentialSource> = {
  schema: z.string().transform((given, context): CredentialSource => {
    const text = given.trim()
    const name = VARIABLE.exec(text)?.[1]
    if (name !== undefined) return { kind: 'variable', name }
    const path = FILE.exec(text)?.[1]
    if (path !== undefined && text.length <= 4_096) return { kind: 'file', path: resolve(path) }
    context.addIssue('it names no place of a credential: env: and a variable, or file: and a path')
    return z.NEVER
  }),
  show: (source) => (source.kind === 'file' ? `file:${source.path}` : `env:${source.name}`),
}

export const cloudMapping: SettingKind<CloudMapping> = {
  schema: plainText.transform((text, context) => {
    const mapping = parseCloudMapping(text)
    if (mapping !== undefined) return mapping
    context.addIssue('it is no mapping such as "characters=letters" or "notes=embeddings:text-embedding-3-small"')
    return z.NEVER
  }),
  show: cloudMappingText,
}

/** What bills have: a thousandth of a cent, and some more. */
const PLACES = 9
const DECIMAL = /^(\d{1,12})(?:\.(\d{1,9}))?$/
const SCALE = 10n ** BigInt(PLACES)

/** An exact decimal of some currency. */
export const decimal: SettingKind<Rational> = {
  schema: z.union([z.string(), z.number()], 'it is no number').transform((value, context) => {
    const match = DECIMAL.exec(String(value).trim())
    if (match !== null) return { n: BigInt(match[1]!) * SCALE + BigInt((match[2] ?? '').padEnd(PLACES, '0')), d: SCALE }
    context.addIssue(`it is no number from 0 with at most ${PLACES} decimals`)
    return z.NEVER
  }),
  show: ({ n }) => {
    const fraction = (n % SCALE).toString().padStart(PLACES, '0').replace(/0+$/, '')
    return `${n / SCALE}${fraction === '' ? '' : `.${fraction}`}`
  },
}

export const decimalAboveZero: SettingKind<Rational> = {
  schema: decimal.schema.refine(({ n }) => n > 0n, 'it is 0'),
  show: decimal.show,
}

/** @example decimalOf('0.002') */
export const decimalOf = (text: string): Rational => decimal.schema.parse(text)
