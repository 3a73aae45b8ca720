/** Errors about an input file: a person gave the file, not the tensor. */
import { MeshError } from '../../../protocols/kernel/errors.ts'

export const inputFile = (path: string, why: string, cause?: unknown): MeshError =>
  new MeshError('INPUT_FILE', { path, why }, cause)

/** What the system says of a file, in words. */
export function fileReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined) return message
  return reasons[code] ?? code
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'its path leads through something that is no folder',
  ENAMETOOLONG: 'its name is too long',
  EROFS: 'its disk takes no changes',
  EEXIST: 'it is there already',
  EIO: 'its disk fails',
}
