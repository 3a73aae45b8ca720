/**
 * How an engine is held to its card. CUDA numbers what it sees by speed, nvidia-smi by place on the bus, and both leave out what a
 * container hides: a number alone names no card. So a child of CUDA's kernels sees one card only, named by its UUID, or by its place
 * in the bus's order where it has none; to the runtime that is its card 0, and no job touches another card's memory.
 *
 * DirectML takes the adapter's number in DXGI's order, which begins with whoever drives the desktop and which no back end here
 * sees; WebGPU and CoreML take no number at all. Of those there is one seat, on the card that the interface itself would choose.
 */
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import { cardsFor } from './card-family.ts'
import type { KernelSet } from './kernels.ts'

export interface BoundCard {
  readonly facts: CardFacts
  /** Of the engine's children, beside what they get anyway. */
  readonly environment: Readonly<Record<string, string>>
}

export interface BoundCards {
  readonly bound: readonly BoundCard[]
  /** Cards that fit, and that no name tells apart from their neighbours. */
  readonly untold: readonly CardFacts[]
}

/**
 * @param cards all of this machine
 * @param visible the owner's CUDA_VISIBLE_DEVICES: cards that it leaves out stay the owner's. Its numbers count as nvidia-smi's do
 */
export function bindCards(kernels: KernelSet, cards: readonly CardFacts[], visible: string | undefined): BoundCards {
  const fitting = cardsFor(kernels, cards)
  if (kernels !== 'cuda') return { bound: fitting.slice(0, 1).map((facts) => ({ facts, environment: {} })), untold: [] }
  if (visible !== undefined) return { bound: chosenBy(visible, fitting), untold: [] }
  const [only] = fitting
  if (fitting.length === 1) return { bound: [{ facts: only!, environment: {} }], untold: [] }
  const named = fitting.map((facts) => ({ facts, environment: nameOf(facts, fitting) }))
  return {
    bound: named.flatMap(({ facts, environment }) => (environment === undefined ? [] : [{ facts, environment }])),
    untold: named.filter(({ environment }) => environment === undefined).map(({ facts }) => facts),
  }
}

type Environment = BoundCard['environment']

/** nvidia-smi prints `GPU-…`, graphics interfaces the bare UUID. */
const bare = (uuid: string): string => uuid.toLowerCase().replace(/^gpu-/, '')

function nameOf(card: CardFacts, all: readonly CardFacts[]): Environment | undefined {
  const { uuid } = card
  // Masked by a hypervisor, one UUID may stand at several cards.
  if (uuid !== undefined && all.filter((other) => bare(other.uuid ?? '') === bare(uuid)).length === 1)
    return { CUDA_VISIBLE_DEVICES: `GPU-${bare(uuid)}` }
  const place = inBusOrder(all)?.indexOf(card)
  return place === undefined ? undefined : byPlace(place)
}

const byPlace = (place: number): Environment => ({
  CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
  CUDA_VISIBLE_DEVICES: String(place),
})

/** `undefined` where the place of one is unknown: then the places of all are. */
function inBusOrder(cards: readonly CardFacts[]): readonly CardFacts[] | undefined {
  if (cards.some(({ busAddress }) => busAddress === undefined)) return undefined
  return [...cards].sort((a, b) => (a.busAddress! < b.busAddress! ? -1 : 1))
}

/** Names of cards as CUDA reads them: numbers, beginnings of UUIDs, slices; from one that means none on, nothing counts. */
function chosenBy(visible: string, cards: readonly CardFacts[]): readonly BoundCard[] {
  const chosen: BoundCard[] = []
  for (const word of visible.split(',').map((each) => each.trim())) {
    const one = wordFor(word, cards)
    if (one === undefined) break
    // A card is one seat, whatever number of its slices is named.
    if (chosen.every(({ facts }) => facts !== one.facts)) chosen.push(one)
  }
  return chosen
}

function wordFor(word: string, cards: readonly CardFacts[]): BoundCard | undefined {
  if (/^\d{1,3}$/.test(word)) {
    const facts = cards.length === 1 ? cards.at(Number(word)) : inBusOrder(cards)?.[Number(word)]
    return facts === undefined ? undefined : { facts, environment: byPlace(Number(word)) }
  }
  const environment = { CUDA_VISIBLE_DEVICES: word }
  const lower = word.toLowerCase()
  if (lower.startsWith('mig-')) {
    const facts = cards.find(({ slices = [] }) => slices.some(({ uuid }) => uuid?.toLowerCase() === lower))
    return facts === undefined ? undefined : { facts, environment }
  }
  const named = lower.startsWith('gpu-') && lower.length > 4 ? bare(lower) : undefined
  const meant = named === undefined ? [] : cards.filter(({ uuid }) => bare(uuid ?? '').startsWith(named))
  return meant.length === 1 ? { facts: meant[0]!, environment } : undefined
}
