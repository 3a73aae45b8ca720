/** Every character of every font, drawn once, large and clean; distortion.ts makes the training pictures of these. */
import opentype, { type Font, type PathCommand } from 'opentype.js'
import sharp from 'sharp'
import { type DrawnCharacter, drawnCharacters } from './character-classes.ts'
import type { FontFile } from './font-files.ts'

/** The longer side of the ink: nearly three pixels for each of the 20 that the model sees. */
export const MASTER_INK_PIXELS = 56
export const MASTER_SIDE_PIXELS = 72

export interface GlyphMaster extends DrawnCharacter {
  readonly font: string
  /** MASTER_SIDE_PIXELS squared, 0 = paper, 255 = ink. */
  readonly coverage: Uint8Array
}

/** Leaves out characters that the font does not have, and an old-style 1, which is drawn as a small capital I. */
export async function drawGlyphs(font: FontFile): Promise<GlyphMaster[]> {
  const parsed = parseFont(font)
  const absent = hasOldStyleFigures(parsed) ? '1' : ''
  const outlines = drawnCharacters
    .filter((drawn) => !absent.includes(drawn.character))
    .flatMap((drawn) => {
      const path = characterPath(parsed, drawn.character)
      return path === undefined ? [] : [{ drawn, path }]
    })
  const side = MASTER_SIDE_PIXELS
  const cells = outlines.map(({ path }, row) => `<g transform="translate(0 ${row * side})">${path}</g>`)
  const height = side * outlines.length
  const sheet = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${height}"><rect width="100%" height="100%" fill="#fff"/>${cells.join('')}</svg>`
  const grey = await sharp(Buffer.from(sheet)).greyscale().raw().toBuffer()
  if (grey.length !== side * height) throw new Error(`the sheet of ${font.name} has ${grey.length} bytes`)
  return outlines.map(({ drawn }, row) => ({
    ...drawn,
    font: font.name,
    coverage: Uint8Array.from(grey.subarray(row * side * side, (row + 1) * side * side), (value) => 255 - value),
  }))
}

export const parseFont = (font: FontFile): Font => opentype.parse(Uint8Array.from(font.bytes).buffer)

/** SVG, the ink centred in a cell of MASTER_SIDE_PIXELS; `undefined` where the font has no such character. */
export function characterPath(font: Font, character: string): string | undefined {
  const glyph = font.charToGlyph(character)
  if (glyph.index === 0) return undefined
  const path = glyph.getPath(0, 0, 100)
  const { x1, y1, x2, y2 } = path.getBoundingBox()
  const scale = MASTER_INK_PIXELS / Math.max(x2 - x1, y2 - y1)
  if (!Number.isFinite(scale)) return undefined
  const middle = MASTER_SIDE_PIXELS / 2
  const x = middle - (scale * (x1 + x2)) / 2
  const y = middle - (scale * (y1 + y2)) / 2
  return `<path transform="matrix(${scale} 0 0 ${scale} ${x} ${y})" d="${path.commands.map(svgCommand).join('')}"/>`
}

/** Lining figures are as high as capitals or a little less; an old-style 0 is as high as an x (0.6 to 0.7 of an H). */
const LINING_HEIGHT_MIN = 0.85

function hasOldStyleFigures(font: Font): boolean {
  const height = (character: string) => {
    const { y1, y2 } = font.charToGlyph(character).getPath(0, 0, 100).getBoundingBox()
    return y2 - y1
  }
  return height('0') < LINING_HEIGHT_MIN * height('H')
}

/** opentype.js's own `toPathData` writes NaN for coordinates such as 50.00000000000001 (2.0.0). */
function svgCommand(command: PathCommand): string {
  const numbers = (...values: number[]) => values.map((value) => value.toFixed(3)).join(' ')
  switch (command.type) {
    case 'M':
    case 'L':
      return command.type + numbers(command.x, command.y)
    case 'Q':
      return `Q${numbers(command.x1, command.y1, command.x, command.y)}`
    case 'C':
      return `C${numbers(command.x1, command.y1, command.x2, command.y2, command.x, command.y)}`
    case 'Z':
      return 'Z'
  }
}
