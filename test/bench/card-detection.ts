/**
 * What looking for cards takes, and what a tool that hangs adds to it: `npx node test/bench/card-detection.ts`. All back ends of this
 * system over the real machine, with an nvidia-smi in the PATH that prints a recorded log: as it is, and beside a tool that hangs.
 * Against the same back ends asked one after the other.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allBackends } from '../../node/gpu/all-backends.ts'
import { type DetectedCards, detectCards } from '../../node/gpu/detect-cards.ts'
import { SystemMachine } from '../../node/gpu/system-machine.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { recorded } from '../support/recordings/recorded-machine.ts'
import { spread } from './support/distribution.ts'
import { msText, tell, tellMachine } from './support/figures.ts'

const ROUNDS = 7
/** Each takes as long as the tool's deadline. */
const HUNG_ROUNDS = 3
/** A tool of another maker, so that what it does to the others is seen. */
const HUNG = 'xpu-smi'

const folder = mkdtempSync(join(tmpdir(), 'aitbc-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const tool = (name: string, script: string): void => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, name), 0o755)
}
writeFileSync(join(folder, 'log.xml'), recorded('nvidia-smi/xml/rtx-3060-v12.xml'))
tool('nvidia-smi', `[ "$1" = -q ] && exec cat ${join(folder, 'log.xml')}`)
const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` }

interface Round {
  readonly allMs: number
  /** Of the slowest back end that does not hang. */
  readonly othersMs: number
  readonly hungMs: number
  readonly cards: number
}

async function together(): Promise<Round> {
  const machine = new SystemMachine(systemClock, env)
  const startedMs = performance.now()
  return roundOf(await detectCards(allBackends(machine), systemClock), performance.now() - startedMs)
}

async function inTurn(): Promise<Round> {
  const machine = new SystemMachine(systemClock, env)
  const startedMs = performance.now()
  const found: DetectedCards[] = []
  for (const backend of allBackends(machine)) found.push(await detectCards([backend], systemClock))
  const reports = found.flatMap((one) => one.reports)
  return roundOf({ cards: found.flatMap(({ cards }) => cards), reports }, performance.now() - startedMs)
}

function roundOf({ cards, reports }: DetectedCards, allMs: number): Round {
  const took = (isHung: boolean): number =>
    Math.max(0, ...reports.filter(({ backend }) => (backend === HUNG) === isHung).map(({ tookMs }) => tookMs))
  return { allMs, othersMs: took(false), hungMs: took(true), cards: cards.length }
}

async function rounds(count: number, look: () => Promise<Round>): Promise<readonly Round[]> {
  const all: Round[] = []
  for (let round = 0; round < count; round++) all.push(await look())
  return all
}

const medianOf = (all: readonly Round[], key: keyof Round): number => spread(all.map((round) => round[key])).median

tellMachine()
await together()
const [well, oneByOne] = [await rounds(ROUNDS, together), await rounds(ROUNDS, inTurn)]
tell({
  asks: 'looking for cards by all back ends of this system, one card by a tool',
  found: msText(medianOf(well, 'allMs')),
  baseline: `${msText(medianOf(oneByOne, 'allMs'))} one after the other`,
  ratio: medianOf(well, 'allMs') / medianOf(oneByOne, 'allMs'),
})
tool(HUNG, 'sleep 600 & sleep 600')
const [hung, hungInTurn] = [await rounds(HUNG_ROUNDS, together), await rounds(HUNG_ROUNDS, inTurn)]
tell({
  asks: `the same, while ${HUNG} hangs until its deadline: in all`,
  found: msText(medianOf(hung, 'allMs')),
  baseline: `${msText(medianOf(hungInTurn, 'allMs'))} one after the other`,
  ratio: medianOf(hung, 'allMs') / medianOf(hungInTurn, 'allMs'),
})
tell({
  asks: 'the same: the slowest of the others',
  found: msText(medianOf(hung, 'othersMs')),
  baseline: `${msText(medianOf(well, 'othersMs'))} where none hangs`,
  ratio: medianOf(hung, 'othersMs') / medianOf(well, 'othersMs'),
})
