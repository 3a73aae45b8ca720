/**
 * Simulated cards with work that never ends, under a budget, on a virtual clock: by the node's own watch, caretaker and back end. What
 * is drawn is what the cards really draw, whatever their sensors say.
 */
import { join } from 'node:path'
import { Caretaker } from '../../../node/care/caretaker.ts'
import { EarlierLimits } from '../../../node/care/power/earlier-limits.ts'
import { LimitKeeper } from '../../../node/care/power/limit-keeper.ts'
import { PowerFile } from '../../../node/care/power/power-file.ts'
import { PowerKeeper } from '../../../node/care/power/power-keeper.ts'
import { CardMonitor } from '../../../node/gpu/card-monitor.ts'
import { mergeSightings } from '../../../node/gpu/merge-sightings.ts'
import { type CardBody, desktopBody } from '../../../node/gpu/simulated/card-body.ts'
import { Simulated } from '../../../node/gpu/simulated/simulated.ts'
import { type CardFaults, SimulatedCard } from '../../../node/gpu/simulated/simulated-card.ts'
import type { PowerEvent } from '../../../protocols/rules/power/power-watch.ts'
import { restMs } from '../../../protocols/rules/scheduling/pace.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { ManualClock } from './manual-clock.ts'

export interface PoweredBody extends Partial<CardBody> {
  /** At full power, by its benchmark. */
  readonly gflops: number
}

interface Options {
  readonly budgetW: number
  readonly limits: boolean
  /** One run of a job at full clock. */
  readonly runMs?: number
  readonly folder?: string
  /** Of the first card, from the start. */
  readonly faults?: Partial<CardFaults>
}

const STEP_MS = 250
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve))
}

export async function poweredMachine(bodies: readonly PoweredBody[], options: Options) {
  const { budgetW, limits, runMs = 500, folder = temporaryFolder(), faults = {} } = options
  const clock = new ManualClock()
  const cards = bodies.map(
    (body, i) => new SimulatedCard({ key: `simulated/${i + 1}`, clock, body: { ...desktopBody, ...body } }),
  )
  cards[0]?.breaks(faults)
  const keys = cards.map(({ facts }) => facts.key)
  const backend = new Simulated(cards)
  const found = await backend.detect()
  const sighted = found.kind === 'seen' ? found.cards : []
  const monitor = new CardMonitor({
    backends: [backend],
    cards: mergeSightings([{ backend: backend.name, cards: sighted }]),
    clock,
  })
  const events: PowerEvent[] = []
  const troubles: string[] = []
  const onFailure = ({ message }: { readonly message: string }): void => void troubles.push(message)
  const caretaker = new Caretaker({
    clock,
    seats: () => keys,
    withdraw: async () => undefined,
    endRunning: () => undefined,
    onChange: () => undefined,
    onFailure,
  })
  const limiter = limits
    ? new LimitKeeper({
        clock,
        setter: () => monitor,
        limits: new EarlierLimits(join(folder, 'power-limits.json')),
        timeScale: 1,
        onChange: () => undefined,
        onFailure,
      })
    : undefined
  const keeper = new PowerKeeper({
    clock,
    look: async (signal) => {
      const watched = await monitor.readNow(signal)
      return watched.map(({ facts, readings, isGone }) => ({ facts, isGone, reading: readings.at(-1) }))
    },
    seats: () => keys,
    budgetW,
    published: () => ({ worstW: 600 }),
    gflops: ({ key }) => bodies[keys.indexOf(key)]?.gflops,
    isHot: () => false,
    file: new PowerFile(join(folder, 'power.json')),
    limits: limiter,
    timeScale: 1,
    tell: (holder, verdict) => caretaker.tell(holder, verdict),
    onEvent: (event) => void events.push(event),
    onFailure,
  })
  const passing = async (work: Promise<void>): Promise<void> => {
    let isOver = false
    const ended = work.finally(() => {
      isOver = true
    })
    for (await settled(); !isOver; await settled()) clock.advance(STEP_MS)
    await ended
  }
  await passing(keeper.ready)
  const jobs = cards.map(() => ({ isRunning: false, nextMs: 0 }))
  const drawn: { readonly atMs: number; readonly powerW: number }[] = []
  /** By every card as long as care lets it, one run after the other, resting in between as the queue does. */
  const work = (nowMs: number): void => {
    for (const [i, job] of jobs.entries()) {
      if (nowMs < job.nextMs) continue
      const { admits, loadShare } = caretaker.verdictOf(keys[i]!)
      if (job.isRunning) {
        cards[i]!.ends()
        job.isRunning = false
        job.nextMs += restMs(runMs, loadShare)
      }
      if (nowMs < job.nextMs || !admits) continue
      cards[i]!.begins()
      job.isRunning = true
      // A rest shorter than a step would else last a whole one: what begins late here lets the next begin sooner.
      job.nextMs = Math.max(job.nextMs, nowMs - STEP_MS) + runMs
    }
  }
  return {
    clock,
    cards,
    caretaker,
    keeper,
    limiter,
    events,
    troubles,
    drawn,
    /** Work of all cards until now. */
    worked: () => cards.reduce((sum, { worked }, i) => sum + worked * bodies[i]!.gflops, 0),
    async pass(seconds: number, works = true): Promise<void> {
      for (let passedMs = 0; passedMs < 1_000 * seconds; passedMs += STEP_MS) {
        if (works) work(clock.monotonicMs())
        clock.advance(STEP_MS)
        await settled()
        drawn.push({ atMs: clock.monotonicMs(), powerW: cards.reduce((sum, card) => sum + card.drawnW, 0) })
      }
    },
    /** The longest time in which the mean of ten seconds lay above the budget. */
    overMs(fromMs = 0): number {
      let longest = 0
      let sinceMs: number | undefined
      const window = 10_000 / STEP_MS
      for (let i = window - 1; i < drawn.length; i++) {
        const mean = drawn.slice(i - window + 1, i + 1).reduce((sum, { powerW }) => sum + powerW, 0) / window
        if (drawn[i]!.atMs < fromMs || mean <= budgetW * 1.005) sinceMs = undefined
        else {
          sinceMs ??= drawn[i]!.atMs
          longest = Math.max(longest, drawn[i]!.atMs - sinceMs + STEP_MS)
        }
      }
      return longest
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await passing(keeper[Symbol.asyncDispose]())
      if (limiter !== undefined) await passing(limiter[Symbol.asyncDispose]())
      await monitor[Symbol.asyncDispose]()
    },
  }
}
