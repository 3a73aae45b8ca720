/** Adam over distorted masters, on two threads. The same seed gives the same parameters, bit for bit. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type Random, seededRandom, shuffledOrder } from '../../make/seeded-random.ts'
import type { GlyphMaster } from './glyph-masters.ts'
import { initialParameters, parameterCount } from './network.ts'
import type { ShardData, ShardResult, ShardTask } from './train-shard.ts'

/** The gradients are added up shard by shard, so this number is part of the recipe and not of the machine. */
const SHARDS = 2
const BATCH = 64
const LEARNING_RATE = 0.002
const BETA1 = 0.9
const BETA2 = 0.999
const EPSILON = 1e-8

export interface TrainOptions {
  readonly seed: number
  readonly epochs: number
  report(epoch: number, meanLoss: number): void
}

export async function train(masters: readonly GlyphMaster[], options: TrainOptions): Promise<Float64Array> {
  const parameters = sharedFloats(parameterCount)
  initialParameters(parameters, options.seed)
  const shards = startShards(masters, parameters, options.seed)
  const adam = createAdam(parameters, Math.ceil(masters.length / BATCH) * options.epochs)
  try {
    for (let epoch = 0; epoch < options.epochs; epoch++) {
      let loss = 0
      for (const batch of batches(masters.length, seededRandom(options.seed, 0x0bad, epoch))) {
        const losses = await Promise.all(shards.map((shard, i) => shard.learn({ epoch, samples: share(batch, i) })))
        loss += losses.reduce((sum, part) => sum + part, 0)
        const gradients = shards.map((shard) => shard.gradients)
        adam.step(gradients, batch.length)
      }
      options.report(epoch, loss / masters.length)
    }
  } finally {
    await Promise.all(shards.map((shard) => shard.stop()))
  }
  return parameters
}

const sharedFloats = (count: number): Float64Array => new Float64Array(new SharedArrayBuffer(count * 8))

const share = (batch: Int32Array, shard: number): Int32Array => batch.filter((_, i) => i % SHARDS === shard)

/** Every master once, in a new order; the last batch may be smaller. */
function* batches(count: number, random: Random): Generator<Int32Array> {
  const order = shuffledOrder(count, random)
  for (let from = 0; from < count; from += BATCH) yield order.slice(from, from + BATCH)
}

interface Shard {
  readonly gradients: Float64Array
  learn(task: ShardTask): Promise<number>
  stop(): Promise<unknown>
}

function startShards(masters: readonly GlyphMaster[], parameters: Float64Array, seed: number): Shard[] {
  const masterBytes = masters[0]!.coverage.length
  const coverage = new Uint8Array(new SharedArrayBuffer(masters.length * masterBytes))
  const classIndices = new Uint8Array(new SharedArrayBuffer(masters.length))
  masters.forEach((master, i) => {
    coverage.set(master.coverage, i * masterBytes)
    classIndices[i] = master.classIndex
  })
  return Array.from({ length: SHARDS }, () => {
    const gradients = sharedFloats(parameterCount)
    const workerData: ShardData = { seed, coverage, classIndices, parameters, gradients }
    const thread = new Worker(new URL('train-shard.ts', import.meta.url), { workerData })
    return {
      gradients,
      async learn(task) {
        thread.postMessage(task)
        // `once` rejects when the thread emits an error first.
        const [result]: ShardResult[] = await once(thread, 'message')
        return result!.loss
      },
      stop: () => thread.terminate(),
    }
  })
}

/** Kingma and Ba's Adam; the rate falls to 0 along half a cosine. */
function createAdam(parameters: Float64Array, steps: number) {
  const mean = new Float64Array(parameters.length)
  const square = new Float64Array(parameters.length)
  let step = 0
  return {
    step(gradients: readonly Float64Array[], batchSize: number): void {
      const rate = LEARNING_RATE * 0.5 * (1 + Math.cos((Math.PI * step) / steps))
      step++
      const scale = (rate * Math.sqrt(1 - BETA2 ** step)) / (1 - BETA1 ** step)
      for (let i = 0; i < parameters.length; i++) {
        let gradient = 0
        for (const part of gradients) gradient += part[i]!
        gradient /= batchSize
        mean[i]! += (1 - BETA1) * (gradient - mean[i]!)
        square[i]! += (1 - BETA2) * (gradient * gradient - square[i]!)
        parameters[i]! -= (scale * mean[i]!) / (Math.sqrt(square[i]!) + EPSILON)
      }
    },
  }
}
