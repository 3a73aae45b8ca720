/** Holds what operations cost to `gas.json`: a change of more than 2 % either way is a decision, and is written down. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { proofsFolder } from './forge.ts'

type Figures = Readonly<Record<string, number>>

const TOLERANCE = 0.02
const keptFile = join(proofsFolder, 'gas.json')

/** @returns what is off, a line each */
export function judgeGas(measured: Figures): readonly string[] {
  const kept = existsSync(keptFile) ? (JSON.parse(readFileSync(keptFile, 'utf8')) as Figures) : {}
  return Object.keys({ ...measured, ...kept }).flatMap((name) => {
    const [now, before] = [measured[name], kept[name]]
    if (now === undefined) return [`${name}: kept, but not measured`]
    if (before === undefined) return [`${name}: ${now} gas, not kept yet`]
    const change = now / before - 1
    return Math.abs(change) <= TOLERANCE ? [] : [`${name}: ${before} -> ${now} gas (${percent(change)})`]
  })
}

export const keepGas = (measured: Figures): void =>
  writeFileSync(keptFile, `${JSON.stringify(measured, undefined, 2)}\n`)

const percent = (change: number): string => `${change > 0 ? '+' : ''}${(change * 100).toFixed(1)} %`
