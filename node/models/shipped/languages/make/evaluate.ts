/** How often the finished file is right: the way of inference, ONNX Runtime. */
import * as ort from 'onnxruntime-node'
import type { TextPreprocess } from '../../manifest.ts'
import { textToInput } from '../../preprocess-text.ts'
import { wordsOf } from '../../text-features.ts'
import type { Corpus } from './corpus.ts'
import { languages } from './languages.ts'
import { passagesOf } from './passages.ts'

/** Of each language and length: enough to tell 98 % from 99 %. */
const PASSAGES_MAX = 500

export const passageLengths = [20, 50, 150] as const
export type PassageLength = (typeof passageLengths)[number]

export interface Score {
  readonly right: number
  readonly count: number
}

export interface Evaluation {
  readonly total: Score
  /** In the order of languages. */
  readonly perLanguage: readonly Score[]
  /** Most frequent first: "shown -> answered". */
  readonly confusions: readonly { readonly what: string; readonly count: number }[]
}

export type Evaluations = Readonly<Record<PassageLength, Evaluation>>

export async function createEvaluator(
  model: Uint8Array,
  spec: TextPreprocess,
): Promise<(corpus: Corpus) => Promise<Evaluations>> {
  const session = await ort.InferenceSession.create(model)
  const classify = async (text: string): Promise<number> => {
    const input = textToInput(text, spec)
    const floats = new Float32Array(input.data.buffer, input.data.byteOffset, input.byteLength / 4)
    const outputs = await session.run({ [spec.input]: new ort.Tensor('float32', floats, input.dims) })
    const probabilities = outputs.probabilities?.data
    if (!(probabilities instanceof Float32Array)) throw new Error('the model has no output named probabilities')
    return probabilities.indexOf(Math.max(...probabilities))
  }
  return async (corpus) => ({
    20: await score(corpus, 20, classify),
    50: await score(corpus, 50, classify),
    150: await score(corpus, 150, classify),
  })
}

async function score(
  corpus: Corpus,
  length: PassageLength,
  classify: (text: string) => Promise<number>,
): Promise<Evaluation> {
  const perLanguage: Score[] = []
  const confusions = new Map<string, number>()
  for (const [column, { code }] of languages.entries()) {
    let right = 0
    let count = 0
    for (const passage of passagesOf(corpus.get(code) ?? [], length)) {
      if (count === PASSAGES_MAX) break
      // Digits and signs alone are in no language.
      if (wordsOf(passage).length === 0) continue
      count++
      const answer = await classify(passage)
      if (answer === column) right++
      else {
        const what = `${code} -> ${languages[answer]!.code}`
        confusions.set(what, (confusions.get(what) ?? 0) + 1)
      }
    }
    perLanguage.push({ right, count })
  }
  return {
    total: perLanguage.reduce((sum, { right, count }) => ({ right: sum.right + right, count: sum.count + count })),
    perLanguage,
    confusions: [...confusions].map(([what, count]) => ({ what, count })).sort((a, b) => b.count - a.count),
  }
}
