/**
 * In which precision a model should run on a card, and why not in the others: by the memory that is there, and by which forms the
 * engine really computes on that kind of device.
 */
import type { CardPlatform } from '../cards/card-facts.ts'
import { SHARED_PART } from '../cards/card-memory.ts'
import type { ConsumerGpuProfile } from './gpu-profile.ts'

export const precisions = ['fp32', 'fp16', 'int8-static', 'int8-dynamic', '4-bit'] as const
/** `int8-static`: QDQ with calibrated activations; `4-bit`: weights only. */
export type Precision = (typeof precisions)[number]

export interface PrecisionNeeds {
  readonly profile: Pick<ConsumerGpuProfile, 'figures' | 'sharesMemory'>
  readonly model: {
    /** Of its weights in fp32. */
    readonly weightBytes: number
    /** `language`: it writes word by word, and reads all of its weights for each. */
    readonly kind: 'network' | 'transformer' | 'language'
  }
  /** What drives the card for this model. */
  readonly platform: CardPlatform
  /** Requests of several clients may share a run. */
  readonly batched: boolean
  /** Sample inputs are at hand, from which ranges of activations can be taken. */
  readonly calibrated: boolean
}

export interface Rejected {
  readonly precision: Precision
  readonly why: string
}

export type PrecisionAdvice =
  | {
      readonly kind: 'take'
      readonly precision: Precision
      readonly reason: string
      readonly memoryBytes: number
      readonly rejected: readonly Rejected[]
    }
  /** No form of it fits, or is computed here. */
  | { readonly kind: 'none'; readonly rejected: readonly Rejected[] }

/** Of the weights in fp32. 4 bits with a scale for each block are 4.5; tables of words stay as they are. */
const SHARE_OF_FP32: Readonly<Record<Precision, number>> = {
  fp32: 1,
  fp16: 0.5,
  'int8-static': 0.27,
  'int8-dynamic': 0.27,
  '4-bit': 0.16,
}
/** Activations, and copies that the engine makes while it loads. */
const BESIDE_WEIGHTS = 1.25
/** Runtime, kernels and work space. */
const RUNTIME_BYTES = 300 * 2 ** 20
const GIB = 2 ** 30
/** Of a card's own memory; the screen takes some. */
const OWN_PART = 0.9

/** The best first, where all of them fit. */
function wanted({ platform, model }: PrecisionNeeds): readonly Precision[] {
  if (platform === 'CPU') {
    if (model.kind === 'language') return ['4-bit', 'int8-static', 'int8-dynamic', 'fp32', 'fp16']
    return ['int8-static', 'int8-dynamic', 'fp32', '4-bit', 'fp16']
  }
  if (model.kind === 'language') return ['4-bit', 'fp16', 'fp32', 'int8-static', 'int8-dynamic']
  return ['fp16', 'fp32', '4-bit', 'int8-static', 'int8-dynamic']
}

const REASON: Readonly<Record<'CPU' | 'card', Readonly<Record<Precision, string>>>> = {
  CPU: {
    fp32: 'the processor computes it as it is, and no smaller form is safe here',
    fp16: 'the processor would convert every weight',
    'int8-static':
      'the processor multiplies 8-bit numbers three to four times as fast, and the answers do not depend on a batch',
    'int8-dynamic': 'the processor multiplies 8-bit numbers faster, and no samples are needed',
    '4-bit': 'every word reads all weights, and these are a seventh of the bytes',
  },
  card: {
    fp32: 'it fits, and the card computes 32-bit numbers at least as fast as 16-bit ones',
    fp16: 'half the bytes, which the card computes at full rate',
    'int8-static': 'a quarter of the bytes',
    'int8-dynamic': 'a quarter of the bytes',
    '4-bit': 'a seventh of the bytes: what has to be read for an answer decides how fast it is, and whether it fits',
  },
}

