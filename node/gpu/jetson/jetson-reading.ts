/** What a Jetson is doing: tegrastats' word first, the kernel's where it says nothing. */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import type { Devfreq } from '../sysfs/devfreq.ts'
import { memoryFreeBytes } from '../text/plausible.ts'
import type { Tegrastats } from './parse-tegrastats.ts'

export interface JetsonFigures {
  readonly tool: Tegrastats | undefined
  readonly devfreq: Devfreq | undefined
  /** By the names of thermal zones, in lower case. */
  readonly zonesC: ReadonlyMap<string, number>
}

/** As kernels of several releases call it. */
export const isWantedZone = (name: string): boolean => /^(?:gpu|tj)[-_]?therm(?:al)?$/.test(name)
export const isWantedDevfreq = (name: string): boolean =>
  /(?:^|\.)(?:gpu|gm20b|gp10b|gv11b|ga10b)$|^gpu-gpc-\d$/.test(name)

/** `undefined` where nothing is known. */
export function jetsonReading(atMs: number, { tool, devfreq, zonesC }: JetsonFigures): CardReading | undefined {
  const zone = (start: string) => [...zonesC].find(([name]) => name.startsWith(start))?.[1]
  const figures = known<Omit<CardReading, 'atMs' | 'temperaturesC'>>({
    powerW: tool === undefined ? undefined : powerOf(tool.railsW),
    coreMhz: tool?.coreMhz ?? devfreq?.coreMhz,
    memoryMhz: tool?.memoryMhz,
    utilisation: tool?.utilisation ?? devfreq?.utilisation,
    memoryUsedBytes: tool?.memoryUsedBytes,
    memoryFreeBytes: memoryFreeBytes(tool?.memoryTotalBytes, tool?.memoryUsedBytes),
  })
  const temperaturesC = known<CardReading['temperaturesC']>({
    edge: tool?.temperaturesC.get('gpu') ?? zone('gpu'),
    // The hottest place of the whole chip.
    hotspot: tool?.temperaturesC.get('tj') ?? zone('tj'),
  })
  const isKnown = Object.keys(figures).length > 0 || Object.keys(temperaturesC).length > 0
  return isKnown ? { atMs, temperaturesC, ...figures } : undefined
}

/** The whole module's rail, which a Jetson's power modes are about; where the board has none, the rail that the GPU hangs on. */
function powerOf(railsW: ReadonlyMap<string, number>): number | undefined {
  const whole = railsW.get('VDD_IN') ?? railsW.get('POM_5V_IN')
  return whole ?? [...railsW].find(([name]) => name.includes('GPU'))?.[1]
}
