/** What a file holds: by its first bytes, and only where those do not say it, by its name. */
import { NPY_MAGIC } from './npy-header.ts'

export type ContentKind = 'npy' | 'image' | 'json' | 'text' | 'archive' | 'other'

/** Enough for every magic below, and for a JSON value that begins after some blank lines. */
export const HEAD_BYTES = 256

interface Magic {
  readonly kind: ContentKind
  readonly at: number
  readonly bytes: Uint8Array
}

const magic = (kind: ContentKind, bytes: string | Uint8Array, at = 0): Magic => ({
  kind,
  at,
  bytes: typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes,
})

const magics: readonly Magic[] = [
  magic('npy', NPY_MAGIC),
  magic('image', '\x89PNG\r\n\x1a\n'),
  magic('image', '\xff\xd8\xff'),
  magic('image', 'GIF87a'),
  magic('image', 'GIF89a'),
  magic('image', 'WEBPVP8', 8),
  magic('image', 'II*\0'),
  magic('image', 'MM\0*'),
  magic('image', 'ftypavif', 4),
  magic('image', 'ftypheic', 4),
  magic('image', 'ftypmif1', 4),
  // A ZIP file: what numpy.savez writes.
  magic('archive', 'PK\x03\x04'),
]

const endings: Readonly<Record<string, ContentKind>> = {
  npy: 'npy',
  npz: 'archive',
  json: 'json',
  txt: 'text',
  md: 'text',
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  webp: 'image',
  gif: 'image',
  tif: 'image',
  tiff: 'image',
  avif: 'image',
  heic: 'image',
  heif: 'image',
  bmp: 'image',
  svg: 'image',
}

/**
 * @param head the first HEAD_BYTES, or all there are
 * @param takesText whether text is what the input takes: then all that is nothing else is text, JSON on stdin too
 */
export function contentKind(head: Uint8Array, path: string | undefined, takesText: boolean): ContentKind {
  const byContent = magics.find(({ at, bytes }) => bytes.every((byte, i) => head[at + i] === byte))
  if (byContent !== undefined) return byContent.kind
  const byName = path === undefined ? undefined : endings[ending(path)]
  if (byName !== undefined && byName !== 'text') return byName
  if (takesText) return 'text'
  return beginsAsJson(head) ? 'json' : 'other'
}

/** A word that a person means as a file, wherever text could be meant too: without blanks, and with an ending of a known kind. */
export const looksLikePath = (value: string): boolean => /^\S+$/.test(value) && endings[ending(value)] !== undefined

const ending = (path: string): string => /\.([a-z0-9]{2,4})$/i.exec(path)?.[1]?.toLowerCase() ?? ''

function beginsAsJson(head: Uint8Array): boolean {
  return /^(?:\xef\xbb\xbf)?[ \t\r\n]*[[{]/.test(Buffer.from(head).toString('latin1'))
}
