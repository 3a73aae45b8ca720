/** The cards of a machine for people: every line for every card, with a dash where the machine is silent. */
import { limitsNow } from '../../../protocols/rules/cards/limits-now.ts'
import type { CardsReport, ReportedBackend, ReportedCard } from '../../gpu/cards-report.ts'
import { careText } from '../node/holds-text.ts'
import { bytesText } from '../screen/byte-sizes.ts'
import { agoText } from '../screen/durations.ts'
import { amountOf, countText, numberText, shareText, UNKNOWN } from '../screen/numbers.ts'
import { pairs, type TableOptions, table } from '../screen/table.ts'
import { assessmentRows } from './assessment-rows.ts'

/** Programs named; a desktop's are dozens. */
const PROGRAMS_SHOWN = 8

interface CardsTextOptions extends TableOptions {
  /** Unix ms; without it holds are shown without since when they stand. */
  readonly nowMs?: number
}

export function cardsText(report: CardsReport, { nowMs, ...options }: CardsTextOptions = {}): string {
  const cards = report.cards.map((card, index) =>
    pairs([[String(index + 1), titleOf(card)], ...cardRows(card, nowMs, report.power)], options),
  )
  const silent = report.backends.filter(({ state }) => state === 'failed')
  const notes = silent.map(({ backend, why = '' }) => `${backend} failed: ${why}`)
  const none = cards.length === 0 ? ['No card, and no processor, was found: aitbc gpu --why'] : []
  return [...cards, ...none, ...notes].join('\n\n')
}

export const titleOf = ({ name, form, vendor, simulated, isGone }: ReportedCard): string =>
  [
    name ?? `a card of ${vendor ?? 'an unknown maker'}`,
    ...(form === 'cpu' ? ['the processor'] : form === undefined || form === 'discrete' ? [] : [form]),
    ...(simulated === true ? ['SIMULATED'] : []),
    ...(isGone ? ['GONE'] : []),
  ].join(' · ')

function cardRows(
  card: CardsReport['cards'][number],
  nowMs: number | undefined,
  power: CardsReport['power'],
): readonly (readonly [string, string])[] {
  const { reading, limits } = card
  const share = power?.cards.find(({ key }) => key === card.key)
  return [
    ...(card.model === undefined ? [] : [['model', modelText(card.model)] as const]),
    ...assessmentRows(card),
    ['memory', memoryText(card)],
    ['heat', heatText(card)],
    [
      'power',
      `${unit(reading?.powerW, 'W')} of ${unit(reading?.powerLimitW, 'W')}; default ${unit(limits.powerWDefault, 'W')}, ${numberText(limits.powerWMin)} to ${unit(limits.powerWMax, 'W')}`,
    ],
    ...(share === undefined ? [] : [['share', share.why] as const]),
    ...(card.care === undefined ? [] : [['jobs', careText(card.care, nowMs)] as const]),
    ['clock', `core ${unit(reading?.coreMhz, 'MHz')}, memory ${unit(reading?.memoryMhz, 'MHz')}`],
    ['load', `${shareText(reading?.utilisation)}, fan ${shareText(reading?.fan)}, ${throttleText(card)}`],
    ['programs', programsText(card)],
    ['driven by', platformsText(card)],
    ['driver', card.driver ?? UNKNOWN],
    ['chip', chipText(card)],
    ['place', `${card.busAddress ?? UNKNOWN}, uuid ${card.uuid ?? UNKNOWN}`],
    ...(card.slices === undefined ? [] : [['slices', slicesText(card.slices)] as const]),
    ['seen by', `${card.seenBy.join(', ')}; read ${reading === undefined ? UNKNOWN : agoText(reading.ageMs)}`],
  ]
}

/** As `aitbc gpu catalogue` lists it. */
function modelText({ rows, architecture, why }: NonNullable<ReportedCard['model']>): string {
  const which = rows.length === 0 ? UNKNOWN : rows.length === 1 ? rows[0]! : `one of ${rows.join(', ')}`
  return `${which}, ${architecture ?? UNKNOWN}: ${why.join(', ')}`
}

