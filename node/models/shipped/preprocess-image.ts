/** From a picture's file to a model's input. */
import { MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { floatInput } from './float-input.ts'
import { type GreyPlane, inkSquare } from './ink-plane.ts'
import type { ImagePreprocess } from './manifest.ts'

/** What a camera takes today; a decompressed picture of this size takes 400 MB for a moment. */
const PIXELS_MAX = 100_000_000
/** Larger pictures are shrunk to this while they are decoded: the model sees a few dozen pixels of it. */
const PLANE_SIDE_MAX = 512
/** libvips decodes PIXELS_MAX within a second or two; what takes this long was made to. */
const DECODE_SECONDS_MAX = 20
/** Without SVG and PDF: a picture should not be a program, nor point at other files. */
const formats: readonly string[] = ['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif', 'heif']

export interface ImageSource {
  /** Named in errors. */
  readonly path?: string
  readonly signal?: AbortSignal
}

/**
 * One picture of one thing on a plain background, as `spec` says.
 * @returns float32 [1, 1, side, side], 0 = background, 1 = ink
 * @throws MeshError INPUT_FILE where the bytes are no whole picture or nothing is drawn on it; CANCELLED
 */
export async function imageToInput(
  bytes: Uint8Array,
  spec: ImagePreprocess,
  source: ImageSource = {},
): Promise<Tensor> {
  throwIfAborted(source.signal)
  const plane = await decode(bytes, source.path ?? 'given')
  throwIfAborted(source.signal)
  const values = inkSquare(plane, spec)
  if (values === undefined) throw inputFile(source.path ?? 'given', 'nothing on it stands out from its background')
  return floatInput(spec.input, [1, 1, spec.sidePixels, spec.sidePixels], values)
}

async function decode(bytes: Uint8Array, path: string): Promise<GreyPlane> {
  // Loaded with the first picture: most commands see none.
  const { default: sharp } = await import('sharp')
  try {
    const picture = sharp(bytes, { limitInputPixels: PIXELS_MAX, failOn: 'truncated' })
    const { format } = await picture.metadata()
    if (!formats.includes(format)) throw inputFile(path, `${format} is not taken; give a PNG or JPEG`)
    const { data, info } = await picture
      .timeout({ seconds: DECODE_SECONDS_MAX })
      .autoOrient()
      .flatten({ background: '#fff' })
      .greyscale()
      .resize({ width: PLANE_SIDE_MAX, height: PLANE_SIDE_MAX, fit: 'inside', withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true })
    return { widthPixels: info.width, heightPixels: info.height, data }
  } catch (error) {
    if (error instanceof MeshError) throw error
    throw inputFile(path, error instanceof Error ? error.message : 'it cannot be decoded', error)
  }
}

const inputFile = (path: string, why: string, cause?: unknown): MeshError =>
  new MeshError('INPUT_FILE', { path, why }, cause)
