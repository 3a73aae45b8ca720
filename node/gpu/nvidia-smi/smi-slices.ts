/** `nvidia-smi -L`: the one place that names the slices of a card (MIG). */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardSlice } from '../../../protocols/rules/cards/card-facts.ts'
import { wordOf } from '../text/words.ts'

const CARD = /^GPU (\d{1,3}): /
const SLICE = /^\s+MIG (\S{1,32})\s+Device\s+(\d{1,3}): \(UUID: ([\w/-]{1,64})\)/

/** Slices by the card's place in the list. */
export function readSliceNames(text: string): ReadonlyMap<number, readonly CardSlice[]> {
  const found = new Map<number, CardSlice[]>()
  let card: CardSlice[] | undefined
  for (const line of text.split(/\r?\n/)) {
    const index = CARD.exec(line)?.[1]
    if (index !== undefined) {
      card = []
      found.set(Number(index), card)
    }
    const [, name, place, uuid] = SLICE.exec(line) ?? []
    if (place !== undefined && Number(place) === card?.length) {
      card.push(known<CardSlice>({ name: wordOf(name), uuid: /^MIG-/.test(uuid!) ? uuid : undefined }))
    }
  }
  return found
}

/** Each slice of the log with the name of the list; where they count differently nobody can tell which is which. */
export const namedSlices = (
  slices: readonly CardSlice[] | undefined,
  names: readonly CardSlice[] | undefined,
): readonly CardSlice[] | undefined => {
  if (names === undefined || names.length === 0) return slices
  if (slices === undefined || slices.length === 0) return names
  return slices.length === names.length ? slices.map((slice, index) => ({ ...names[index], ...slice })) : slices
}
