/** How often the finished file is right: real pictures, the way of inference, ONNX Runtime. */
import * as ort from 'onnxruntime-node'
import sharp from 'sharp'
import { isMeshError } from '../../../../../protocols/kernel/errors.ts'
import type { GreyPlane } from '../../ink-plane.ts'
import { seededRandom } from '../../make/seeded-random.ts'
import type { ImagePreprocess } from '../../manifest.ts'
import { imageToInput } from '../../preprocess-image.ts'
import { characterClasses } from './character-classes.ts'
import { distort } from './distortion.ts'
import { type GlyphMaster, MASTER_SIDE_PIXELS } from './glyph-masters.ts'

/** Another seed than the training's. */
const DISTORTION_SEED = 0x7e57
const DISTORTIONS = 5

export interface Score {
  readonly right: number
  readonly count: number
}

export interface Evaluation {
  readonly total: Score
  /** In the order of characterClasses. */
  readonly perClass: readonly Score[]
  /** Most frequent first: "shown -> answered". */
  readonly confusions: readonly { readonly what: string; readonly count: number }[]
}

export interface Evaluator {
  /** As the font draws it, black on white. */
  clean(masters: readonly GlyphMaster[]): Promise<Evaluation>
  /** Each master in DISTORTIONS ways. */
  distorted(masters: readonly GlyphMaster[]): Promise<Evaluation>
}

export async function createEvaluator(model: Uint8Array, spec: ImagePreprocess): Promise<Evaluator> {
  const session = await ort.InferenceSession.create(model)
  const classify = async (plane: GreyPlane) => {
    const input = await imageToInput(await toPng(plane), spec)
    const floats = new Float32Array(input.data.buffer, input.data.byteOffset, input.byteLength / 4)
    const outputs = await session.run({ image: new ort.Tensor('float32', floats, input.dims) })
    const probabilities = outputs.probabilities?.data
    if (!(probabilities instanceof Float32Array)) throw new Error('the model has no output named probabilities')
    return probabilities.indexOf(Math.max(...probabilities))
  }
  return {
    clean: (masters) => score(masters, 1, (master) => classify(onPaper(master))),
    distorted: (masters) =>
      score(masters, DISTORTIONS, (master, run, i) =>
        classify(distort(master.coverage, seededRandom(DISTORTION_SEED, run, i))),
      ),
  }
}

const onPaper = (master: GlyphMaster): GreyPlane => ({
  widthPixels: MASTER_SIDE_PIXELS,
  heightPixels: MASTER_SIDE_PIXELS,
  data: master.coverage.map((value) => 255 - value),
})

const toPng = ({ data, widthPixels, heightPixels }: GreyPlane): Promise<Uint8Array> =>
  sharp(data, { raw: { width: widthPixels, height: heightPixels, channels: 1 } })
    .png()
    .toBuffer()

type Classify = (master: GlyphMaster, run: number, index: number) => Promise<number>

async function score(masters: readonly GlyphMaster[], runs: number, classify: Classify): Promise<Evaluation> {
  const right = characterClasses.map(() => 0)
  const count = characterClasses.map(() => 0)
  const confusions = new Map<string, number>()
  for (const [i, master] of masters.entries()) {
    for (let run = 0; run < runs; run++) {
      const answer = await answerOf(() => classify(master, run, i))
      count[master.classIndex]!++
      if (answer === master.classIndex) right[master.classIndex]!++
      else {
        const what = `${master.character} -> ${answer === undefined ? 'nothing seen' : characterClasses[answer]!.label}`
        confusions.set(what, (confusions.get(what) ?? 0) + 1)
      }
    }
  }
  const perClass = right.map((value, i) => ({ right: value, count: count[i]! }))
  return {
    total: { right: sum(right), count: sum(count) },
    perClass,
    confusions: [...confusions].map(([what, times]) => ({ what, count: times })).sort((a, b) => b.count - a.count),
  }
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** A character too faint to be found counts as a wrong answer. */
async function answerOf(classify: () => Promise<number>): Promise<number | undefined> {
  try {
    return await classify()
  } catch (error) {
    if (isMeshError(error, 'INPUT_FILE')) return undefined
    throw error
  }
}
