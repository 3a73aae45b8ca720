/** One line of `macmon pipe` (a free tool that needs no root): power, use, clock and heat of Apple's chips, as JSON. */
import { known } from '../../../protocols/kernel/known.ts'
import { at, jsonWithin } from '../text/json-within.ts'
import { numberIn } from '../text/numbers.ts'
import {
  clockMhz,
  memoryBytes,
  memoryFreeBytes,
  memoryUsedBytes,
  powerW,
  share,
  temperatureC,
} from '../text/plausible.ts'
import type { AppleFigures } from './parse-powermetrics.ts'

/** Nothing where the line is none of macmon's. What is free is what the machine has left; the card may take no more. */
export function parseMacmon(text: string): AppleFigures {
  const line = jsonWithin(text.trim().split('\n', 1)[0] ?? '')
  const usage = at(line, 'gpu_usage')
  const [mhz, used] = Array.isArray(usage) ? usage : []
  const edge = temperatureC(numberIn(at(line, 'temp', 'gpu_temp_avg')))
  return known<AppleFigures>({
    temperaturesC: edge === undefined ? undefined : { edge },
    powerW: powerW(numberIn(at(line, 'gpu_power'))),
    coreMhz: clockMhz(numberIn(mhz)),
    utilisation: share(numberIn(used)),
    memoryFreeBytes: memoryFreeBytes(
      memoryBytes(numberIn(at(line, 'memory', 'ram_total'))),
      memoryUsedBytes(numberIn(at(line, 'memory', 'ram_usage'))),
    ),
  })
}
