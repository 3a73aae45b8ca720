/** Machines whose nvidia-smi was recorded. */
import { type RecordedTool, type Recording, recorded } from './recorded-machine.ts'

const folder = 'nvidia-smi'

export interface NvidiaAnswers {
  readonly log?: string
  readonly query?: string
  readonly processes?: string
  readonly list?: string
  /** What it says of the fields that it knows. */
  readonly help?: string
}

/** A tool that has the recorded answers and fails for the rest, as one that does not know the question. */
export const nvidiaSmi =
  ({ log, query, processes, list, help }: NvidiaAnswers): RecordedTool =>
  (args) => {
    const asked = args[0] ?? ''
    if (asked === '-q') return log ?? { code: 1 }
    if (asked === '-L') return list ?? { code: 1 }
    if (asked === '--help-query-gpu') return help ?? namesOf(query ?? '')
    if (asked.startsWith('--query-compute-apps=')) return processes ?? { code: 1 }
    return query === undefined ? { code: 1 } : columnsOf(query, asked)
  }

/** Of a recording of all fields the columns asked for, as the tool prints those; or its refusal of a field that is not there. */
function columnsOf(table: string, asked: string): string | { readonly code: number; readonly stdout: string } {
  const wanted = asked.replace('--query-gpu=', '').split(',')
  const rows = table
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => line.split(',').map((cell) => cell.trim()))
  const names = rows[0]!.map((name) => name.replace(/ \[.*\]$/, ''))
  const missing = wanted.find((field) => !names.includes(field))
  if (missing !== undefined) return { code: 2, stdout: `Field "${missing}" is not a valid field to query.\n\n` }
  return `${rows.map((row) => wanted.map((field) => row[names.indexOf(field)]).join(', ')).join('\n')}\n`
}

/** Of driver 595. */
export const fieldsHelp = recorded(`${folder}/help/rtx-4080-super__595.71.05__help-query-gpu.txt`)

/** As an older driver has it, which lacks fields: the line that names each and what is said of it, up to the next. */
export const helpWithout = (...fields: readonly string[]): string =>
  fieldsHelp
    .split(/^(?=")/m)
    .filter((entry) => !fields.some((field) => entry.startsWith(`"${field}"`)))
    .join('')

/** Where the help was not recorded: what a tool would say that knows what it was recorded to answer. */
const namesOf = (query: string): string =>
  (query.split('\n')[0] ?? '')
    .split(',')
    .map((title) => `"${title.trim().replace(/ \[.*\]$/, '')}"\n`)
    .join('')

const logs = {
  'RTX 3090, log of schema 13': 'xml/3090-v13.xml',
  'A100 in four slices, others hidden': 'xml/a100-sxm4-v12.xml',
  A10G: 'xml/a10g.xml',
  'two RTX 2070': 'xml/dual_2070-v13.xml',
  'two RTX 2080 under one masked UUID': 'xml/dual_2080-v13.xml',
  'GT 1030': 'xml/gt-1030.xml',
  'GTX 1070 Ti, most fields missing': 'xml/gtx-1070-ti.xml',
  'GTX 1660 Ti under an older driver': 'xml/gtx-1660-ti.xml',
  'Quadro P2000': 'xml/quadro-p2000-v12.xml',
  'Quadro P400': 'xml/quadro-p400.xml',
  'RTX 3060': 'xml/rtx-3060-v12.xml',
  'RTX 3080, log of schema 12': 'xml/rtx-3080-v12.xml',
  'RTX 3080, log of schema 13': 'xml/rtx-3080-v13.xml',
  'RTX 3090, log of schema 12': 'xml/rtx-3090-v12.xml',
  'RTX 4000 SFF Ada': 'xml/rtx-4000-sff-ada-v13.xml',
  'Tesla T4': 'xml/tesla-t4.xml',
  'vGPU of a P4': 'xml/tesla_p4.xml',
} as const

const queries = {
  'H100 in slices, under load': 'h100-mig__590.48.01',
  'H200 in slices, under load': 'h200-mig__590.48.01',
  'L40S, under load': 'l40s__595.80',
  'RTX 2080 SUPER, under load': 'rtx-2080-super__610.57.04',
  'RTX 2080 SUPER on Windows, under load': 'rtx-2080-super__610.62__windows',
  'RTX 4080 SUPER, under load': 'rtx-4080-super__595.71.05',
} as const

export type NvidiaMachine = keyof typeof logs | keyof typeof queries | 'two cards of two drivers'

const listed = (name: string): string | undefined => {
  try {
    return recorded(`${folder}/list/${name}__capabilities__list.txt`)
  } catch {
    return undefined
  }
}

/** What each machine's tool answered. */
export const nvidiaAnswers: Readonly<Record<NvidiaMachine, NvidiaAnswers>> = {
  ...(Object.fromEntries(
    Object.entries(logs).map(([machine, file]) => [machine, { log: recorded(`${folder}/${file}`) }]),
  ) as unknown as Record<keyof typeof logs, NvidiaAnswers>),
  ...(Object.fromEntries(
    Object.entries(queries).map(([machine, name]) => {
      const list = listed(name)
      return [
        machine,
        {
          query: recorded(`${folder}/csv/${name}__load__query-gpu.csv`),
          processes: recorded(`${folder}/csv/${name}__load__compute-apps.csv`),
          ...(list === undefined ? {} : { list }),
        },
      ]
    }),
  ) as unknown as Record<keyof typeof queries, NvidiaAnswers>),
  'two cards of two drivers': { query: recorded(`${folder}/csv/query-two-gpus-mixed.csv`) },
}

export const nvidiaMachines = Object.keys(nvidiaAnswers) as readonly NvidiaMachine[]

export const nvidiaMachine = (machine: NvidiaMachine): Recording => ({
  platform: machine.includes('Windows') ? 'win32' : 'linux',
  tools: { 'nvidia-smi': nvidiaSmi(nvidiaAnswers[machine]) },
})