/** @throws RangeError where the model has no size */
export function recommendPrecision(needs: PrecisionNeeds): PrecisionAdvice {
  const { weightBytes } = needs.model
  if (!(Number.isFinite(weightBytes) && weightBytes > 0))
    throw new RangeError('a model has weights of more than 0 bytes')
  const rejected: Rejected[] = []
  for (const precision of wanted(needs)) {
    const why = unfit(precision, needs)
    if (why === undefined) {
      const { memoryGiB } = needs.profile.figures
      const reason = reasonOf(precision, needs)
      return {
        kind: 'take',
        precision,
        reason: memoryGiB === undefined ? `${reason}; whether it fits is not known` : reason,
        memoryBytes: memoryNeeded(weightBytes, precision),
        rejected,
      }
    }
    rejected.push({ precision, why })
  }
  return { kind: 'none', rejected }
}

function reasonOf(precision: Precision, { platform, profile: { figures } }: PrecisionNeeds): string {
  if (platform === 'CPU') return REASON.CPU[precision]
  const isRateKnown = figures.fp16Tflops !== undefined && figures.fp32Tflops !== undefined
  return precision === 'fp16' && !isRateKnown
    ? 'half the bytes; how fast the card computes them is not known'
    : REASON.card[precision]
}

/** An estimate; a limit on the process that runs the model is what holds. */
const memoryNeeded = (weightBytes: number, precision: Precision): number =>
  Math.ceil(weightBytes * SHARE_OF_FP32[precision] * BESIDE_WEIGHTS + RUNTIME_BYTES)

function unfit(precision: Precision, needs: PrecisionNeeds): string | undefined {
  return notComputed(precision, needs) ?? tooLarge(precision, needs)
}

function notComputed(
  precision: Precision,
  { platform, batched, calibrated, profile: { figures }, model }: PrecisionNeeds,
): string | undefined {
  const isInt8 = precision === 'int8-static' || precision === 'int8-dynamic'
  if (isInt8 && platform === 'WebGPU') return 'WebGPU hands 8-bit graphs back to the processor'
  if (isInt8 && platform !== 'CPU') return 'engines fuse 8-bit graphs on the processor only'
  if (precision === 'int8-static' && !calibrated) return 'ranges of activations need sample inputs, and there are none'
  if (precision === 'int8-dynamic' && batched) {
    return 'its scale is taken over the whole batch, so that the answer of one client would depend on the others'
  }
  if (precision === 'int8-dynamic' && model.kind === 'network') return 'convolutions get slower by it'
  if (precision === 'fp16' && platform === 'CPU') return 'the processor has no 16-bit arithmetic'
  const { fp16Tflops, fp32Tflops } = figures
  if (precision === 'fp16' && fp16Tflops !== undefined && fp32Tflops !== undefined && slower(fp16Tflops, fp32Tflops)) {
    return 'the card computes 16-bit numbers slower than 32-bit ones'
  }
  return undefined
}

interface Rate {
  readonly value: number
  readonly publishedValue?: number
}

/** One of both measured and the other published cannot be compared: nobody reaches what is published. */
function slower(fp16: Rate, fp32: Rate): boolean {
  const published = [fp16.publishedValue ?? fp16.value, fp32.publishedValue ?? fp32.value] as const
  const sameKind = (fp16.publishedValue === undefined) === (fp32.publishedValue === undefined)
  return sameKind ? fp16.value < fp32.value : published[0] < published[1]
}

function tooLarge(precision: Precision, { profile, model }: PrecisionNeeds): string | undefined {
  const { memoryGiB } = profile.figures
  if (memoryGiB === undefined) return undefined
  const room = memoryGiB.value * GIB * (profile.sharesMemory ? SHARED_PART : OWN_PART)
  const needed = memoryNeeded(model.weightBytes, precision)
  if (needed <= room) return undefined
  return `it needs about ${(needed / GIB).toFixed(1)} GiB, and ${(room / GIB).toFixed(1)} can be had`
}
