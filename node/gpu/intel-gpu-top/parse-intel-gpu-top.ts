/** `intel_gpu_top -J`: an array without an end, of one object a sampling time; older versions print no commas between them. */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardProcess, CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import { at, isObject, type Json, jsonWithin } from '../text/json-within.ts'
import { numberIn } from '../text/numbers.ts'
import { clockMhz, memoryUsedBytes, powerW, shareOfPercent } from '../text/plausible.ts'
import { wordsIn } from '../text/words.ts'

/** Texts of the objects that are whole, in their order. Brackets in names of programs open nothing. */
export function wholeSamples(text: string): readonly string[] {
  const samples: string[] = []
  let [depth, start, isInText] = [0, 0, false]
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]
    if (isInText) {
      if (sign === '\\') i++
      else if (sign === '"') isInText = false
    } else if (sign === '"') isInText = true
    else if (sign === '{') {
      if (depth === 0) start = i
      depth++
    } else if (sign === '}' && depth > 0) {
      depth--
      if (depth === 0) samples.push(text.slice(start, i + 1))
    }
  }
  return samples
}

/** Of the last whole sample; `undefined` where there is none. */
export function parseIntelGpuTop(text: string, atMs: number): CardReading | undefined {
  const sample = jsonWithin(wholeSamples(text).at(-1) ?? '')
  const engines = at(sample, 'engines')
  if (!isObject(engines)) return undefined
  return known<CardReading>({
    atMs,
    temperaturesC: {},
    powerW: powerW(numberIn(at(sample, 'power', 'GPU'))),
    coreMhz: clockMhz(numberIn(at(sample, 'frequency', 'actual'))),
    utilisation: shareOfPercent(busiestOf(engines)),
    processes: processesOf(at(sample, 'clients')),
  })
}

/** Engines that compute; of video and copies no model runs faster. */
function busiestOf(engines: Readonly<Record<string, Json>>): number | undefined {
  const busy = Object.entries(engines)
    .filter(([name]) => /^(?:Render\/3D|Compute)/.test(name))
    .map(([, engine]) => numberIn(at(engine, 'busy')))
    .filter((percent) => percent !== undefined)
  return busy.length === 0 ? undefined : Math.max(...busy)
}

/** More on one card is a table that somebody fills. */
const CLIENTS_MAX = 256
const PID_MAX = 2 ** 31

/** One program may hold the card several times; what each holds is said apart. */
function processesOf(clients: Json | undefined): readonly CardProcess[] | undefined {
  if (!isObject(clients)) return undefined
  return Object.values(clients)
    .slice(0, CLIENTS_MAX)
    .flatMap((client): readonly CardProcess[] => {
      const pid = numberIn(at(client, 'pid'))
      if (pid === undefined || !Number.isSafeInteger(pid) || pid < 1 || pid > PID_MAX) return []
      return [
        known<CardProcess>({
          pid,
          program: wordsIn(at(client, 'name')),
          memoryBytes: residentIn(at(client, 'memory')),
        }),
      ]
    })
}

/** Of the machine's memory, and of the card's own. */
function residentIn(regions: Json | undefined): number | undefined {
  if (!isObject(regions)) return undefined
  const resident = Object.values(regions).map((region) => numberIn(at(region, 'resident')))
  const told = resident.filter((bytes) => bytes !== undefined)
  return told.length === 0 ? undefined : memoryUsedBytes(told.reduce((all, bytes) => all + bytes, 0))
}
