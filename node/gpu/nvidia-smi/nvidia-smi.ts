/**
 * NVIDIA's cards by nvidia-smi: the log (`-q -x`) for what a card is, the query for what it does now and for what the log lacks,
 * the list for the names of slices. Where the log cannot be read the query stands in for it.
 */
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import type { BackendFinding, GpuBackend, Sighting } from '../gpu-backend.ts'
import type { Machine, ToolOptions, ToolOutcome } from '../machine.ts'
import { busAddressOf } from '../pci-words.ts'
import { powerLimitError } from '../power-limit-error.ts'
import { notInstalled, toolError, toolFailure } from '../tool-failure.ts'
import { cardsOf, factsOf, NVIDIA_SMI, readingOf, type SmiCard } from './smi-card.ts'
import { expectSet, limitArguments, limitIn, selectorOf, setLimitArguments } from './smi-limit.ts'
import { readSmiLog } from './smi-log.ts'
import {
  allFields,
  fieldsAmong,
  helpArguments,
  isRefusal,
  oldFields,
  processArguments,
  queryArguments,
  readFieldNames,
  readSmiProcesses,
  readSmiQuery,
  sensorFields,
} from './smi-query.ts'
import { namedSlices, readSliceNames } from './smi-slices.ts'
import { saidOf, saysNoCards, troubleOf } from './smi-trouble.ts'

/** Without persistence mode the driver wakes every card first: a second or two for each of several. */
const DETECT_MS_MAX = 9_000
const LOG_MS_MAX = 6_000
const READ_MS_MAX = 5_000
const LIMIT_MS_MAX = 5_000
/** A log of sixteen cards has 1.2 MB. */
const OUTPUT_BYTES_MAX = 4 * 1_048_576
/** It prints a text that it brings with it. A driver that is asked for it answers in milliseconds, or hangs altogether. */
const HELP_MS_MAX = 2_000

type Asked = { readonly cards: readonly SmiCard[] } | { readonly outcome: ToolOutcome; readonly options: ToolOptions }

export class NvidiaSmi implements GpuBackend {
  readonly name = NVIDIA_SMI
  readonly #machine: Machine
  /** Of each kind of question the fields that this driver knows. */
  #fields = { all: allFields, sensors: sensorFields }

  constructor(machine: Machine) {
    this.#machine = machine
  }

  async detect(signal?: AbortSignal): Promise<BackendFinding> {
    const endsMs = this.#machine.clock.monotonicMs() + DETECT_MS_MAX
    const log = await this.#ask(['-q', '-x'], readSmiLog, LOG_MS_MAX, signal)
    if ('outcome' in log && log.outcome.kind === 'absent') return notInstalled(NVIDIA_SMI)
    // Who hangs once hangs again.
    if ('outcome' in log && log.outcome.kind === 'killed' && log.outcome.why === 'deadline') return failed(log)
    const query = await this.#query('all', endsMs, signal)
    const cards =
      'cards' in log && log.cards.length > 0 ? joined(log.cards, 'cards' in query ? query.cards : []) : cardsIn(query)
    if (cards.length === 0) return nothing(log, query)
    const named = await this.#withSliceNames(cards, endsMs, signal)
    const atMs = this.#machine.clock.monotonicMs()
    const sightings = cardsOf(
      named,
      (card, key, isUuidShared): Sighting => ({
        facts: factsOf(card, key, isUuidShared),
        reading: readingOf(card, atMs),
      }),
    )
    return sightings.length > 0
      ? { kind: 'seen', cards: sightings }
      : toolFailure(NVIDIA_SMI, 'it does not say where its cards are')
  }

  async read(signal?: AbortSignal): Promise<ReadonlyMap<string, CardReading>> {
    const endsMs = this.#machine.clock.monotonicMs() + READ_MS_MAX
    const queried = await this.#query('sensors', endsMs, signal)
    // A query that is refused whatever it asks for: the log is longer, and tells the same.
    const fromLog = isRefused(queried)
    const asked = fromLog ? await this.#ask(['-q', '-x'], readSmiLog, this.#left(endsMs), signal) : queried
    if ('outcome' in asked) {
      if (saysNoCards(asked.outcome)) return new Map()
      throw toolError(NVIDIA_SMI, troubleOf(asked.outcome, asked.options))
    }
    const atMs = this.#machine.clock.monotonicMs()
    const processes = fromLog ? undefined : await this.#processes(endsMs, signal)
    const withProcesses = asked.cards.map((card) => ({
      ...card,
      processes: processes === undefined ? card.processes : (processes.get(busAddressOf(card.words.busId) ?? '') ?? []),
    }))
    return new Map(cardsOf(withProcesses, (card, key) => [key, readingOf(card, atMs)] as const))
  }

  async powerLimit(key: string, signal?: AbortSignal): Promise<number> {
    const options = optionsOf(LIMIT_MS_MAX, signal)
    return limitIn(await this.#machine.run(NVIDIA_SMI, limitArguments(ownSelector(key)), options), options)
  }

  async setPowerLimit(key: string, limitW: number, signal?: AbortSignal): Promise<void> {
    const options = optionsOf(LIMIT_MS_MAX, signal)
    const outcome = await this.#machine.run(NVIDIA_SMI, setLimitArguments(ownSelector(key), limitW), options)
    expectSet(outcome, limitW, options)
  }

  async #processes(endsMs: number, signal: AbortSignal | undefined) {
    const outcome = await this.#run(processArguments, this.#left(endsMs), signal)
    return outcome.kind === 'ended' && outcome.code === 0 ? readSmiProcesses(outcome.stdout) : undefined
  }

