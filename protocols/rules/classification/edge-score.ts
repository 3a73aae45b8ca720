/**
 * How well a card serves where people are, 0 to 1, with the terms that it comes from. A term that is not known gives its weight to the
 * others and takes its share from the confidence: a score of half the terms says so. Every term rises, or stays, as its figure
 * gets better.
 */
import { SHARED_PART } from '../cards/card-memory.ts'
import { edgeLadder } from '../thermal/heat-ladder.ts'
import type { ConsumerGpuProfile, Figure } from './gpu-profile.ts'

export const edgeTerms = ['memory', 'efficiency', 'bandwidth', 'headroom', 'form', 'truth'] as const
export type EdgeTerm = (typeof edgeTerms)[number]

/**
 * Memory and work per watt decide whether and at which cost a model runs, bandwidth how fast a language model writes; the others make
 * a good card a little better. They sum to 1.
 */
export const edgeWeights: Readonly<Record<EdgeTerm, number>> = {
  memory: 0.3,
  efficiency: 0.25,
  bandwidth: 0.2,
  headroom: 0.1,
  form: 0.1,
  truth: 0.05,
}

export interface ScoredTerm {
  readonly term: EdgeTerm
  readonly weight: number
  /** 0 to 1; absent where a figure that it needs is not known. */
  readonly value?: number
  /** How far its figures can be believed, 0 to 1; 0 where there are none. */
  readonly confidence: number
  /** The figure behind it, for people. */
  readonly why: string
}

export interface EdgeScore {
  /** Absent where nothing at all is known. */
  readonly score?: number
  /** 0 to 1. */
  readonly confidence: number
  readonly terms: readonly ScoredTerm[]
}

type Scored = Omit<ScoredTerm, 'term' | 'weight'>

const unknown = (why: string): Scored => ({ confidence: 0, why })

/** @param temperatureC of the core's own sensor while the card works; at rest it says nothing */
export function edgeScore(profile: ConsumerGpuProfile, temperatureC?: number): EdgeScore {
  const scored: Record<EdgeTerm, Scored> = {
    memory: memoryTerm(profile),
    efficiency: efficiencyTerm(profile),
    bandwidth: bandwidthTerm(profile),
    headroom: headroomTerm(temperatureC),
    form: formTerm(profile),
    truth: truthTerm(profile),
  }
  const terms = edgeTerms.map((term): ScoredTerm => ({ term, weight: edgeWeights[term], ...scored[term] }))
  const known = terms.filter((each) => each.value !== undefined)
  const weight = known.reduce((sum, each) => sum + each.weight, 0)
  const confidence = terms.reduce((sum, each) => sum + each.weight * each.confidence, 0)
  if (weight === 0) return { confidence: 0, terms }
  const score = known.reduce((sum, each) => sum + each.weight * each.value!, 0) / weight
  return { score: within01(score), confidence: within01(confidence), terms }
}

const within01 = (value: number): number => Math.min(1, Math.max(0, value))

/** 0 at `low`, 1 at `high`, by the ratio: twice as much counts the same wherever it begins. */
const onLogScale = (value: number, low: number, high: number): number =>
  within01(Math.log(value / low) / Math.log(high / low))

const CONFIDENCE = { A: 1, B: 0.9, C: 0.6 } as const
const believed = ({ origin }: Figure): number => (origin.kind === 'catalogue' ? CONFIDENCE[origin.confidence] : 1)

/** Classes of models that people run, each with the memory that its weights, cache and activations take. */
const MODEL_CLASSES = [
  { what: 'vision and embeddings', gib: 1 },
  { what: 'speech', gib: 2 },
  { what: 'pictures, or 7 billion weights in 4 bits', gib: 6 },
  { what: 'large pictures, or 13 billion weights in 4 bits', gib: 10 },
  { what: '30 billion weights in 4 bits', gib: 20 },
  { what: '70 billion weights in 4 bits', gib: 42 },
] as const

