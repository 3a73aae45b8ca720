/** `nvidia-smi --query-gpu=…`: named fields only, for their order and number change from driver to driver. */
import type { CardProcess } from '../../../protocols/rules/cards/card-reading.ts'
import { busAddressOf } from '../pci-words.ts'
import { type SmiCard, type SmiWords, throttledByBits } from './smi-card.ts'
import { PROCESSES_MAX, processOf } from './smi-process.ts'

/** What the log does not tell, or what has to stand in for it. */
const factFields = {
  name: 'name',
  uuid: 'uuid',
  'pci.bus_id': 'busId',
  'pci.device_id': 'deviceId',
  'pci.sub_device_id': 'subsystemId',
  driver_version: 'driver',
  'memory.total': 'memoryTotal',
  compute_cap: 'computeCapability',
  'power.min_limit': 'powerMin',
  'power.default_limit': 'powerDefault',
  'power.max_limit': 'powerMax',
  'mig.mode.current': 'slicing',
} as const satisfies Readonly<Record<string, keyof SmiWords>>

const readingFields = {
  'pci.bus_id': 'busId',
  uuid: 'uuid',
  'temperature.gpu': 'heat',
  'temperature.gpu.tlimit': 'margin',
  'temperature.memory': 'memoryHeat',
  'power.draw': 'power',
  'enforced.power.limit': 'powerLimit',
  'clocks.current.graphics': 'coreClock',
  'clocks.current.memory': 'memoryClock',
  'utilization.gpu': 'utilisation',
  'memory.used': 'memoryUsed',
  'memory.free': 'memoryFree',
  'fan.speed': 'fan',
} as const satisfies Readonly<Record<string, keyof SmiWords>>

const wordOfField: Readonly<Record<string, keyof SmiWords>> = { ...factFields, ...readingFields }

/** Drivers before 535 know the reasons by their former name. */
const REASONS = 'clocks_event_reasons.active'
const REASONS_BEFORE_535 = 'clocks_throttle_reasons.active'

export const allFields: readonly string[] = [...new Set([...Object.keys(wordOfField), REASONS])]
export const sensorFields: readonly string[] = [...Object.keys(readingFields), REASONS]

/** Known to every driver: what is left to ask where it refuses and does not say which fields it knows. */
export const oldFields: readonly string[] = [
  'pci.bus_id',
  'uuid',
  'name',
  'temperature.gpu',
  'memory.total',
  'memory.used',
]

export const processArguments: readonly string[] = [
  '--query-compute-apps=gpu_bus_id,pid,process_name,used_gpu_memory',
  '--format=csv',
]

export const queryArguments = (fields: readonly string[]): readonly string[] => [
  `--query-gpu=${fields.join(',')}`,
  '--format=csv',
]

/** It does not know one of the fields, and so answers none. It names the first of them only: `Field "compute_cap" is not a valid field to query.` */
export const isRefusal = (said: string): boolean => /not a valid field/i.test(said)

/** Lists the fields that this driver knows, without asking a card. */
export const helpArguments: readonly string[] = ['--help-query-gpu']

/** Drivers of today know 240. */
const NAMES_MAX = 1_024

/** Of the help the lines that name fields: `"name" or "gpu_name"`. */
export const readFieldNames = (help: string): ReadonlySet<string> =>
  new Set(
    help
      .split(/\r?\n/)
      .filter((line) => line.startsWith('"'))
      .flatMap((line) => [...line.matchAll(/"([\w.]{1,64})"/g)].map(([, name]) => name!))
      .slice(0, NAMES_MAX),
  )

/** Of the fields those that a driver knows, the reasons by the name that it has for them. */
export const fieldsAmong = (fields: readonly string[], names: ReadonlySet<string>): readonly string[] =>
  fields
    .map((field) => (field === REASONS && !names.has(REASONS) ? REASONS_BEFORE_535 : field))
    .filter((field) => names.has(field))

const CARDS_MAX = 64

/** Rows of a table, by its headers without their units: `memory.used [MiB]`. A row of another length than theirs is left out. */
function rowsOf(text: string): readonly (readonly (readonly [field: string, cell: string])[])[] {
  const [header, ...rows] = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((cell) => cell.trim()))
  const fields = header?.map((name) => name.replace(/ \[[^\]]*\]$/, '')) ?? []
  return rows
    .filter((row) => row.length === fields.length)
    .map((row) => fields.map((field, column) => [field, row[column]!] as const))
}

/** `undefined` where the text is no table with these headers. */
export function readSmiQuery(text: string): readonly SmiCard[] | undefined {
  const rows = rowsOf(text)
  if (
    !text
      .split('\n', 1)[0]!
      .split(',')
      .some((name) => name.trim().replace(/ \[.*/, '') in wordOfField)
  )
    return undefined
  return rows.slice(0, CARDS_MAX).map((cells) => {
    const words = cells.flatMap(([field, cell]) =>
      Object.hasOwn(wordOfField, field) ? [[wordOfField[field]!, cell]] : [],
    )
    const reasons = cells.find(([field]) => field === REASONS || field === REASONS_BEFORE_535)
    return { words: Object.fromEntries(words) as SmiWords, throttled: throttledByBits(reasons?.[1]) }
  })
}

/** Programs that compute, by the place of the card that they hold memory of. */
export function readSmiProcesses(text: string): ReadonlyMap<string, readonly CardProcess[]> {
  const found = new Map<string, CardProcess[]>()
  for (const cells of rowsOf(text).slice(0, PROCESSES_MAX)) {
    const { gpu_bus_id, pid, process_name, used_gpu_memory } = Object.fromEntries(cells)
    const place = busAddressOf(gpu_bus_id)
    if (place === undefined) continue
    found.set(place, [...(found.get(place) ?? []), ...processOf(pid, process_name, used_gpu_memory)])
  }
  return found
}