const unit = (figure: number | undefined, name: string): string =>
  figure === undefined ? UNKNOWN : `${numberText(figure)} ${name}`

function memoryText({ memoryBytes, sharesMemory, reading }: ReportedCard): string {
  const shared = sharesMemory === true ? ' of the machine' : ''
  return `${bytesText(memoryBytes)}${shared}, ${bytesText(reading?.memoryUsedBytes)} used, ${bytesText(reading?.memoryFreeBytes)} free`
}

function heatText({ reading, limits: published }: ReportedCard): string {
  const limits = limitsNow(published, reading)
  const { edge, hotspot, memory } = reading?.temperaturesC ?? {}
  const now = `core ${unit(edge, 'C')}, hot spot ${unit(hotspot, 'C')}, memory ${unit(memory, 'C')}`
  const most = [
    ...(limits.hotspotCMax === undefined ? [] : [`hot spot at most ${unit(limits.hotspotCMax, 'C')}`]),
    ...(limits.memoryCMax === undefined ? [] : [`memory at most ${unit(limits.memoryCMax, 'C')}`]),
  ]
  return [`${now}; slows at ${unit(limits.slowdownC, 'C')}, off at ${unit(limits.shutdownC, 'C')}`, ...most].join(', ')
}

function throttleText({ reading }: ReportedCard): string {
  if (reading?.throttled === undefined) return `held back ${UNKNOWN}`
  return reading.throttled.length === 0 ? 'not held back' : `held back by ${reading.throttled.join(', ')}`
}

function programsText({ reading }: ReportedCard): string {
  const programs = reading?.processes
  if (programs === undefined) return UNKNOWN
  if (programs.length === 0) return 'none'
  const shown = programs
    .slice(0, PROGRAMS_SHOWN)
    .map(({ pid, program, memoryBytes }) => `${program ?? pid} (${bytesText(memoryBytes)})`)
  const more = programs.length - shown.length
  return [...shown, ...(more === 0 ? [] : [`${countText(more)} more`])].join(', ')
}

function platformsText({ platforms }: ReportedCard): string {
  const all = Object.entries(platforms).map(([name, version]) => (version === true ? name : `${name} ${version}`))
  return all.length === 0 ? UNKNOWN : all.join(', ')
}

function chipText({ pci, computeCapability, gfx, cores }: ReportedCard): string {
  const hex = (id: number): string => id.toString(16).padStart(4, '0')
  const words = [
    ...(pci === undefined ? [] : [`${hex(pci.vendor)}:${hex(pci.device)}`]),
    ...(computeCapability === undefined ? [] : [`compute capability ${computeCapability}`]),
    ...(gfx === undefined ? [] : [gfx]),
    ...(cores === undefined ? [] : [amountOf(cores, 'core')]),
  ]
  return words.length === 0 ? UNKNOWN : words.join(', ')
}

const slicesText = (slices: NonNullable<ReportedCard['slices']>): string =>
  `${slices.length}: ${slices.map(({ name, memoryBytes }) => (name === undefined ? bytesText(memoryBytes) : memoryBytes === undefined ? name : `${name} (${bytesText(memoryBytes)})`)).join(', ')}`

/** Why each back end saw what it saw. */
export const backendsText = (backends: readonly ReportedBackend[], options: TableOptions = {}): string =>
  table(
    backends,
    [
      { title: 'BACK END', cell: ({ backend }) => backend },
      { title: 'CARDS', cell: ({ cards }) => countText(cards), align: 'right' },
      { title: 'TOOK', cell: ({ tookMs }) => `${numberText(tookMs)} ms`, align: 'right' },
      { title: 'WHY', cell: ({ state, why }) => why ?? state, mayCut: true },
    ],
    options,
  )

/** One line for all, as status and a log show it. */
export function cardsLine(cards: readonly ReportedCard[]): string {
  const shown = cards.map((card) => {
    const heat = card.reading?.temperaturesC.edge
    return `${titleOf(card)} (${[bytesText(card.memoryBytes), unit(heat, 'C'), shareText(card.reading?.utilisation)].join(', ')})`
  })
  return shown.length === 0 ? UNKNOWN : shown.join('; ')
}
