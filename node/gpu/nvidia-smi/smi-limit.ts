/** The power limit of one card by nvidia-smi: what it is asked, and what its answers mean. */
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { ToolOptions, ToolOutcome } from '../machine.ts'
import { powerLimitError } from '../power-limit-error.ts'
import { whyOf } from '../tool-failure.ts'
import { watts } from './printed-figures.ts'
import { NVIDIA_SMI } from './smi-card.ts'
import { saidOf } from './smi-trouble.ts'

const FIELD = 'power.limit'

/** By its place on the bus, as the tool itself writes it, or by its UUID; `undefined` for a key of somebody else's. */
export function selectorOf(key: string): string | undefined {
  const place = /^pci\/([0-9a-f]{4,8})(:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/.exec(key)
  if (place !== null) return `${place[1]!.padStart(8, '0')}${place[2]}`
  return /^nvidia\/([A-Za-z0-9/-]{8,72})$/.exec(key)?.[1]
}

export const limitArguments = (selector: string): readonly string[] => [
  '-i',
  selector,
  `--query-gpu=${FIELD}`,
  '--format=csv',
]
export const setLimitArguments = (selector: string, limitW: number): readonly string[] => [
  '-i',
  selector,
  '-pl',
  limitW.toFixed(2),
]

/** `power.limit [W]`, and below it `250.00 W`. @throws MeshError POWER_LIMIT */
export function limitIn(outcome: ToolOutcome, options: ToolOptions): number {
  if (outcome.kind !== 'ended') throw failureOf(outcome, options)
  const [header = '', cell] = outcome.stdout.split(/\r?\n/).map((line) => line.trim())
  const limitW = header.startsWith(FIELD) ? watts(cell) : undefined
  if (limitW === undefined || limitW === 0) throw failureOf(outcome, options)
  return limitW
}

/** The tool ends with 0 also where it only warns, so that its sentence counts. @throws MeshError POWER_LIMIT */
export function expectSet(outcome: ToolOutcome, limitW: number, options: ToolOptions): void {
  const set = outcome.kind === 'ended' ? /power limit for GPU \S+ was set to ([\d.]+) W/i.exec(outcome.stdout) : null
  // It says what it was asked for; what stands is asked by who wants to know.
  if (set === null || Math.abs(Number(set[1]) - limitW) > 1) throw failureOf(outcome, options)
}

function failureOf(outcome: ToolOutcome, options: ToolOptions): MeshError {
  if (outcome.kind === 'killed') return powerLimitError(NVIDIA_SMI, 'unknown', whyOf(outcome, options))
  const said = saidOf(outcome)
  if (/insufficient permissions|not permitted/i.test(said))
    return powerLimitError(NVIDIA_SMI, 'denied', 'this user may not')
  if (/not supported|\[?N\/A\]?\s*$/im.test(said)) return powerLimitError(NVIDIA_SMI, 'unable', 'the card has none')
  const range = /should be between ([\d.]+) W and ([\d.]+) W/i.exec(said)
  if (range !== null) return powerLimitError(NVIDIA_SMI, 'unable', `the card takes ${range[1]} to ${range[2]} W only`)
  return powerLimitError(NVIDIA_SMI, 'unknown', whyOf(outcome, options))
}
