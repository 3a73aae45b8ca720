/** Softmax regression by AdaGrad, one passage at a time. The same seed gives the same parameters, bit for bit. */
import { seededRandom, shuffledOrder } from '../../make/seeded-random.ts'
import { softmaxGradient } from '../../make/softmax.ts'
import { type TextFeatureSpec, textFeatures } from '../../text-features.ts'
import { randomPassage } from './passages.ts'

const LEARNING_RATE = 0.5
const EPSILON = 1e-8

export interface TrainOptions {
  readonly seed: number
  readonly epochs: number
  /** In an epoch, of each language. */
  readonly passages: number
  readonly spec: TextFeatureSpec
  report(epoch: number, meanLoss: number): void
}

export interface LinearModel {
  /** [buckets, languages] */
  readonly weights: Float64Array
  /** [languages] */
  readonly bias: Float64Array
}

/** @param corpus the training texts of each language, in the order of the model's columns */
export function train(corpus: readonly (readonly string[])[], options: TrainOptions): LinearModel {
  const { spec } = options
  const learner = createLearner(spec.buckets, corpus.length)
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const random = seededRandom(options.seed, epoch)
    // Falls to 0 in a straight line, so that the last passages do not outweigh the first.
    const rate = LEARNING_RATE * (1 - epoch / options.epochs)
    let loss = 0
    for (let i = 0; i < options.passages; i++) {
      for (const language of shuffledOrder(corpus.length, random)) {
        const features = textFeatures(randomPassage(corpus[language]!, random), spec)
        if (features !== undefined) loss += learner.learn(features, language, rate)
      }
    }
    options.report(epoch, loss / (options.passages * corpus.length))
  }
  return learner.model
}

/** Only the rows of buckets that a passage fills are read and written. */
function createLearner(buckets: number, languages: number) {
  const model: LinearModel = {
    weights: new Float64Array(buckets * languages),
    bias: new Float64Array(languages),
  }
  const squares = new Float64Array(buckets * languages).fill(EPSILON)
  const biasSquares = new Float64Array(languages).fill(EPSILON)
  const scores = new Float64Array(languages)
  const filled = new Int32Array(buckets)

  return {
    model,
    learn(features: Float32Array, right: number, rate: number): number {
      let count = 0
      for (let bucket = 0; bucket < buckets; bucket++) if (features[bucket] !== 0) filled[count++] = bucket
      scores.set(model.bias)
      for (let k = 0; k < count; k++) addRow(model.weights, filled[k]! * languages, features[filled[k]!]!, scores)
      const loss = softmaxGradient(scores, right)
      for (let k = 0; k < count; k++) {
        descend(model.weights, squares, filled[k]! * languages, scores, features[filled[k]!]!, rate)
      }
      descend(model.bias, biasSquares, 0, scores, 1, rate)
      return loss
    },
  }
}

function addRow(weights: Float64Array, row: number, value: number, scores: Float64Array): void {
  for (let i = 0; i < scores.length; i++) scores[i]! += value * weights[row + i]!
}

function descend(
  weights: Float64Array,
  squares: Float64Array,
  row: number,
  slopes: Float64Array,
  value: number,
  rate: number,
): void {
  for (let i = 0; i < slopes.length; i++) {
    const gradient = slopes[i]! * value
    const square = squares[row + i]! + gradient * gradient
    squares[row + i] = square
    weights[row + i]! -= (rate * gradient) / Math.sqrt(square)
  }
}
