/** What watches over the cards and their owner at a miner, each watch a part of its own. */
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { CareCause, CareVerdict } from '../../../protocols/rules/care/care-verdict.ts'
import type { Caretaker, Holder } from '../../care/caretaker.ts'
import { type Conditions, ConditionWatch, ofMachine } from '../../care/condition-watch.ts'
import { type CardLook, HeatKeeper, type KeptCard } from '../../care/heat/heat-keeper.ts'
import { NamedCards } from '../../care/named-cards.ts'
import { cardsInUse } from '../../care/presence/card-in-use.ts'
import { idleMs } from '../../care/presence/idle-time.ts'
import { programCondition } from '../../care/programs/program-condition.ts'
import { programListOf, programName } from '../../care/programs/running-programs.ts'
import { ScheduleWatch } from '../../care/schedule/schedule-watch.ts'
import { isOnBattery } from '../../care/surroundings/battery.ts'
import type { DeviceStates } from '../../care/surroundings/device-states.ts'
import { isMetered } from '../../care/surroundings/metered.ts'
import { labelIn } from '../../gpu/find-card.ts'
import { SystemMachine } from '../../gpu/system-machine.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'
import { systemClock } from '../system-clock.ts'
import type { NodeCards } from './cards.ts'

export interface Watched {
  readonly cards: NodeCards
  /** Seconds of the cards in one of ours: 1 but for simulated ones. */
  readonly timeScale: number
}

export interface Care {
  readonly caretaker: Caretaker
  readonly schedule: ScheduleWatch
  /** Those that were found until now. */
  cards(): readonly KeptCard[]
}

/** The offer is gone within two seconds of the program's start: two looks a second, and the rest for signing and gossip. */
const PROGRAM_MS = 500
/** A game whose launcher starts it anew must not let jobs in between. */
const PROGRAM_GONE_MS = 10_000
/** Whoever sits down gets the machine within this. */
const PRESENCE_MS = 5_000
/** As often as cards are read. */
const CARD_USE_MS = 10_000
/** A game between two rounds. */
const CARD_FREE_MS = 60_000
const SURROUNDINGS_MS = 15_000
/** A plug that sits loosely is no reason to come and go. */
const SURROUNDINGS_GONE_MS = 30_000
/** A round that runs already when it is asked for may have begun so long before. */
const READ_AT_ONCE_MS = 5_000

/** @param workEndedMs when a job of ours ended on the card of this key; now while one runs, on the clock of the readings */
export async function startCare(
  parts: Parts,
  { clock, bus, settings }: Foundation,
  caretaker: Caretaker,
  { cards, timeScale }: Watched,
  workEndedMs: (card: string) => number,
  devices: Pick<DeviceStates, 'isOnBattery'>,
): Promise<Care> {
  const machine = new SystemMachine(clock)
  const tell = (holder: Holder, verdict: CareVerdict | undefined): void => caretaker.tell(holder, verdict)
  const watch = <H extends Holder>(
    what: string,
    everyMs: number,
    clearMs: number,
    ask: (signal: AbortSignal) => Promise<Conditions<H> | 'unknown'>,
  ): Promise<ConditionWatch<H>> =>
    parts.start(
      `watch on the ${what}`,
      () => new ConditionWatch({ clock, ask, everyMs, clearMs, tell, onFailure: bus.trouble(`watching the ${what}`) }),
    )
  const known = (): readonly CardFacts[] => cards.cards().map(({ facts }) => facts)
  const { keyOf } = new NamedCards({
    cards: known,
    onFailure: bus.trouble('finding the cards that the settings name'),
  })

  const schedule = await parts.start(
    'schedule',
    () =>
      new ScheduleWatch({
        clock,
        windows: settings.schedule,
        seats: () => caretaker.seats,
        keyOf,
        tell,
      }),
  )
  await parts.start('hours of new cards', () => cards.listen(() => schedule.lookNow()))
  if (settings.exclusivePrograms.length > 0) {
    const ask = programCondition(programListOf(machine), settings.exclusivePrograms, keyOf)
    await watch('program', PROGRAM_MS, PROGRAM_GONE_MS, ask)
  }
  if (settings.idleMinutes > 0) {
    const wantedMs = settings.idleMinutes * 60_000
    await watch('presence', PRESENCE_MS, 0, async (signal) => {
      const idle = await idleMs(machine, clock, signal)
      if (idle === undefined) return 'unknown'
      return ofMachine('presence', idle < wantedMs ? heldBy('presence', 'keyboard or mouse are in use') : undefined)
    })
  }
  if (settings.onCardInUse === 'pause') {
    const use = await watch('card use', CARD_USE_MS, CARD_FREE_MS, async () =>
      cardsInUse(cards.cards(), workEndedMs, clock.monotonicMs(), isOwnProgram),
    )
    // Cards are found after this, and what did not say is asked again rarely.
    await parts.start('use of new cards', () => cards.listen(() => use.lookNow()))
  }
  // Also where work goes on: its runs are smaller then.
  const rests = settings.onBattery === 'pause'
  await watch('battery', SURROUNDINGS_MS, SURROUNDINGS_GONE_MS, async (signal) => {
    const isSo = await isOnBattery(machine, signal)
    devices.isOnBattery = isSo === true
    if (isSo === undefined) return 'unknown'
    return ofMachine('battery', isSo && rests ? heldBy('battery', 'this machine runs on its battery') : undefined)
  })
  if (settings.onMetered === 'pause') {
    await watch('network', SURROUNDINGS_MS, SURROUNDINGS_GONE_MS, async (signal) => {
      const isSo = await isMetered(machine, signal)
      if (isSo === undefined) return 'unknown'
      return ofMachine('network', isSo ? heldBy('network', 'the connection is metered') : undefined)
    })
  }
  const heat = await parts.start(
    'watch on the heat',
    () =>
      new HeatKeeper({
        clock,
        look: lookAt(cards),
        quiet: settings.quiet === 'on',
        timeScale,
        tell,
        onEvent: ({ key, simulated }, event) => {
          const card = { card: labelIn(known(), key), isSimulated: simulated === true }
          if (event.kind === 'step') {
            const { from, to, text } = event
            bus.emit({ kind: 'heat:step', ...card, from, to, text })
          } else bus.emit({ kind: 'heat:sensor', ...card, sensor: event.sensor, state: event.state })
        },
        onFailure: bus.trouble('reading the cards'),
      }),
  )
  // Found while models are loaded, or after it: nobody waits ten seconds to see that one is hot.
  await parts.start('heat of new cards', () => cards.listen(() => heat.lookNow()))
  return { caretaker, schedule, cards: () => heat.cards() }
}

/** Engines are children of this program, and are called as it is. */
const isOwnProgram = (program: string): boolean => programName(program) === programName(process.execPath)

/** A reading from before it was asked for says nothing about now: its card, or its tool, did not answer. */
export const lookAt =
  (cards: NodeCards) =>
  async (signal: AbortSignal): Promise<readonly CardLook[]> => {
    const sinceMs = systemClock.monotonicMs() - READ_AT_ONCE_MS
    const watched = (await cards.monitor?.readNow(signal)) ?? []
    return watched.map(({ facts, readings, isGone }) => {
      const last = readings.at(-1)
      return { facts, isGone, reading: last !== undefined && last.atMs >= sinceMs ? last : undefined }
    })
  }

/** What runs ends in order, nothing new comes in. */
const heldBy = (cause: CareCause, text: string): CareVerdict => ({
  admits: false,
  loadShare: 1,
  stopsRunning: false,
  reasons: [{ cause, text }],
})
