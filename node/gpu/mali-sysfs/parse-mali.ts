/**
 * Files of Arm's kbase driver, `/sys/class/misc/mali0/device`, and of Samsung's phones, `/sys/kernel/gpu`. Known from their source;
 * no phone was asked.
 */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import type { Devfreq } from '../sysfs/devfreq.ts'
import { countIn } from '../text/numbers.ts'
import { clockMhz, coreCount, share } from '../text/plausible.ts'
import { wordsIn } from '../text/words.ts'

export const MALI_KEY = 'mali/mali0'

export const maliFiles = {
  /** `Mali-G78 20 cores r1p1 0x9002`. */
  info: '/sys/class/misc/mali0/device/gpuinfo',
  /** `MALI-G76`, or the name of Samsung's own. */
  model: '/sys/kernel/gpu/gpu_model',
  /** `34%`. */
  busy: '/sys/kernel/gpu/gpu_busy',
  /** MHz on older phones, kHz on newer ones. */
  clock: '/sys/kernel/gpu/gpu_clock',
} as const

export type MaliTexts = Partial<Readonly<Record<keyof typeof maliFiles, string>>>

export function maliFacts({ info, model }: MaliTexts): CardFacts {
  const told = infoIn(info)
  // As Arm writes how many cores a maker took: other numbers are other cards.
  const name =
    told === undefined ? wordsIn(model) : [told.name, told.cores && `MC${told.cores}`].filter(Boolean).join(' ')
  return known<CardFacts>({
    key: MALI_KEY,
    seenBy: ['mali-sysfs'],
    vendor: name !== undefined && /xclipse/i.test(name) ? 'samsung' : 'arm',
    name,
    form: 'integrated',
    sharesMemory: true,
    cores: told?.cores,
    platforms: {},
    limits: {},
  })
}

function infoIn(text: string | undefined): { readonly name: string; readonly cores: number | undefined } | undefined {
  const found =
    text === undefined ? null : /^(Mali-[A-Z]\d{1,4}[A-Z]{0,3})(?: (?:MC)?(\d{1,3}) cores?\b|\s|$)/.exec(text.trim())
  return found === null
    ? undefined
    : { name: found[1]!, cores: found[2] === undefined ? undefined : coreCount(Number(found[2])) }
}

/** As kernels of several makers call the sensor: Arm's, Samsung's, MediaTek's. */
export const isMaliZone = (name: string): boolean => /^(?:gpu[-_]?therm(?:al)?|gpu\d?|g3d|mtktsgpu\d?)$/.test(name)
export const isMaliDevfreq = (name: string): boolean => /(?:^|\.)(?:mali|gpu)$/.test(name)

export function maliReading(
  atMs: number,
  { busy, clock }: MaliTexts,
  devfreq: Devfreq | undefined,
  zonesC: Iterable<number>,
): CardReading {
  const [edge] = [...zonesC].sort((a, b) => b - a)
  return known<CardReading>({
    atMs,
    temperaturesC: edge === undefined ? {} : { edge },
    coreMhz: devfreq?.coreMhz ?? clockIn(clock),
    utilisation: devfreq?.utilisation ?? busyIn(busy),
  })
}

/** No such GPU runs at 10 GHz. */
const KHZ_MIN = 10_000

function clockIn(text: string | undefined): number | undefined {
  const value = countIn(text)
  return value === undefined ? undefined : clockMhz(value < KHZ_MIN ? value : value / 1_000)
}

function busyIn(text: string | undefined): number | undefined {
  const found = text === undefined ? null : /^\s*(\d{1,3})\s*%?\s*$/.exec(text)
  return found === null ? undefined : share(Number(found[1]) / 100)
}
