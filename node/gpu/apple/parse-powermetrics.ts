/** `powermetrics --samplers gpu_power,thermal`: text for people, of one sampling time. Root only. */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import { numberIn } from '../text/numbers.ts'
import { clockMhz, powerW, shareOfPercent } from '../text/plausible.ts'

export type AppleFigures = Omit<CardReading, 'atMs' | 'temperaturesC'> & Partial<Pick<CardReading, 'temperaturesC'>>

/** Newer systems write `GPU HW active ...`, older ones `GPU active ...`; a share below one may begin with its point. */
export function parsePowermetrics(text: string): AppleFigures {
  const value = (name: string): string | undefined =>
    new RegExp(`^${name}:[ \\t]*([^\\n]{1,200})$`, 'm').exec(text)?.[1]
  const figure = (name: string, unit: RegExp): number | undefined => {
    const said = value(name)
    return said !== undefined && unit.test(said) ? numberIn(said) : undefined
  }
  const milliwatts = figure('GPU Power', /^\S+ mW/)
  return known<AppleFigures>({
    coreMhz: clockMhz(figure('GPU (?:HW )?active frequency', /^\S+ MHz/)),
    utilisation: shareOfPercent(figure('GPU (?:HW )?active residency', /^\S+%/)),
    powerW: powerW(milliwatts === undefined ? undefined : milliwatts / 1_000),
    throttled: pressureIn(value('Current pressure level')),
  })
}

/** macOS slows everything down from `Moderate` on. */
function pressureIn(level: string | undefined): CardReading['throttled'] {
  if (level === 'Nominal') return []
  return level !== undefined && /^(?:Moderate|Heavy|Trapping|Sleeping)$/.test(level) ? ['heat'] : undefined
}
