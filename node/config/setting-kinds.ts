/** What a setting can be: read from JSON or from the text of a flag or variable, and shown as that text again. */
import { resolve } from 'node:path'
import { z } from 'zod'
import { type Credits, formatCredits, parseCredits } from '../../protocols/kernel/money.ts'
import { type CardWindow, cardWindowText, parseCardWindow } from '../../protocols/rules/care/card-hours.ts'
import { TERM_MS_MAX } from '../../protocols/rules/service-level/granted-terms.ts'
import { PRICE_MAX } from '../../protocols/wire/offer/offer-body.ts'
import { parseWatchedProgram, type WatchedProgram, watchedProgramText } from '../care/programs/watched-program.ts'
import { parseEndpointUrl } from '../chain/rpc/endpoint-url.ts'

export interface SettingKind<T> {
  readonly schema: z.ZodType<T>
  show(value: T): string
}

/** Longest text of one value; longer ones are mistakes, for example a whole file. */
const TEXT_CHARS_MAX = 4_096
/** Most values of one list. */
const LIST_MAX = 64

export const plainText = z.string().trim().min(1, 'it is empty').max(TEXT_CHARS_MAX)

export function text(pattern?: RegExp, why = 'it has the wrong form'): SettingKind<string> {
  return { schema: pattern === undefined ? plainText : plainText.regex(pattern, why), show: (value) => value }
}

/** A folder, from the working folder of whoever named it: the node and its messages know it by its whole path. */
export const folder: SettingKind<string> = {
  schema: plainText.transform((path) => resolve(path)),
  show: (path) => path,
}

/** A file, in the same way. */
export const filePath: SettingKind<string> = folder

/** An address to which paths are added. A password in it would stand in every listing of the settings. */
export const baseUrl: SettingKind<string> = {
  schema: plainText.refine(isBaseUrl, 'it is no http or https URL without user, query and fragment'),
  show: (url) => url,
}

function isBaseUrl(given: string): boolean {
  if (!URL.canParse(given)) return false
  const { protocol, username, password, search, hash } = new URL(given)
  return /^https?:$/.test(protocol) && username === '' && password === '' && search === '' && hash === ''
}

/** An RPC endpoint: its path and query often hold a token, so only scheme, name and port are ever shown. */
export const endpointUrl: SettingKind<string> = {
  schema: plainText.refine((given) => parseEndpointUrl(given) !== undefined, 'it is no http or https address'),
  show: (url) => parseEndpointUrl(url)?.origin ?? '',
}

/** A text of which every value is of type `T` once it matches. */
export function textAs<T extends string>(isOne: (text: string) => text is T, why: string): SettingKind<T> {
  return { schema: plainText.refine(isOne, why), show: (value) => value }
}

export function choice<const T extends string>(...words: readonly T[]): SettingKind<T> {
  return { schema: z.enum(words, `it is none of ${words.join(', ')}`), show: (value) => value }
}

/** Numbers come as JSON or as digits; anything else stays as it is and fails with the reason. */
const digits = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{1,16}$/.test(value.trim()) ? Number(value) : value

export function wholeNumber(min: number, max: number): SettingKind<number> {
  const why = `it is no whole number from ${min} to ${max}`
  return { schema: z.preprocess(digits, z.number(why).int(why).min(min, why).max(max, why)), show: String }
}

const BYTE_UNITS = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const

export function byteSize(min: number, max: number): SettingKind<number> {
  const why = `it is no size from ${showBytes(min)} to ${showBytes(max)}`
  return {
    schema: z.preprocess(
      (value) => (typeof value === 'string' ? bytesOf(value) : value),
      z.number(why).int(why).min(min, why).max(max, why),
    ),
    show: showBytes,
  }
}

