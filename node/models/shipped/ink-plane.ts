/**
 * From a greyscale picture of one thing drawn on a plain background to the square that a model reads. Training and inference
 * both go through here, so the model never sees a picture prepared in another way than it learnt.
 */

/** Row-major, 0 = black, 255 = white. */
export interface GreyPlane {
  readonly widthPixels: number
  readonly heightPixels: number
  readonly data: Uint8Array
}

export interface InkSpec {
  /** Side of the square the model reads. */
  readonly sidePixels: number
  /** Side of the centred square into which the ink is fitted; the rest is margin. */
  readonly inkSidePixels: number
  /** 0..1: what is darker than this share of the picture's own contrast counts for the box around the ink. */
  readonly inkThreshold: number
}

/** Moves the box around the ink by that share of its side and scales it: what stray specks do to it. For training. */
export interface BoxShift {
  readonly x: number
  readonly y: number
  readonly zoom: number
}

/** Of 255. Less is the noise of a blank page, not something drawn on it. */
const CONTRAST_MIN = 24

/** `sidePixels` squared values, row-major, 0 = background, 1 = ink; `undefined` where nothing is drawn. */
export function inkSquare(plane: GreyPlane, spec: InkSpec, shift?: BoxShift): Float32Array | undefined {
  const ink = inkOf(plane)
  if (ink === undefined) return undefined
  const { widthPixels, heightPixels } = plane
  const box = inkBox(ink, widthPixels, heightPixels, spec.inkThreshold)
  const boxSide = Math.max(box.right - box.left, box.bottom - box.top)
  const step = (boxSide / spec.inkSidePixels) * (shift?.zoom ?? 1)
  const centreX = (box.left + box.right) / 2 + boxSide * (shift?.x ?? 0)
  const centreY = (box.top + box.bottom) / 2 + boxSide * (shift?.y ?? 0)
  const columns = taps(centreX, step, spec.sidePixels, widthPixels)
  const rows = taps(centreY, step, spec.sidePixels, heightPixels)
  return resample(ink, widthPixels, heightPixels, columns, rows)
}

/** The background is the median of the frame; ink is the distance from it towards the picture's other extreme. */
function inkOf(plane: GreyPlane): Float32Array | undefined {
  const { data } = plane
  const background = frameMedian(plane)
  let darkest = 255
  let lightest = 0
  for (const value of data) {
    if (value < darkest) darkest = value
    if (value > lightest) lightest = value
  }
  const darkInk = background - darkest >= lightest - background
  const contrast = darkInk ? background - darkest : lightest - background
  if (contrast < CONTRAST_MIN) return undefined
  const perLevel = (darkInk ? -1 : 1) / contrast
  const ink = new Float32Array(data.length)
  for (let i = 0; i < data.length; i++) ink[i] = Math.max(0, (data[i]! - background) * perLevel)
  return ink
}

function frameMedian({ data, widthPixels, heightPixels }: GreyPlane): number {
  const histogram = new Uint32Array(256)
  let count = 0
  const add = (value: number) => {
    histogram[value]!++
    count++
  }
  const last = (heightPixels - 1) * widthPixels
  for (let x = 0; x < widthPixels; x++) {
    add(data[x]!)
    add(data[last + x]!)
  }
  for (let y = 1; y < heightPixels - 1; y++) {
    add(data[y * widthPixels]!)
    add(data[(y + 1) * widthPixels - 1]!)
  }
  let level = 0
  for (let seen = histogram[0]!; seen * 2 < count; seen += histogram[level]!) level++
  return level
}

interface Box {
  readonly left: number
  readonly top: number
  /** One past the last column and row. */
  readonly right: number
  readonly bottom: number
}

/** Never empty: the pixel of greatest contrast has ink 1. */
function inkBox(ink: Float32Array, width: number, height: number, threshold: number): Box {
  let left = width
  let right = 0
  let top = height
  let bottom = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (ink[y * width + x]! < threshold) continue
      if (x < left) left = x
      if (x >= right) right = x + 1
      if (y < top) top = y
      bottom = y + 1
    }
  }
  return { left, top, right, bottom }
}

/** For each output pixel of one axis: the first source pixel and the weights from there on. */
interface Taps {
  readonly first: readonly number[]
  readonly weights: readonly Float32Array[]
}

/** Triangle filter: interpolates when the ink grows, averages when it shrinks. Outside the picture is background. */
function taps(centre: number, step: number, outputPixels: number, sourcePixels: number): Taps {
  const radius = Math.max(1, step)
  const first: number[] = []
  const weights: Float32Array[] = []
  for (let i = 0; i < outputPixels; i++) {
    const middle = centre + (i + 0.5 - outputPixels / 2) * step - 0.5
    const from = Math.ceil(middle - radius)
    const to = Math.floor(middle + radius)
    let total = 0
    for (let j = from; j <= to; j++) total += 1 - Math.abs(j - middle) / radius
    const start = Math.max(0, from)
    const row = new Float32Array(Math.max(0, Math.min(sourcePixels - 1, to) - start + 1))
    for (let j = 0; j < row.length; j++) row[j] = (1 - Math.abs(start + j - middle) / radius) / total
    first.push(start)
    weights.push(row)
  }
  return { first, weights }
}

function resample(ink: Float32Array, width: number, height: number, columns: Taps, rows: Taps): Float32Array {
  const side = columns.first.length
  const narrow = new Float32Array(side * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < side; x++)
      narrow[y * side + x] = weigh(ink, y * width + columns.first[x]!, 1, columns.weights[x]!)
  }
  const square = new Float32Array(side * side)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      square[y * side + x] = weigh(narrow, rows.first[y]! * side + x, side, rows.weights[y]!)
    }
  }
  return square
}

function weigh(values: Float32Array, from: number, stride: number, weights: Float32Array): number {
  let sum = 0
  for (let i = 0; i < weights.length; i++) sum += values[from + i * stride]! * weights[i]!
  return sum
}
