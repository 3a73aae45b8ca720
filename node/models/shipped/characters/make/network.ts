/** The network: three 3 x 3 convolutions with ReLU, two poolings between them, one linear layer, softmax. */

import { seededRandom } from '../../make/seeded-random.ts'
import { softmaxGradient } from '../../make/softmax.ts'
import { characterClasses } from './character-classes.ts'
import {
  convolve,
  convolveBackward,
  multiply,
  multiplyBackward,
  type Planes,
  planes,
  pool,
  poolBackward,
  type Weights,
} from './layers.ts'

export const INPUT_SIDE = 28
const CHANNELS = [10, 24, 40] as const
/** 28 pooled twice is 7; the last convolution has no padding. */
const LAST_SIDE = 5

/** Shapes in ONNX order; each layer's weights lie before its bias in the flat array of parameters. */
export const layerShapes = [
  { name: 'conv1', weights: [CHANNELS[0], 1, 3, 3], bias: CHANNELS[0] },
  { name: 'conv2', weights: [CHANNELS[1], CHANNELS[0], 3, 3], bias: CHANNELS[1] },
  { name: 'conv3', weights: [CHANNELS[2], CHANNELS[1], 3, 3], bias: CHANNELS[2] },
  { name: 'linear', weights: [characterClasses.length, CHANNELS[2] * LAST_SIDE ** 2], bias: characterClasses.length },
] as const

export type LayerName = (typeof layerShapes)[number]['name']

const product = (shape: readonly number[]): number => shape.reduce((size, dim) => size * dim, 1)

export const parameterCount: number = layerShapes.reduce((sum, shape) => sum + product(shape.weights) + shape.bias, 0)

export interface LayerParameters {
  readonly weights: Float64Array
  readonly bias: Float64Array
}

/** Views of the flat array. */
export function splitParameters(flat: Float64Array): Record<LayerName, LayerParameters> {
  let at = 0
  const take = (size: number): Float64Array => {
    at += size
    return flat.subarray(at - size, at)
  }
  const entries = layerShapes.map(({ name, weights, bias }) => [
    name,
    { weights: take(product(weights)), bias: take(bias) },
  ])
  return Object.fromEntries(entries)
}

/** He's initialisation: deviation sqrt(2 / inputs of a neuron), biases 0. */
export function initialParameters(into: Float64Array, seed: number): void {
  const random = seededRandom(seed, 0x1417)
  const layers = splitParameters(into)
  for (const { name, weights } of layerShapes) {
    const deviation = Math.sqrt(2 / product(weights.slice(1)))
    const values = layers[name].weights
    for (let i = 0; i < values.length; i++) values[i] = random.normal() * deviation
  }
}

export interface Network {
  /** Adds the gradients of one picture; returns its cross-entropy loss. */
  learn(input: Float32Array, classIndex: number): number
}

/** @param parameters flat, shared and only read; @param gradients flat, added to */
export function createNetwork(parameters: Float64Array, gradients: Float64Array): Network {
  const weights = layerWeights(parameters, gradients)
  const image = planes(1, INPUT_SIDE, 1)
  const first = planes(CHANNELS[0], INPUT_SIDE, 0)
  const firstPooled = planes(CHANNELS[0], INPUT_SIDE / 2, 1)
  const second = planes(CHANNELS[1], INPUT_SIDE / 2, 0)
  const secondPooled = planes(CHANNELS[1], INPUT_SIDE / 4, 0)
  const third = planes(CHANNELS[2], LAST_SIDE, 0)
  const scores = new Float64Array(characterClasses.length)

  return {
    learn(input, classIndex) {
      setImage(image, input)
      convolve(image, weights.conv1, first)
      pool(first, firstPooled)
      convolve(firstPooled, weights.conv2, second)
      pool(second, secondPooled)
      convolve(secondPooled, weights.conv3, third)
      multiply(third, weights.linear, scores)
      const loss = softmaxGradient(scores, classIndex)
      multiplyBackward(third, weights.linear, scores)
      convolveBackward(secondPooled, weights.conv3, third, true)
      poolBackward(second, secondPooled)
      convolveBackward(firstPooled, weights.conv2, second, true)
      poolBackward(first, firstPooled)
      convolveBackward(image, weights.conv1, first, false)
      return loss
    },
  }
}

function layerWeights(parameters: Float64Array, gradients: Float64Array): Record<LayerName, Weights> {
  const values = splitParameters(parameters)
  const slopes = splitParameters(gradients)
  const entries = layerShapes.map(({ name }) => [
    name,
    {
      values: values[name].weights,
      bias: values[name].bias,
      gradient: slopes[name].weights,
      biasGradient: slopes[name].bias,
    },
  ])
  return Object.fromEntries(entries)
}

function setImage(image: Planes, input: Float32Array): void {
  for (let y = 0; y < INPUT_SIDE; y++) {
    image.values.set(input.subarray(y * INPUT_SIDE, (y + 1) * INPUT_SIDE), (y + 1) * image.side + 1)
  }
}
