/** One thread of the training: distorts its share of a batch, and adds up the gradients. Started by train.ts. */
import { parentPort, workerData } from 'node:worker_threads'
import { inkSquare } from '../../ink-plane.ts'
import { type Random, seededRandom } from '../../make/seeded-random.ts'
import { distort } from './distortion.ts'
import { MASTER_SIDE_PIXELS } from './glyph-masters.ts'
import { inkSpec } from './input-spec.ts'
import { createNetwork } from './network.ts'

/** Shared memory, so that a step costs one small message each way. */
export interface ShardData {
  readonly seed: number
  /** One master after the other. */
  readonly coverage: Uint8Array
  readonly classIndices: Uint8Array
  readonly parameters: Float64Array
  readonly gradients: Float64Array
}

export interface ShardTask {
  readonly epoch: number
  /** Numbers of masters. */
  readonly samples: Int32Array
}

export interface ShardResult {
  readonly loss: number
}

const MASTER_BYTES = MASTER_SIDE_PIXELS ** 2

function learnShard(data: ShardData, network: ReturnType<typeof createNetwork>, task: ShardTask): number {
  data.gradients.fill(0)
  let loss = 0
  for (const sample of task.samples) {
    // Seeded by what is drawn, not by who draws it: the number of threads does not change the picture.
    const random = seededRandom(data.seed, task.epoch, sample)
    const master = data.coverage.subarray(sample * MASTER_BYTES, (sample + 1) * MASTER_BYTES)
    loss += network.learn(trainingInput(master, random), data.classIndices[sample]!)
  }
  return loss
}

/** A hairline face, small and out of focus, can fade below what counts as drawn: then again, with other luck. */
const TRIES_MAX = 20

function trainingInput(master: Uint8Array, random: Random): Float32Array {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const shift = { x: random.normal() * 0.015, y: random.normal() * 0.015, zoom: Math.exp(random.normal() * 0.03) }
    const input = inkSquare(distort(master, random), inkSpec, shift)
    if (input !== undefined) return input
  }
  throw new Error('the distortions leave nothing of a character')
}

if (parentPort !== null) {
  const port = parentPort
  const data: ShardData = workerData
  const network = createNetwork(data.parameters, data.gradients)
  port.on('message', (task: ShardTask) => {
    const result: ShardResult = { loss: learnShard(data, network, task) }
    port.postMessage(result)
  })
}
