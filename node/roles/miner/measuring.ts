/** Measures each seat in the background where nothing that still holds is known of it, so that the node has something to claim. */
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import type { Timer } from '../../../protocols/kernel/ports.ts'
import type { EngineLimits } from '../../engines/engine.ts'
import type { EngineSeat } from '../../engines/seat.ts'
import { measureEngine } from '../../measure/measure-engine.ts'
import { MeasuredFile } from '../../measure/measured-file.ts'
import { measuredTarget, seatEngine, seatTarget } from '../../measure/measured-target.ts'
import { figuresOf } from '../../measure/measurement.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'

/** A node that starts has other things to do, and a machine that starts too. */
const FIRST_MS = 60_000
/** While jobs run they are what is slow. */
const RETRY_MS = 300_000
/** A measurement ends within days of its month. */
const LOOK_MS = 86_400_000

interface Needs {
  readonly seats: readonly EngineSeat[]
  readonly limits: EngineLimits
  readonly isIdle: () => boolean
  /** What care says of the card of a seat. */
  readonly admits: (card: string) => boolean
  /** The node has something new to claim. */
  readonly onMeasured: () => void
}

/** In a network of one machine every node would measure the others. */
export async function startMeasuring(
  parts: Parts,
  { clock, crypto, folder, bus, network }: Foundation,
  { seats, limits, isIdle, admits, onMeasured }: Needs,
): Promise<void> {
  if (network.preset === 'local') return
  const file = new MeasuredFile(folder.file('measured'))
  const stop = new AbortController()
  let timer: Timer | undefined
  let running: Promise<void> = Promise.resolve()
  const isKnown = (seat: EngineSeat): boolean =>
    file.of(seatTarget(seat), seatEngine(seat), clock.nowMs()) !== undefined
  const measure = async ({ engine, facts }: EngineSeat): Promise<void> => {
    const startedMs = clock.monotonicMs()
    const measured = await measureEngine({ engine, limits, clock, hasher: crypto }, stop.signal)
    file.keep({ ...measuredTarget(measured.engine, facts), ...measured })
    onMeasured()
    const { fp32Gflops } = figuresOf(measured)
    const told = { engine: measured.engine, tookMs: clock.monotonicMs() - startedMs }
    bus.emit({ kind: 'card:measured', ...told, ...(fp32Gflops === undefined ? {} : { fp32Gflops }) })
  }
  /** One after the other: side by side each would make the other slower. @returns true where jobs, or heat, came between */
  const measureAll = async (): Promise<boolean> => {
    let isInterrupted = false
    for (const seat of seats) {
      if (isKnown(seat)) continue
      if (!isIdle() || !admits(seat.card)) {
        isInterrupted = true
        continue
      }
      try {
        await measure(seat)
      } catch (error) {
        if (isMeshError(error, 'CANCELLED')) throw error
        bus.trouble('measuring this machine')(error)
      }
    }
    return isInterrupted
  }
  const look = (afterMs: number): void => {
    timer = clock.after(afterMs, () => {
      if (!isIdle()) return look(RETRY_MS)
      let nextMs = LOOK_MS
      running = measureAll()
        .then((isInterrupted) => {
          if (isInterrupted) nextMs = RETRY_MS
        })
        .catch((error: unknown) => {
          if (isMeshError(error, 'CANCELLED')) return
          bus.trouble('measuring this machine')(error)
        })
        .finally(() => {
          if (!stop.signal.aborted) look(nextMs)
        })
    })
  }
  await parts.start('measuring', () => {
    look(FIRST_MS)
    return {
      [Symbol.asyncDispose]: async () => {
        timer?.cancel()
        stop.abort()
        await running
      },
    }
  })
}
