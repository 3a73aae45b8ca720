/**
 * A reader of Prometheus' text format 0.0.4 that knows nothing of how it is written here: it follows
 * https://prometheus.io/docs/instrumenting/exposition_formats/ and refuses what a strict scraper or `promtool check metrics` would.
 */

export interface ParsedFamily {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly samples: readonly ParsedSample[]
}

export interface ParsedSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const SUFFIXES = /_(bucket|sum|count)$/

/** @throws Error with the line that breaks a rule */
export function parseExposition(text: string): ReadonlyMap<string, ParsedFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const families = new Map<string, { name: string; help: string; type: string; samples: ParsedSample[] }>()
  let open: { name: string; help: string; type: string; samples: ParsedSample[] } | undefined
  const seen = new Set<string>()
  for (const line of text.slice(0, -1).split('\n')) {
    const fault = (why: string): Error => new Error(`${why}: ${line}`)
    const about = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line)
    if (about !== null) {
      const [, what, name, rest] = about as unknown as [string, string, string, string]
      if (!NAME.test(name)) throw fault('no name')
      if (what === 'HELP') {
        if (families.has(name)) throw fault('a family comes twice')
        open = { name, help: rest, type: '', samples: [] }
        families.set(name, open)
      } else {
        if (open?.name !== name || open.type !== '' || open.samples.length > 0) throw fault('TYPE in the wrong place')
        if (!['counter', 'gauge', 'histogram', 'summary', 'untyped'].includes(rest)) throw fault('no type')
        open.type = rest
      }
      continue
    }
    if (line.startsWith('#') || line === '') throw fault('a line that says nothing')
    const sample = parseSample(line)
    const base = open?.type === 'histogram' ? sample.name.replace(SUFFIXES, '') : sample.name
    if (open === undefined || base !== open.name) throw fault('a sample outside its family')
    const id = JSON.stringify([sample.name, Object.entries(sample.labels).sort()])
    if (seen.has(id)) throw fault('a series comes twice')
    seen.add(id)
    open.samples.push(sample)
  }
  for (const family of families.values()) checkFamily(family)
  return families
}

function parseSample(line: string): ParsedSample {
  const head = /^([a-zA-Z_:][a-zA-Z0-9_:]*)/.exec(line)
  if (head === null) throw new Error(`no name: ${line}`)
  let at = head[0].length
  const labels: Record<string, string> = {}
  if (line[at] === '{') {
    at++
    while (line[at] !== '}') {
      const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,?)/.exec(line.slice(at))
      if (label === null) throw new Error(`no label: ${line}`)
      if (Object.hasOwn(labels, label[1]!)) throw new Error(`a label comes twice: ${line}`)
      labels[label[1]!] = label[2]!.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))
      at += label[0].length
      if (label[3] === '' && line[at] !== '}') throw new Error(`no end of labels: ${line}`)
    }
    at++
  }
  const value = /^ ([+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN)$/i.exec(line.slice(at))
  if (value === null) throw new Error(`no value: ${line}`)
  const number = value[1]!.replace(/inf/i, 'Infinity')
  return { name: head[0], labels, value: Number(number) }
}

function checkFamily({ name, help, type, samples }: ParsedFamily): void {
  const fault = (why: string): Error => new Error(`${name}: ${why}`)
  if (help.trim() === '') throw fault('no help')
  if (type === '') throw fault('no type')
  if (samples.length === 0) throw fault('no sample')
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0))) throw fault('a counter below 0')
  if (type === 'histogram') checkHistogram(samples, fault)
}

function checkHistogram(samples: readonly ParsedSample[], fault: (why: string) => Error): void {
  const buckets = samples.filter(({ name }) => name.endsWith('_bucket'))
  const count = samples.find(({ name }) => name.endsWith('_count'))?.value
  if (count === undefined || !samples.some(({ name }) => name.endsWith('_sum'))) throw fault('no sum or count')
  const bounds = buckets.map(({ labels }) => (labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)))
  if (bounds.at(-1) !== Number.POSITIVE_INFINITY || buckets.at(-1)!.value !== count) throw fault('no bucket of all')
  for (let i = 1; i < buckets.length; i++) {
    if (!(bounds[i]! > bounds[i - 1]!) || buckets[i]!.value < buckets[i - 1]!.value) throw fault('buckets do not rise')
  }
}

/** Rules of https://prometheus.io/docs/practices/naming/ that `promtool check metrics` lints. */
export function namingFaults(families: ReadonlyMap<string, ParsedFamily>): readonly string[] {
  const faults: string[] = []
  for (const { name, type, samples } of families.values()) {
    if ((type === 'counter') !== name.endsWith('_total')) faults.push(`${name}: counters, and only they, end in _total`)
    if (/[A-Z]/.test(name)) faults.push(`${name}: capitals`)
    if (/_(ms|us|milliseconds|microseconds|minutes|hours|kb|mb|mib|kilobytes|megabytes|percent)(_|$)/.test(name))
      faults.push(`${name}: no base unit`)
    if (/_(bucket|sum|count|info_total)$/.test(name)) faults.push(`${name}: a suffix that is kept for others`)
    if (type !== 'summary' && samples.some(({ labels }) => 'quantile' in labels))
      faults.push(`${name}: a label that is kept for summaries`)
    if (samples.some(({ labels }) => Object.keys(labels).some((label) => name.includes(`_by_${label}`))))
      faults.push(`${name}: a label in the name`)
  }
  return faults
}
