/** `ioreg -c IOAccelerator`: what the graphics driver counts of itself, for every user to read. */
import { known } from '../../../protocols/kernel/known.ts'
import { countIn } from '../text/numbers.ts'
import { memoryUsedBytes, shareOfPercent } from '../text/plausible.ts'
import type { AppleFigures } from './parse-powermetrics.ts'

/** A Mac's own graphics are one accelerator. Where there are more, nobody can tell which is whose, and nothing is said. */
export function parseIoreg(text: string): AppleFigures {
  const blocks = [...text.matchAll(/"PerformanceStatistics" = \{([^{}]{1,8000})\}/g)]
  const [first, second] = blocks
  if (first === undefined || second !== undefined) return {}
  const counters = new Map(
    first[1]!.split(',', COUNTERS_MAX).flatMap((each) => {
      const found = /^"([^"]{1,80})"=(\d{1,20})$/.exec(each.trim())
      return found === null ? [] : [[found[1]!, found[2]!] as const]
    }),
  )
  return known<AppleFigures>({
    utilisation: shareOfPercent(countIn(counters.get('Device Utilization %'))),
    memoryUsedBytes: memoryUsedBytes(countIn(counters.get('In use system memory'))),
  })
}

/** Some two dozen are known. */
const COUNTERS_MAX = 200
