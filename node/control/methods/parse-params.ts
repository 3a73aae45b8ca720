/** What a caller of the control channel gives, held to its schema. */
import type { z } from 'zod'
import { MeshError } from '../../../protocols/kernel/errors.ts'

/** @throws MeshError USAGE that names the first field that is wrong */
export function parseParams<T>(schema: z.ZodType<T>, params: unknown): T {
  const parsed = schema.safeParse(params ?? {})
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  const field = issue.path.map(String).join('.')
  throw new MeshError('USAGE', { what: `${field === '' ? 'the parameters' : field}: ${issue.message}` })
}
