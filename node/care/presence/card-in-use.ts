/** Whether somebody else computes on a card: it is busy for a while in which no job of ours ran on it. */
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import type { CareVerdict } from '../../../protocols/rules/care/care-verdict.ts'
import type { Conditions } from '../condition-watch.ts'

/** A desktop that is drawn takes a few per cent; a game, a film or a rendering more than this. */
const BUSY_SHARE = 0.3
/** Longer than our own measurements of a card and than a window that is dragged. */
const BUSY_MS = 30_000
/** Of ten seconds each. */
const READINGS_MIN = 3

export interface CardInUse {
  readonly facts: Pick<CardFacts, 'key' | 'form' | 'name'>
  /** The newest last. */
  readonly readings: readonly CardReading[]
}

/**
 * @param ownWorkEndedMs when the last job of ours ended on the card of this key, on the clock of the readings; `nowMs` while one runs
 * @param isOwn whether a program of this name may be an engine of ours, which is not named
 * @returns a hold for each that is in use, `unknown` where no card says how busy it is
 */
export function cardsInUse(
  cards: readonly CardInUse[],
  ownWorkEndedMs: (key: string) => number,
  nowMs: number,
  isOwn: (program: string) => boolean = () => false,
): Conditions<`card use/${string}`> | 'unknown' {
  // A processor is always used by others too, and serves them first by itself.
  const telling = cards.filter(
    ({ facts, readings }) =>
      facts.form !== 'cpu' && facts.form !== 'software' && readings.at(-1)?.utilisation !== undefined,
  )
  if (telling.length === 0) return 'unknown'
  const used = telling.filter(({ facts, readings }) =>
    isBusySince(readings, Math.max(ownWorkEndedMs(facts.key), nowMs - 2 * BUSY_MS), nowMs),
  )
  return new Map(
    used.map(({ facts, readings }) => [`card use/${facts.key}`, heldBy(facts.name, largest(readings.at(-1), isOwn))]),
  )
}

function heldBy(name = 'the card', program: string | undefined): CareVerdict {
  const which = program === undefined ? '' : `; ${program} holds most of its memory`
  const reasons = [{ cause: 'presence' as const, text: `other programs use ${name}${which}` }]
  return { admits: false, loadShare: 1, stopsRunning: false, reasons }
}

/** Tools say which programs hold memory of a card, and not which of them computes: for the owner's eye, judged by nothing. */
function largest(
  { processes = [] }: Partial<CardReading> = {},
  isOwn: (program: string) => boolean,
): string | undefined {
  const others = processes.filter(({ program, memoryBytes }) => program !== undefined && memoryBytes !== undefined)
  return others.filter(({ program }) => !isOwn(program!)).sort((one, other) => other.memoryBytes! - one.memoryBytes!)[0]
    ?.program
}

function isBusySince(readings: readonly CardReading[], sinceMs: number, nowMs: number): boolean {
  // A reading speaks of the time before it: the first one after our own work speaks of that.
  const own = readings.filter(({ atMs }) => atMs > sinceMs).slice(1)
  const busy = own.slice(own.findLastIndex(({ utilisation = 0 }) => !(utilisation >= BUSY_SHARE)) + 1)
  const first = busy[0]
  return first !== undefined && busy.length >= READINGS_MIN && nowMs - first.atMs >= BUSY_MS - 10_000
}
