/** A few pictures to try the model with, in typefaces that it was not trained on. */
import sharp from 'sharp'
import type { FontFile } from './font-files.ts'
import { characterPath, MASTER_SIDE_PIXELS, parseFont } from './glyph-masters.ts'

export interface SamplePicture {
  /** `letter-A.png`: after the dash the label that is right. */
  readonly name: string
  readonly png: Uint8Array
}

const SIDE_PIXELS = 160

const samples = [
  { name: 'letter-A', character: 'A', font: 'Cantarell-Regular', ink: '#000000', paper: '#ffffff', degrees: 0 },
  { name: 'letter-g', character: 'g', font: 'EBGaramond12-Regular', ink: '#1f2a5c', paper: '#f4ecd8', degrees: 0 },
  { name: 'letter-R', character: 'R', font: 'Vollkorn-BlackItalic', ink: '#7a1420', paper: '#d8d8d8', degrees: 0 },
  { name: 'letter-k', character: 'k', font: 'Andika-Regular', ink: '#404040', paper: '#b8c4b0', degrees: -6 },
  { name: 'digit-7', character: '7', font: 'FiraCode-Bold', ink: '#f2f2f2', paper: '#20402c', degrees: 0 },
  { name: 'digit-4', character: '4', font: 'Comfortaa-Regular', ink: '#303030', paper: '#ffffff', degrees: 7 },
] as const

export function drawSamples(fonts: readonly FontFile[]): Promise<SamplePicture[]> {
  return Promise.all(
    samples.map(async ({ name, character, font, ink, paper, degrees }) => {
      const file = fonts.find((candidate) => candidate.name === font && candidate.split === 'test')
      const path = file === undefined ? undefined : characterPath(parseFont(file), character)
      if (path === undefined) throw new Error(`no held-out font draws ${character} as ${font}`)
      const cell = MASTER_SIDE_PIXELS
      const turned = `<g fill="${ink}" transform="rotate(${degrees} ${cell / 2} ${cell / 2})">${path}</g>`
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE_PIXELS}" height="${SIDE_PIXELS}" viewBox="0 0 ${cell} ${cell}"><rect width="100%" height="100%" fill="${paper}"/>${turned}</svg>`
      return { name: `${name}.png`, png: await sharp(Buffer.from(svg)).png({ compressionLevel: 9 }).toBuffer() }
    }),
  )
}
