/**
 * The heat table against a naive switch, on the simulated card under virtual time: time above 85 C, work lost, how often the miner
 * leaves and comes back, and work done. `node test/bench/heat.ts`
 */
import { desktopBody } from '../../node/gpu/simulated/card-body.ts'
import { type CardFaults, SimulatedCard } from '../../node/gpu/simulated/simulated-card.ts'
import type { CardReading } from '../../protocols/rules/cards/card-reading.ts'
import type { CareVerdict } from '../../protocols/rules/care/care-verdict.ts'
import { initialHeat, watchHeat } from '../../protocols/rules/thermal/heat-watch.ts'
import { ManualClock } from '../support/virtual/manual-clock.ts'
import { tell, tellMachine } from './support/figures.ts'

type Control = (
  nowMs: number,
  reading: CardReading | undefined,
) => Pick<CareVerdict, 'admits' | 'loadShare' | 'stopsRunning'> & { readonly nextMs: number }

/** Off at 85 C, on again below it: what a script around the vendor's tool does. */
function naive(): Control {
  return (_, reading) => {
    const isHot = (reading?.temperaturesC.edge ?? 0) >= 85
    return { admits: !isHot, loadShare: isHot ? 0 : 1, stopsRunning: isHot, nextMs: 10_000 }
  }
}

function byTable(): Control {
  let state = initialHeat
  return (nowMs, reading) => {
    const outcome = watchHeat(state, { nowMs, reading }, { limits: { shutdownC: desktopBody.shutdownC }, quiet: false })
    state = outcome.state
    return { ...outcome.verdict, nextMs: outcome.nextMs }
  }
}

/** Jobs that run at once where nothing is held back; there are always more. */
const SLOTS = 8
/** Each keeps an eighth of the card busy for so long. */
const JOB_S = 20
const HOURS = 2

interface Figures {
  readonly secondsAbove85: number
  readonly hottestC: number
  readonly jobsDone: number
  readonly jobsLost: number
  readonly secondsLost: number
  readonly leaves: number
}

/** One card whose load is the share of its slots that work: eight small cards of one body would not heat each other. */
function run(control: Control, faultsAt: (minute: number) => Partial<CardFaults>): Figures {
  const clock = new ManualClock()
  const card = new SimulatedCard({ key: 'bench', clock })
  const running: number[] = []
  const found = { secondsAbove85: 0, hottestC: 0, jobsDone: 0, jobsLost: 0, secondsLost: 0, leaves: 0 }
  let verdict: ReturnType<Control> = { admits: true, loadShare: 1, stopsRunning: false, nextMs: 0 }
  let lookAtMs = 0
  for (let second = 0; second < HOURS * 3_600; second++) {
    card.breaks(faultsAt(second / 60))
    const nowMs = clock.monotonicMs()
    if (nowMs >= lookAtMs) {
      const before = verdict
      verdict = control(nowMs, card.read())
      lookAtMs = nowMs + verdict.nextMs
      if (before.admits && !verdict.admits) found.leaves++
    }
    if (verdict.stopsRunning) {
      found.jobsLost += running.length
      found.secondsLost += running.reduce((sum, endS) => sum + JOB_S - (endS - second), 0)
      running.length = 0
    }
    const slots = Math.floor(SLOTS * verdict.loadShare)
    while (verdict.admits && running.length < slots) running.push(second + JOB_S)
    const busy = running.length / SLOTS
    card.begins()
    clock.advance(1_000 * busy)
    card.ends()
    clock.advance(1_000 * (1 - busy))
    const due = running.filter((endS) => endS <= second + 1)
    found.jobsDone += due.length
    for (const endS of due) running.splice(running.indexOf(endS), 1)
    const { coreC } = card
    if (coreC > 85) found.secondsAbove85++
    found.hottestC = Math.max(found.hottestC, coreC)
  }
  return { ...found, hottestC: Number(found.hottestC.toFixed(1)) }
}

const scenarios: Readonly<Record<string, (minute: number) => Partial<CardFaults>>> = {
  'a room of 25 C': () => ({}),
  'a room of 45 C': () => ({ ambientC: 45 }),
  'a fan that stands still from the tenth minute on': (minute) => ({ fanWorks: minute < 10 }),
  'a fan that stands still for ten minutes of each half hour': (minute) => ({ fanWorks: minute % 30 < 20 }),
}

tellMachine(`${HOURS} h each`)
for (const [scenario, faultsAt] of Object.entries(scenarios)) {
  const [table, switched] = [run(byTable(), faultsAt), run(naive(), faultsAt)]
  const text = (of: Figures): string =>
    `${of.secondsAbove85} s, ${of.hottestC} C at most; ${of.jobsLost} jobs lost, ${of.jobsDone} done; ${of.leaves} leaves`
  tell({
    asks: `${scenario}: time above 85 C, heat, jobs, leaves of the market`,
    found: text(table),
    baseline: `${text(switched)} with a switch at 85 C`,
    wanted: { value: table.secondsAbove85, atMost: switched.secondsAbove85, unit: ' s' },
  })
}
