/** `--traceparent`: the standard lets programs overlook a malformed one; who types it wants to hear of it. */
import { parseTraceparent } from '../../../protocols/kernel/trace-context.ts'
import { usageError } from '../frame/usage-error.ts'

/** @throws MeshError USAGE */
export function parseTraceparentOption(text: string): string {
  if (parseTraceparent(text) !== undefined) return text
  throw usageError(
    `${text} is no traceparent`,
    'It looks like 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.',
  )
}
