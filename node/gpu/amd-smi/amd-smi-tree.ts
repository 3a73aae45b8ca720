/**
 * What amd-smi prints, as one tree of a card's values: from its JSON, or from its text, which nests the same names in capitals by
 * indentation. Some versions wrap the list of cards (`gpu_data`), some list processors beside it.
 */
import { isObject, type Json, type JsonObject, jsonWithin } from '../text/json-within.ts'

/** Partitioned accelerators show eight times eight. */
const CARDS_MAX = 64

export interface CardTree {
  readonly index: number
  readonly values: JsonObject
}

/** `undefined` where the text is neither. */
export function amdSmiTrees(text: string): readonly CardTree[] | undefined {
  const json = jsonWithin(text)
  return json === undefined ? textTrees(text) : jsonTrees(json)
}

function jsonTrees(json: Json): readonly CardTree[] | undefined {
  const list = isObject(json) ? json.gpu_data : json
  if (!Array.isArray(list)) return undefined
  return (list as readonly Json[]).slice(0, CARDS_MAX).flatMap((values) => {
    const index = isObject(values) ? values.gpu : undefined
    return isObject(values) && typeof index === 'number' && Number.isSafeInteger(index) && index >= 0
      ? [{ index, values }]
      : []
  })
}

/** A card's text is a few hundred lines; with all counters of all partitions, some thousands. */
const LINES_MAX = 50_000
/** The deepest that was seen is five. */
const DEPTH_MAX = 16

function textTrees(text: string): readonly CardTree[] | undefined {
  const cards: CardTree[] = []
  let open: { readonly indent: number; readonly into: Record<string, Json> }[] = []
  for (const line of text.split('\n', LINES_MAX)) {
    const head = /^(GPU|CPU): (\d{1,3})\s*$/.exec(line)
    if (head !== null) {
      const values: Record<string, Json> = {}
      // Of a processor all lines are read into a tree that nobody looks at.
      if (head[1] === 'GPU' && cards.length < CARDS_MAX) cards.push({ index: Number(head[2]), values })
      open = [{ indent: -1, into: values }]
      continue
    }
    const found = /^( {1,80})([A-Z][A-Z0-9_ ]{0,60}):(?: (.{0,4000}))?$/.exec(line.trimEnd())
    if (found === null || open.length === 0) continue
    const [indent, name, value] = [found[1]!.length, found[2]!.toLowerCase(), found[3]]
    while (open.length > 1 && open.at(-1)!.indent >= indent) open.pop()
    const { into } = open.at(-1)!
    if (value !== undefined) into[name] = value
    else if (open.length < DEPTH_MAX) {
      const inner: Record<string, Json> = {}
      into[name] = inner
      open.push({ indent, into: inner })
    }
  }
  return cards.length === 0 ? undefined : cards
}