  #run(args: readonly string[], leftMs: number, signal: AbortSignal | undefined): Promise<ToolOutcome> {
    return this.#machine.run(NVIDIA_SMI, args, optionsOf(leftMs, signal))
  }

  #left(endsMs: number): number {
    return endsMs - this.#machine.clock.monotonicMs()
  }

  /**
   * For the fields that this driver knows. After a refusal it is asked for their names, once for both kinds of question; where that
   * does not help, for what every driver knows. Four runs at most, and one from then on.
   */
  async #query(kind: 'all' | 'sensors', endsMs: number, signal: AbortSignal | undefined): Promise<Asked> {
    const ask = (): Promise<Asked> =>
      this.#ask(queryArguments(this.#fields[kind]), readSmiQuery, this.#left(endsMs), signal)
    const asked = await ask()
    if (!isRefused(asked)) return asked
    if (await this.#learnFields(endsMs, signal)) {
      const again = await ask()
      if (!isRefused(again)) return again
    }
    this.#fields[kind] = oldFields
    return ask()
  }

  /** False where it does not tell which fields it knows, or has told before. */
  async #learnFields(endsMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    const help = await this.#run(helpArguments, Math.min(HELP_MS_MAX, this.#left(endsMs)), signal)
    const names = readFieldNames(help.kind === 'ended' ? help.stdout : '')
    // What names neither is no list of fields: nobody would know which card is meant.
    if (!names.has('pci.bus_id') && !names.has('uuid')) return false
    const { all, sensors } = this.#fields
    this.#fields = { all: fieldsAmong(all, names), sensors: fieldsAmong(sensors, names) }
    return String(this.#fields.all) !== String(all) || String(this.#fields.sensors) !== String(sensors)
  }

  async #ask(
    args: readonly string[],
    read: (text: string) => readonly SmiCard[] | undefined,
    deadlineMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Asked> {
    const options = optionsOf(deadlineMs, signal)
    const outcome = await this.#machine.run(NVIDIA_SMI, args, options)
    // A card that fell off the bus ends the program with an error, after it has told of the others.
    const cards = outcome.kind === 'ended' ? read(outcome.stdout) : undefined
    return cards === undefined || (cards.length === 0 && outcome.kind === 'ended' && outcome.code !== 0)
      ? { outcome, options }
      : { cards }
  }

  async #withSliceNames(cards: readonly SmiCard[], endsMs: number, signal?: AbortSignal): Promise<readonly SmiCard[]> {
    if (!cards.some(({ words, slices = [] }) => slices.length > 0 || words.slicing === 'Enabled')) return cards
    const list = await this.#run(['-L'], this.#left(endsMs), signal)
    if (list.kind !== 'ended' || list.code !== 0) return cards
    const names = readSliceNames(list.stdout)
    // The log may lack cards that the list has, and then their numbers tell nothing.
    return names.size === cards.length
      ? cards.map((card, index) => ({ ...card, slices: namedSlices(card.slices, names.get(index)) }))
      : cards
  }
}

function ownSelector(key: string): string {
  const selector = selectorOf(key)
  if (selector === undefined) throw powerLimitError(NVIDIA_SMI, 'unable', 'it does not know the card')
  return selector
}

const optionsOf = (deadlineMs: number, signal: AbortSignal | undefined): ToolOptions => ({
  deadlineMs: Math.max(1, deadlineMs),
  outputBytesMax: OUTPUT_BYTES_MAX,
  ...(signal === undefined ? {} : { signal }),
})

const isRefused = (asked: Asked): boolean => 'outcome' in asked && isRefusal(saidOf(asked.outcome))

const cardsIn = (asked: Asked): readonly SmiCard[] => ('cards' in asked ? asked.cards : [])

/** The log's cards, with what only the query tells of the card in the same place. */
function joined(log: readonly SmiCard[], query: readonly SmiCard[]): readonly SmiCard[] {
  return log.map((card) => {
    const place = busAddressOf(card.words.busId)
    const same = query.filter(({ words }) => place !== undefined && busAddressOf(words.busId) === place)
    const computeCapability = same.length === 1 ? same[0]!.words.computeCapability : undefined
    return { ...card, words: { ...card.words, computeCapability } }
  })
}

function nothing(log: Asked, query: Asked): BackendFinding {
  const outcomes = [log, query].flatMap((asked) => ('outcome' in asked ? [asked] : []))
  if (outcomes.length < 2 || outcomes.some(({ outcome }) => saysNoCards(outcome))) return { kind: 'seen', cards: [] }
  return failed(outcomes[0]!)
}

const failed = ({ outcome, options }: Extract<Asked, { outcome: ToolOutcome }>): BackendFinding =>
  toolFailure(NVIDIA_SMI, troubleOf(outcome, options))
