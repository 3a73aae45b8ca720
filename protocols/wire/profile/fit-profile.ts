/** A profile that its record has room for: what helps least to choose a node is left out first, a card last of all. */
import { encode } from '../../kernel/codec.ts'
import { type ProfileBody, type ProfileGpu, profileBodyCodec } from './profile-body.ts'

type Cut = (body: ProfileBody) => ProfileBody

const withoutGpu =
  (...names: readonly (keyof ProfileGpu)[]): Cut =>
  (body) => ({ ...body, gpus: body.gpus.map((gpu) => without(gpu, names)) })

const without = <T extends object>(value: T, names: readonly (keyof T)[]): T =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name as keyof T))) as T

/** In this order. What a model can do follows from its name: figures of it go before the name does. */
const cuts: readonly Cut[] = [
  (body) => without(body, ['latencies']),
  withoutGpu('edgeScore'),
  withoutGpu('memoryMBps', 'fp16Gflops', 'int8Gops'),
  withoutGpu('architecture'),
  withoutGpu('fp32Gflops'),
  withoutGpu('catalogueId'),
  withoutGpu('platform'),
  (body) => without(body, ['upKbps', 'downKbps']),
  withoutGpu('model'),
  withoutGpu('memoryBytes'),
]

/**
 * The body itself where it fits.
 * @throws RangeError for what does not fit its bounds whatever is left out
 */
export function fitProfile(body: ProfileBody): ProfileBody {
  let fitted = body
  for (const cut of cuts) {
    if (fits(fitted)) return fitted
    fitted = cut(fitted)
  }
  return fitted
}

function fits(body: ProfileBody): boolean {
  try {
    encode(profileBodyCodec, body)
    return true
  } catch (error) {
    // Of a bound that no cut mends the last attempt tells, when it is signed.
    if (error instanceof RangeError) return false
    throw error
  }
}
