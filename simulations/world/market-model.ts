/** What is traded: one model, and what its answer is. */
import { toHex } from '../../protocols/kernel/bytes.ts'
import type { Hash32, ModelId } from '../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../protocols/kernel/model-id.ts'
import type { Hasher } from '../../protocols/kernel/ports.ts'

export const GPU_CLASS = 'gpu-8g'

export const marketModel = (hasher: Pick<Hasher, 'sha256'>): ModelId =>
  modelIdOf(hasher.sha256(new TextEncoder().encode('the model of the simulated market')))

/** What whoever really computes gets out of an input. */
export const rightOutput = (hasher: Pick<Hasher, 'keccak256'>, input: Hash32): Hash32 =>
  toHex(hasher.keccak256(new TextEncoder().encode(`output of ${input}`))) as Hash32

/** As receipts name the weights that ran. */
export const MODEL_WEIGHTS: Hash32 = `0x${'22'.repeat(32)}` as Hash32
