/** Files of Qualcomm's kgsl driver, `/sys/class/kgsl/kgsl-3d0`. Known from its source; no phone was asked. */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import { megahertzOf } from '../sysfs/devfreq.ts'
import type { KernelTexts } from '../sysfs/kernel-text.ts'
import { celsiusIn } from '../sysfs/thermal-zones.ts'
import { countIn } from '../text/numbers.ts'
import { clockMhz, share } from '../text/plausible.ts'
import { wordsIn } from '../text/words.ts'

export const ADRENO_KEY = 'kgsl/kgsl-3d0'

export const adrenoFiles = [
  'gpu_model',
  'gpubusy',
  'gpu_busy_percentage',
  'gpuclk',
  'clock_mhz',
  'temp',
  'thermal_pwrlevel',
] as const

export const adrenoFacts = (texts: KernelTexts): CardFacts =>
  known<CardFacts>({
    key: ADRENO_KEY,
    seenBy: ['adreno-sysfs'],
    vendor: 'qualcomm',
    name: nameIn(texts.get('gpu_model')),
    form: 'integrated',
    sharesMemory: true,
    driver: 'kgsl',
    platforms: {},
    limits: {},
  })

/** `Adreno740v3` is what graphics interfaces call `Adreno (TM) 740`; the version is the chip's stepping. */
function nameIn(model: string | undefined): string | undefined {
  const said = wordsIn(model)
  const number = said === undefined ? undefined : /^Adreno ?(\d{3}[A-Z]?)(?:v\d{1,2})?$/i.exec(said)?.[1]
  return number === undefined ? said : `Adreno (TM) ${number}`
}

/** `zonesC`: thermal zones of the GPU, of which there may be several; the hottest counts. */
export function adrenoReading(atMs: number, texts: KernelTexts, zonesC: Iterable<number>): CardReading {
  const hottest = [...zonesC].reduce<number | undefined>((most, each) => Math.max(most ?? each, each), undefined)
  const edge = celsiusIn(texts.get('temp')) ?? hottest
  return known<CardReading>({
    atMs,
    temperaturesC: edge === undefined ? {} : { edge },
    coreMhz: megahertzOf(texts.get('gpuclk')) ?? clockMhz(countIn(texts.get('clock_mhz'))),
    utilisation: busyIn(texts.get('gpubusy')) ?? percentIn(texts.get('gpu_busy_percentage')),
    throttled: throttledIn(texts.get('thermal_pwrlevel')),
  })
}

/** Microseconds that it computed, and of how many; `0 0` while it is off, which is no share. */
function busyIn(text: string | undefined): number | undefined {
  const found = text === undefined ? null : /^\s*(\d{1,12})\s+(\d{1,12})\s*$/.exec(text)
  return found === null ? undefined : share(Number(found[1]) / Number(found[2]))
}

function percentIn(text: string | undefined): number | undefined {
  const found = text === undefined ? null : /^\s*(\d{1,3})\s*%\s*$/.exec(text)
  return found === null ? undefined : share(Number(found[1]) / 100)
}

/** The fastest step that heat allows: 0 is the fastest there is. */
function throttledIn(level: string | undefined): CardReading['throttled'] {
  const steps = countIn(level)
  return steps === undefined || steps > STEPS_MAX ? undefined : steps === 0 ? [] : ['heat']
}

/** A dozen is usual. */
const STEPS_MAX = 64