function memoryTerm({ figures: { memoryGiB }, sharesMemory }: ConsumerGpuProfile): Scored {
  if (memoryGiB === undefined) return unknown('its memory is not known')
  const gib = memoryGiB.value * (sharesMemory ? SHARED_PART : 1)
  const fitting = MODEL_CLASSES.filter((each) => each.gib <= gib)
  const why = fitting.length === 0 ? 'no common class of models fits' : `up to ${fitting.at(-1)!.what}`
  return { value: fitting.length / MODEL_CLASSES.length, confidence: believed(memoryGiB), why }
}

/** TFLOPS a watt: a processor at the low end, the best cards of 2025 at the high. */
const EFFICIENCY = { low: 0.01, high: 0.4 } as const

function efficiencyTerm({ figures: { fp32Tflops, fp16Tflops, tdpW } }: ConsumerGpuProfile): Scored {
  // fp32 is comparable between makers and generations; matrix units are not.
  const rate = fp32Tflops ?? fp16Tflops
  if (rate === undefined || tdpW === undefined) return unknown('its rate or its power is not known')
  const perWatt = rate.value / tdpW.value
  return {
    value: onLogScale(perWatt, EFFICIENCY.low, EFFICIENCY.high),
    confidence: Math.min(believed(rate), believed(tdpW)),
    why: `${perWatt.toPrecision(3)} TFLOPS a watt`,
  }
}

/** GB/s: two channels of DDR4 at the low end, the widest cards for consumers at the high. */
const BANDWIDTH = { low: 25, high: 1_800 } as const

function bandwidthTerm({ figures: { bandwidthGBps } }: ConsumerGpuProfile): Scored {
  if (bandwidthGBps === undefined) return unknown('its bandwidth is not known')
  const value = onLogScale(bandwidthGBps.value, BANDWIDTH.low, BANDWIDTH.high)
  return { value, confidence: believed(bandwidthGBps), why: `${bandwidthGBps.value.toPrecision(3)} GB/s` }
}

/** From where a card gets no new jobs, and what a cool one reaches at work. */
const NO_JOBS_C = edgeLadder.hotC
const COOL_C = 50

function headroomTerm(temperatureC: number | undefined): Scored {
  if (temperatureC === undefined || !Number.isFinite(temperatureC))
    return unknown('how warm it gets at work is not known')
  const value = within01((NO_JOBS_C - temperatureC) / (NO_JOBS_C - COOL_C))
  return { value, confidence: 1, why: `${(NO_JOBS_C - temperatureC).toFixed(0)} C below the limit for new jobs` }
}

/** What is soldered into a device is where its user is; what fills a rack is not. */
const FORM: Readonly<Record<NonNullable<ConsumerGpuProfile['form']>, number>> = {
  embedded: 1,
  soc: 1,
  apu: 0.9,
  laptop: 0.7,
  desktop: 0.5,
  cpu: 0.5,
  workstation: 0.4,
  datacentre: 0,
}

const formTerm = ({ form }: ConsumerGpuProfile): Scored =>
  form === undefined ? unknown('its form is not known') : { value: FORM[form], confidence: 1, why: form }

/** A plain product of matrices reaches this much of a published peak; who reaches it has the card that it names. */
const SHARE_OF_PEAK = 0.6

function truthTerm({ figures }: ConsumerGpuProfile): Scored {
  const shares = [figures.fp32Tflops, figures.fp16Tflops, figures.bandwidthGBps].flatMap((figure) =>
    figure?.origin.kind === 'measured' && figure.publishedValue !== undefined
      ? [figure.value / figure.publishedValue]
      : [],
  )
  if (shares.length === 0) return unknown('nothing was measured that is published too')
  const share = shares.reduce((sum, each) => sum + each, 0) / shares.length
  return {
    value: within01(share / SHARE_OF_PEAK),
    confidence: 1,
    why: `measured at ${(100 * share).toFixed(0)} % of what is published`,
  }
}
