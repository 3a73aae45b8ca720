import { describe, expect, it } from 'vitest'
import { learnNeed, memoryNeed } from '../../../../protocols/rules/scheduling/memory-need.ts'

const facts = { readyBytes: 1_000, inputBytes: 100 }

describe('the memory that a job needs', () => {
  it('is that of its shapes, and a quarter more for what no shape shows, where they are all fixed', () => {
    expect(memoryNeed({ ...facts, outputBytes: 60, activationBytes: 240 })).toEqual({ bytes: 1_500, basis: 'static' })
  })

  it('is what jobs of the model were seen to take, for as much input', () => {
    expect(memoryNeed({ ...facts, learnedPerInputByte: 8 })).toEqual({ bytes: 2_000, basis: 'learned' })
    expect(memoryNeed({ ...facts, inputBytes: 1_000, learnedPerInputByte: 8 }).bytes).toBe(11_000)
  })

  it('is never less than what it brings and takes away, however little was seen', () => {
    expect(memoryNeed({ ...facts, outputBytes: 50, learnedPerInputByte: 0 })).toEqual({
      bytes: 1_150,
      basis: 'learned',
    })
  })

  it('is unknown where no job of a model of open shapes has run, and says only what is certain', () => {
    expect(memoryNeed(facts)).toEqual({ bytes: 1_100, basis: 'unknown' })
  })

  it.each([Number.NaN, -5])('takes no sense from a size of %s', (size) => {
    expect(memoryNeed({ ...facts, inputBytes: size, outputBytes: size })).toEqual({ bytes: 1_000, basis: 'unknown' })
  })

  it('is learned from the least that was seen, so that one who makes a run need much keeps nobody out', () => {
    expect(learnNeed(undefined, { aboveReadyBytes: 800, inputBytes: 100 })).toBe(8)
    expect(learnNeed(8, { aboveReadyBytes: 100, inputBytes: 100 })).toBe(1)
    expect(learnNeed(8, { aboveReadyBytes: 5_000_000, inputBytes: 100 })).toBe(8)
    expect(learnNeed(8, { aboveReadyBytes: 5_000, inputBytes: 0 })).toBe(8)
    expect(learnNeed(undefined, { aboveReadyBytes: Number.NaN, inputBytes: 1 })).toBeUndefined()
  })
})
