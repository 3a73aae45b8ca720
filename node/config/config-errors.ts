/** What is wrong with a configuration, where it stands and what was probably meant. */
import type { z } from 'zod'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { nearestName } from './nearest-name.ts'

/** Where a value came from. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'network' | 'system' | 'user'; readonly path: string }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'flag'; readonly flag: string }
  /** Said to be written into a file, where it does not stand yet. */
  | { readonly kind: 'command' }

export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'the default'
    case 'environment':
      return `the variable ${origin.variable}`
    case 'flag':
      return `the flag ${origin.flag}`
    case 'command':
      return 'the command line'
    default:
      return `the ${origin.kind} file ${origin.path}`
  }
}

const VALUE_CHARS_MAX = 80

export function invalidSetting(key: string, value: unknown, origin: Origin, why: string): MeshError {
  const shown = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return new MeshError('CONFIG_INVALID', {
    key,
    value: shown === '' ? 'empty' : shown.slice(0, VALUE_CHARS_MAX),
    origin: describeOrigin(origin),
    why,
    remedy: remedyFor(key, origin),
  })
}

/** For a file that cannot be read as a whole. */
export function invalidFile(origin: Origin, why: string): MeshError {
  const from = describeOrigin(origin)
  return new MeshError('CONFIG_FILE', { from, why })
}

function remedyFor(key: string, origin: Origin): string {
  switch (origin.kind) {
    case 'default':
    case 'user':
      return `Correct it with aitbc config set ${key} <value>.`
    case 'environment':
      return `Correct or unset ${origin.variable}.`
    case 'command':
      return 'Nothing was changed; see aitbc help config for what settings take.'
    case 'flag':
      return `Correct ${origin.flag}; see aitbc help config for what settings take.`
    default:
      return `Correct it in ${origin.path}.`
  }
}

export function unknownKey(
  key: string,
  origin: Origin,
  names: readonly string[],
  nameOf = (name: string) => name,
): MeshError {
  const near = nearestName(key, names)
  const nearest = near === undefined ? 'See aitbc config for all settings.' : `Did you mean ${nameOf(near)}?`
  return new MeshError('CONFIG_KEY_UNKNOWN', { key, origin: describeOrigin(origin), nearest })
}

/** The first thing that a schema found, in the words of the configuration. */
export function firstIssue(error: z.ZodError): {
  readonly path: string
  readonly why: string
  readonly unknown?: string
} {
  const issue = deepest(error.issues[0]!)
  const path = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') return { path, why: 'it is unknown', unknown: issue.keys[0]! }
  return { path, why: plainReason(issue) }
}

/** Without the words of the schema's library, which are for programmers. */
function plainReason(issue: Issue): string {
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')) return `it is no ${issue.expected}`
  if (issue.code === 'invalid_value' && issue.message.startsWith('Invalid'))
    return `it is none of ${issue.values.map(String).join(', ')}`
  return issue.message
}

type Issue = z.core.$ZodIssue

/** Of a union only the branch that came furthest says what is really wrong. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue
  const first = issue.errors.flat().toSorted((a, b) => b.path.length - a.path.length)[0]
  return first === undefined ? issue : { ...deepest(first), path: [...issue.path, ...first.path] }
}
