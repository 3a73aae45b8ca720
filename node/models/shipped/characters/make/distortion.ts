/** What happens to a character between a font and a picture: slant, turn, width, pen, size, focus, light and grain. */
import type { GreyPlane } from '../../ink-plane.ts'
import type { Random } from '../../make/seeded-random.ts'
import { MASTER_INK_PIXELS, MASTER_SIDE_PIXELS } from './glyph-masters.ts'

const SIDE = MASTER_SIDE_PIXELS
/** Below this the strokes of an ordinary face are thinner than a pixel. */
const INK_PIXELS_MIN = 13
const DEGREES = Math.PI / 180
/** Thinning a light face further would cut its strokes. */
const INK_KEPT_MIN = 0.6

export function distort(coverage: Uint8Array, random: Random): GreyPlane {
  const inked = changeWeight(coverage, random)
  const inkPixels = INK_PIXELS_MIN * (MASTER_INK_PIXELS / INK_PIXELS_MIN) ** random.next()
  const small = project(inked, inkPixels, random)
  const blurs = random.below(3)
  for (let i = 0; i < blurs; i++) blur(small.values, small.side)
  return { widthPixels: small.side, heightPixels: small.side, data: expose(small.values, random) }
}

/** Blends with the picture grown or thinned by a pixel of the master (1/56 of the character) once or twice. */
function changeWeight(coverage: Uint8Array, random: Random): Float32Array {
  const plain = Float32Array.from(coverage, (value) => value / 255)
  const amount = random.between(-1, 2)
  if (amount >= 0)
    return blend(plain, morph(amount > 1 ? morph(plain, Math.max) : plain, Math.max), Math.min(1, amount))
  const thin = blend(plain, morph(plain, Math.min), -amount)
  return total(thin) >= INK_KEPT_MIN * total(plain) ? thin : plain
}

const total = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0)

const blend = (a: Float32Array, b: Float32Array, share: number): Float32Array =>
  a.map((value, i) => value + (b[i]! - value) * share)

/** The greatest or least of each pixel and its four neighbours. */
function morph(values: Float32Array, pick: (a: number, b: number) => number): Float32Array {
  const result = values.slice()
  for (let i = SIDE; i < values.length - SIDE; i++) {
    result[i] = pick(pick(pick(values[i - 1]!, values[i + 1]!), pick(values[i - SIDE]!, values[i + SIDE]!)), values[i]!)
  }
  return result
}

interface Square {
  readonly side: number
  readonly values: Float32Array
}

/** Turns, slants, stretches and shrinks in one step, with as many samples a pixel as the master has pixels for it. */
function project(coverage: Float32Array, inkPixels: number, random: Random): Square {
  const angle = random.normal() * 5 * DEGREES
  const slant = random.normal() * 0.1
  const stretch = Math.exp(random.normal() * 0.1)
  const perPixel = MASTER_INK_PIXELS / inkPixels
  // Room for the corners of a turned square; the ink stays clear of the frame.
  const side = Math.ceil(inkPixels * 1.6) + 2
  const middle = side / 2
  const shiftX = random.between(-0.5, 0.5)
  const shiftY = random.between(-0.5, 0.5)
  const cos = Math.cos(angle) * perPixel
  const sin = Math.sin(angle) * perPixel
  const samples = Math.ceil(perPixel)
  const values = new Float32Array(side * side)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let sum = 0
      for (let sub = 0; sub < samples * samples; sub++) {
        const px = x + ((sub % samples) + 0.5) / samples - middle + shiftX
        const py = y + (Math.floor(sub / samples) + 0.5) / samples - middle + shiftY
        const v = (py * cos + px * sin) * stretch
        const u = (px * cos - py * sin) / stretch + v * slant
        sum += sample(coverage, u + SIDE / 2 - 0.5, v + SIDE / 2 - 0.5)
      }
      values[y * side + x] = sum / (samples * samples)
    }
  }
  return { side, values }
}

function sample(coverage: Float32Array, u: number, v: number): number {
  const x = Math.floor(u)
  const y = Math.floor(v)
  if (x < 0 || y < 0 || x >= SIDE - 1 || y >= SIDE - 1) return 0
  const at = y * SIDE + x
  const across = u - x
  const upper = coverage[at]! + (coverage[at + 1]! - coverage[at]!) * across
  const lower = coverage[at + SIDE]! + (coverage[at + SIDE + 1]! - coverage[at + SIDE]!) * across
  return upper + (lower - upper) * (v - y)
}

/** One pass of the binomial kernel 1 2 1 in both directions; the outermost pixels, always paper, stay. */
function blur(values: Float32Array, side: number): void {
  const rows = values.slice()
  for (let i = 1; i < values.length - 1; i++) rows[i] = (values[i - 1]! + 2 * values[i]! + values[i + 1]!) / 4
  for (let i = side; i < values.length - side; i++) values[i] = (rows[i - side]! + 2 * rows[i]! + rows[i + side]!) / 4
}

/** Ink on paper, or chalk on a board, of any contrast that a person would still call readable. */
function expose(values: Float32Array, random: Random): Uint8Array {
  let paper = random.between(150, 255)
  let ink = random.between(0, 90)
  if (random.next() < 0.3) [paper, ink] = [ink, paper]
  const grain = random.between(0, 10)
  return Uint8Array.from(values, (value) => {
    const level = paper + (ink - paper) * value + grain * random.normal()
    return Math.max(0, Math.min(255, Math.round(level)))
  })
}