/** `8 GiB`, `512MiB` or plain bytes. */
function bytesOf(text: string): number | undefined {
  const match = /^(\d{1,15}) ?(B|KiB|MiB|GiB|TiB)?$/.exec(text.trim())
  return match === null ? undefined : Number(match[1]) * BYTE_UNITS[(match[2] ?? 'B') as keyof typeof BYTE_UNITS]
}

function showBytes(bytes: number): string {
  const units = Object.entries(BYTE_UNITS).toReversed()
  const [name, size] = units.find(([, unit]) => bytes >= unit && bytes % unit === 0) ?? ['B', 1]
  return `${bytes / size} ${name}`
}

/** An amount in the token's unit: a text is exact, a JSON number is taken as it is written. */
export const amount: SettingKind<Credits> = {
  schema: z.union([z.string(), z.number()], 'it is no amount').transform((value, context) => {
    const credits = parseCredits(String(value))
    if (credits !== undefined) return credits
    context.addIssue('it is no amount with at most six decimals')
    return z.NEVER
  }),
  show: formatCredits,
}

/** An amount that an offer can name: a larger one is a slip, and no peer would take it. */
export const price: SettingKind<Credits> = {
  schema: amount.schema.refine((value) => value <= PRICE_MAX, `it is above ${formatCredits(PRICE_MAX)}`),
  show: formatCredits,
}

/** A JSON array, or a text with commas. */
export function list<T>(item: SettingKind<T>): SettingKind<readonly T[]> {
  const split = (value: unknown): unknown =>
    typeof value !== 'string' ? value : value.trim() === '' ? [] : value.split(',').map((part) => part.trim())
  return {
    schema: z.preprocess(
      split,
      z.array(item.schema, 'it is no list').max(LIST_MAX, `it has more than ${LIST_MAX} values`),
    ),
    show: (values) => values.map((value) => item.show(value)).join(','),
  }
}

/** A value that may be absent: the word `none`. */
export function orNone<T>(item: SettingKind<T>): SettingKind<T | undefined> {
  return {
    schema: z.preprocess((value) => (value === 'none' ? undefined : value), item.schema.optional()),
    show: (value) => (value === undefined ? 'none' : item.show(value)),
  }
}

/** A program, or one that wants one card alone: `blender@2`. */
export const watchedProgram: SettingKind<WatchedProgram> = {
  schema: plainText
    // It would be watched for under a name that no program has.
    .refine((text) => !/^@|@$/.test(text), 'it is no program, nor one with its card behind an @, such as "blender@2"')
    .transform(parseWatchedProgram),
  show: watchedProgramText,
}

/** Bounds of the classes realtime, fast and standard, in milliseconds: three numbers that ascend. */
export const classBounds: SettingKind<readonly [number, number, number]> = {
  schema: z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').map((part) => digits(part.trim())) : value),
    z
      .tuple([z.int().min(1), z.int(), z.int().max(TERM_MS_MAX)], 'it is not three times, such as 100,500,2000')
      .refine(([realtime, fast, standard]) => realtime < fast && fast < standard, 'its times do not ascend'),
  ),
  show: (bounds) => bounds.join(','),
}

/** Windows of the week, of the miner or of one card: a text with semicolons, for commas stand between days, or a JSON array of texts. */
export const weeklyWindows: SettingKind<readonly CardWindow[]> = {
  schema: z
    .preprocess(
      (value) => (typeof value === 'string' ? value.split(';').filter((part) => part.trim() !== '') : value),
      z.array(z.string().max(TEXT_CHARS_MAX), 'it is no list').max(LIST_MAX, `it has more than ${LIST_MAX} windows`),
    )
    .transform((texts, context) => {
      const windows = texts.map(parseCardWindow)
      const wrong = windows.indexOf(undefined)
      if (wrong < 0) return windows as readonly CardWindow[]
      context.addIssue(`"${texts[wrong]}" is no window such as "mon-fri 18:00-08:00" or "card 2: 22:00-06:00"`)
      return z.NEVER
    }),
  show: (windows) => windows.map(cardWindowText).join('; '),
}
