import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MEASURED_FOR_MS, MeasuredFile, type MeasuredRow, ROWS_MAX } from '../../../node/measure/measured-file.ts'
import { figureNames } from '../../../node/measure/measurement.ts'
import { steadyBest } from '../../../node/measure/steady-best.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const NOW = 1_800_000_000_000
const value = (value: number) => ({ kind: 'measured', value, spread: 0.01, runs: 7 }) as const
const row = (change: Partial<MeasuredRow> = {}): MeasuredRow => ({
  card: 'pci:0000:01:00.0',
  driver: '570.86',
  measuredAtMs: NOW,
  engine: 'onnxruntime/1.30.0/cpu',
  findings: {
    fp32Gflops: value(170),
    fp16Gflops: { kind: 'absent', why: 'no kernel for it' },
    int8Gops: value(600),
    memoryMBps: value(25_000),
    modelLatencyMs: value(0.1),
  },
  ...change,
})

describe('the file of measurements', () => {
  const { card, driver, engine } = row() as Required<MeasuredRow>

  it('keeps the newest of a card under the same kernels, for its owner alone', () => {
    const folder = temporaryFolder()
    const path = join(folder, 'measured.json')
    const file = new MeasuredFile(path)
    file.keep(row())
    file.keep(row({ card: 'other', measuredAtMs: NOW + 1 }))
    const newest = row({ engine: 'onnxruntime/1.31.0/cpu', measuredAtMs: NOW + 2 })
    file.keep(newest)
    expect(new MeasuredFile(path).read()).toEqual([newest, row({ card: 'other', measuredAtMs: NOW + 1 })])
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('is read again where every row is as long as it may be', () => {
    const file = new MeasuredFile(join(temporaryFolder(), 'measured.json'))
    const absent = { kind: 'absent', why: 'x'.repeat(1_024) } as const
    const findings = Object.fromEntries(figureNames.map((name) => [name, absent])) as MeasuredRow['findings']
    const longest = { driver: 'x'.repeat(128), engine: 'x'.repeat(160), findings }
    for (let i = 0; i < ROWS_MAX; i++) file.keep(row({ ...longest, card: `${i}`.padEnd(256, 'x') }))
    expect(file.read()).toHaveLength(ROWS_MAX)
  })

  it.each([
    ['of another card', { card: 'other' }, engine, NOW],
    ['under another driver', { driver: '575.00' }, engine, NOW],
    ['by another version of the engine', {}, 'onnxruntime/1.31.0/cpu', NOW],
    ['by other kernels', {}, 'onnxruntime/1.30.0/webgpu', NOW],
    ['after a month', {}, engine, NOW + MEASURED_FOR_MS],
    ['from a day to come', {}, engine, NOW - 1],
  ])('does not answer for one %s', (_, target, by, nowMs) => {
    const folder = temporaryFolder()
    const file = new MeasuredFile(join(folder, 'measured.json'))
    file.keep(row())
    expect(file.of({ card, driver }, engine, NOW)).toEqual(row())
    expect(file.of({ card, driver, ...target }, by, nowMs)).toBeUndefined()
  })

  it('tells a card’s owner the newest by whatever engine, of this card under this driver, while it holds', () => {
    const file = new MeasuredFile(join(temporaryFolder(), 'measured.json'))
    file.keep(row())
    const newer = row({ engine: 'onnxruntime/1.31.0/webgpu', measuredAtMs: NOW + 2 })
    file.keep(newer)
    expect(file.newestOf({ card, driver }, NOW + 3)).toEqual(newer)
    expect(file.newestOf({ card, driver }, NOW + 1)).toEqual(row())
    expect(file.newestOf({ card }, NOW + 3)).toBeUndefined()
    expect(file.newestOf({ card, driver }, NOW + 2 + MEASURED_FOR_MS)).toBeUndefined()
  })

  it('leaves out a row that is no measurement, and is empty where it is no whole file', () => {
    const folder = temporaryFolder()
    const path = join(folder, 'measured.json')
    const file = new MeasuredFile(path)
    expect(file.read()).toEqual([])
    file.keep(row())
    const content = JSON.parse(readFileSync(path, 'utf8'))
    const bad = [row({ findings: { ...row().findings, int8Gops: value(-1) } }), { ...row(), more: 1 }, null]
    writeFileSync(path, JSON.stringify({ ...content, measurements: [...bad, ...content.measurements] }))
    expect(file.read()).toEqual([row()])
    writeFileSync(path, '{"version": 1, "measur')
    expect(file.read()).toEqual([])
    writeFileSync(path, JSON.stringify({ ...content, version: 2 }))
    expect(file.read()).toEqual([])
  })
})

describe('the best of several runs', () => {
  const clockOf = (perRunMs: number) => {
    let nowMs = 0
    const pass = (): void => {
      nowMs += perRunMs
    }
    return { monotonicMs: () => nowMs, pass }
  }
  const runs = (clock: { pass(): void }, times: readonly number[]) => {
    let at = 0
    return async () => {
      clock.pass()
      return times[at++ % times.length]!
    }
  }

  it('is believed as soon as four runs agree', async () => {
    const clock = clockOf(1)
    const best = await steadyBest(runs(clock, [200, 150, 101, 400, 100, 102, 300, 102.5]), clock, 1_000)
    expect(best).toEqual({ us: 100, runs: 8, spread: expect.closeTo(0.025, 3) })
  })

  it('is taken with its spread when the time is over', async () => {
    const clock = clockOf(100)
    const best = await steadyBest(runs(clock, [100, 200, 300, 400, 500]), clock, 450)
    expect(best).toEqual({ us: 100, runs: 5, spread: 3 })
  })

  it('is one run at least, of which no spread is said', async () => {
    const clock = clockOf(5_000)
    expect(await steadyBest(runs(clock, [7]), clock, 100)).toEqual({ us: 7, runs: 1 })
  })

  it('ends between two runs where it is cancelled', async () => {
    const clock = clockOf(1)
    const cancel = new AbortController()
    const run = async () => {
      cancel.abort(new MeshError('CANCELLED'))
      return Math.random()
    }
    await expect(steadyBest(run, clock, 1_000, cancel.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
