import { describe, expect, it } from 'vitest'
import { measurementText } from '../../../node/cli/gpu/measurement-text.ts'
import type { MeasuredRow } from '../../../node/measure/measured-file.ts'

const row: MeasuredRow = {
  card: 'cpu:AMD EPYC:2',
  measuredAtMs: 1_000,
  engine: 'onnxruntime/1.30.0/cpu',
  findings: {
    fp32Gflops: { kind: 'measured', value: 170.7448, spread: 0.016, runs: 23 },
    fp16Gflops: { kind: 'absent', why: 'no kernel\u001b[2J for it' },
    int8Gops: { kind: 'measured', value: 606.2, spread: 0.05, runs: 7 },
    memoryMBps: { kind: 'measured', value: 28_236.4, runs: 1 },
    modelLatencyMs: { kind: 'measured', value: 0.0905, spread: 0.02, runs: 187 },
  },
}

describe('what was measured, for people', () => {
  it('has figures in their units with what they rest on, a dash for what is not known, and why', () => {
    const text = measurementText(row, 3_600_000 + 1_000, {})
    expect(text.split('\n')).toEqual([
      'cpu:AMD EPYC:2, by onnxruntime/1.30.0/cpu, 1 h ago',
      '',
      'MEASURED                BEST          SPREAD  RUNS',
      'products in fp32         171  GFLOPS     2 %    23',
      'products in fp16           —  GFLOPS       —     —',
      'products in int8         606  GOPS       5 %     7',
      'memory                28,236  MB/s         —     1',
      'the model characters  0.0905  ms         2 %   187',
      expect.stringMatching(/^products in fp16: no kernel/),
    ])
    expect(text).not.toContain('\u001b')
  })

  it('has what the catalogue says of the same card beside it, where the card is known there', () => {
    const lines = measurementText(row, 1_000, {}, { fp32Gflops: 29_150, memoryMBps: 504_200 }).split('\n')
    expect(lines[2]).toMatch(/RUNS {2}CATALOGUE$/)
    expect(lines[3]).toMatch(/29,150$/)
    expect(lines[4]).toMatch(/—$/)
    expect(lines[6]).toMatch(/504,200$/)
  })
})
