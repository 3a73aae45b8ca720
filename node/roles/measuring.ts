/** Measures this machine in the background where nothing that still holds is known of it, so that the node has something to claim. */
import { asMeshError, isMeshError } from '../../protocols/kernel/errors.ts'
import type { Timer } from '../../protocols/kernel/ports.ts'
import type { Engine, EngineLimits } from '../engines/engine.ts'
import { figuresOf, measureEngine } from '../measure/measure-engine.ts'
import { MeasuredFile, type MeasuredTarget } from '../measure/measured-file.ts'
import { measuredTarget } from '../measure/measured-target.ts'
import { cardsHere } from './cards-here.ts'
import type { Foundation } from './foundation.ts'
import type { Parts } from './parts.ts'

/** A node that starts has other things to do, and a machine that starts too. */
const FIRST_MS = 60_000
/** While jobs run they are what is slow. */
const RETRY_MS = 300_000
/** A measurement ends within days of its month. */
const LOOK_MS = 86_400_000

interface Needs {
  readonly engine: Engine
  readonly limits: EngineLimits
  readonly isIdle: () => boolean
  /** The node has something new to claim. */
  readonly onMeasured: () => void
}

/** In a network of one machine every node would measure the others. */
export async function startMeasuring(
  parts: Parts,
  { clock, crypto, folder, bus, network }: Foundation,
  { engine, limits, isIdle, onMeasured }: Needs,
): Promise<void> {
  if (network.preset === 'local') return
  const file = new MeasuredFile(folder.file('measured'))
  const stop = new AbortController()
  let timer: Timer | undefined
  let running: Promise<void> = Promise.resolve()
  const target = async (by: string): Promise<MeasuredTarget | undefined> =>
    measuredTarget(by, by.endsWith('/cpu') ? [] : await cardsHere(stop.signal))
  const isKnown = async (): Promise<boolean> => {
    const by = `${engine.name}/${engine.version}/${engine.kernels ?? 'cpu'}`
    const of = await target(by)
    return of !== undefined && file.of(of, by, clock.nowMs()) !== undefined
  }
  const measure = async (): Promise<void> => {
    const startedMs = clock.monotonicMs()
    const measured = await measureEngine({ engine, limits, clock, hasher: crypto }, stop.signal)
    const of = await target(measured.engine)
    if (of === undefined) return
    file.keep({ ...of, ...measured })
    onMeasured()
    const { fp32Gflops } = figuresOf(measured)
    const facts = { engine: measured.engine, tookMs: clock.monotonicMs() - startedMs }
    bus.emit({ kind: 'card:measured', ...facts, ...(fp32Gflops === undefined ? {} : { fp32Gflops }) })
  }
  const look = (afterMs: number): void => {
    timer = clock.after(afterMs, () => {
      if (!isIdle()) return look(RETRY_MS)
      running = isKnown()
        .then((known) => (known ? undefined : measure()))
        .catch((error: unknown) => {
          if (isMeshError(error, 'CANCELLED')) return
          bus.emit({ kind: 'trouble', during: 'measuring this machine', error: asMeshError(error) })
        })
        .finally(() => {
          if (!stop.signal.aborted) look(LOOK_MS)
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
