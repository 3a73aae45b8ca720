/** Where the processor time of one piece of work goes, in a line. */
import { tellDetail } from './figures.ts'
import type { ProcessorParts } from './processor-parts.ts'

/** Sampling makes every part dearer alike, so the shares are laid on what the work costs without it. */
export function printParts(side: string, { main, threads }: ProcessorParts, usOfOne: number): void {
  const rows = [
    ...Object.entries(main),
    ...Object.entries(threads).map(([name, us]) => [`thread ${name}`, us] as const),
  ]
  const total = rows.reduce((sum, [, us]) => sum + us, 0)
  const shown = rows
    .map(([name, us]) => ({ name, us: (us / total) * usOfOne }))
    .filter(({ us }) => us >= 1)
    .sort((a, b) => b.us - a.us)
    .map(({ name, us }) => `${name} ${us.toFixed(0)}`)
  tellDetail(`${side}, ${usOfOne.toFixed(0)} µs: ${shown.join(', ')}`)
}
