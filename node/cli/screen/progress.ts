/** How far a long work is, on one line that is drawn again and again, or on a few lines where nothing may move. */
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { durationText } from './durations.ts'
import { shareText } from './numbers.ts'

export interface Progress extends Disposable {
  /** Both in the same unit; without a total nobody knows how long it takes. */
  update(done: number, total?: number): void
  /** What is being done now; a stranger's words go through `printable` first. */
  relabel(label: string): void
}

export interface ProgressOptions {
  readonly clock: Clock
  /** May lines be drawn over? */
  readonly animate: boolean
  /** Shows an amount: `bytesText`. */
  readonly show?: ((amount: number) => string) | undefined
  /** Replaces the line that is drawn; an empty text takes it away. */
  readonly draw: (line: string) => void
  /** Writes a line that stays. */
  readonly say: (line: string) => void
}

/** Within this people believe that something happens at all. */
const FIRST_DRAW_MS = 100
/** Ten times a second is smooth, and no load on a slow terminal. */
const DRAW_MS = 100
/** What takes less needs no line in a log. */
const FIRST_LINE_MS = 1_000
/** A log shows that work goes on without being filled by it. */
const LINE_MS = 10_000
/** Before this the rate is noise; a timer of a second may come a millisecond early. */
const RATE_MS = 990

export function startProgress(firstLabel: string, options: ProgressOptions): Progress {
  const { clock, animate, draw, say } = options
  const startedMs = clock.monotonicMs()
  let label = firstLabel
  let done = 0
  let total: number | undefined
  const line = (): string =>
    progressLine({ label, done, total, elapsedMs: clock.monotonicMs() - startedMs, show: options.show })
  const repeat = (): { cancel(): void } => {
    if (animate) draw(line())
    else say(line())
    timer = clock.after(animate ? DRAW_MS : LINE_MS, repeat)
    return timer
  }
  let timer = clock.after(animate ? FIRST_DRAW_MS : FIRST_LINE_MS, repeat)
  return {
    update(newDone, newTotal) {
      done = newDone
      total = newTotal ?? total
    },
    relabel(newLabel) {
      label = newLabel
    },
    [Symbol.dispose]() {
      timer.cancel()
      if (animate) draw('')
    },
  }
}

export interface ProgressState {
  readonly label: string
  readonly done: number
  readonly total: number | undefined
  readonly elapsedMs: number
  readonly show?: ((amount: number) => string) | undefined
}

/** `downloading characters: 1.2 MiB of 4 MiB, 30 %, ~12 s left`. */
export function progressLine({ label, done, total, elapsedMs, show }: ProgressState): string {
  const facts: string[] = []
  if (show !== undefined && done > 0) facts.push(total === undefined ? show(done) : `${show(done)} of ${show(total)}`)
  if (total !== undefined && total > 0) {
    facts.push(shareText(Math.min(1, done / total)))
    if (elapsedMs >= RATE_MS && done > 0 && done < total) {
      // Whole seconds: an estimate that shows tenths looks like a measurement.
      const leftMs = Math.ceil((elapsedMs * (total - done)) / done / 1_000) * 1_000
      facts.push(`~${durationText(leftMs)} left`)
    }
  } else if (elapsedMs >= RATE_MS) {
    facts.push(durationText(Math.max(1, Math.floor(elapsedMs / 1_000)) * 1_000))
  }
  return facts.length === 0 ? `${label} …` : `${label}: ${facts.join(', ')}`
}
