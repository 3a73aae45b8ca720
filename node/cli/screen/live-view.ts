/** How something stands that goes on for hours: lines that are drawn over on a terminal, and a line on change in a log. */
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'

export interface LiveViewOptions {
  readonly clock: Clock
  /** May lines be drawn over? */
  readonly animate: boolean
  /** For a terminal. */
  readonly view: () => readonly string[]
  /** For a log: it says nothing that changes by itself, as a clock does. */
  readonly line: () => string
  /** Replaces what is drawn; no lines take it away. */
  readonly draw: (lines: readonly string[]) => void
  /** Writes a line that stays. */
  readonly say: (line: string) => void
}

/** Twice a second looks alive, and leaves the machine to those who rent it. */
const DRAW_MS = 500
/** A log shows that something happens without being filled by it. */
const LINE_MS = 10_000

export function startLiveView({ clock, animate, view, line, draw, say }: LiveViewOptions): Disposable {
  let timer: Timer
  let said: string | undefined
  const sayIfNew = (): void => {
    const now = line()
    if (now !== said) say(now)
    said = now
  }
  const repeat = (): void => {
    if (animate) draw(view())
    else sayIfNew()
    timer = clock.after(animate ? DRAW_MS : LINE_MS, repeat)
  }
  repeat()
  return {
    [Symbol.dispose]() {
      timer.cancel()
      if (animate) draw([])
    },
  }
}
