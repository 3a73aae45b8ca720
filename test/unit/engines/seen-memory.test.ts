import { describe, expect, it } from 'vitest'
import { SeenMemory } from '../../../node/engines/onnx/seen-memory.ts'

const MIB = 1_048_576
function memory() {
  const seen = new SeenMemory(1_024 * MIB)
  seen.ready(100 * MIB)
  const run = (peakMib: number | undefined, inputBytes: number): number | undefined => {
    seen.saw(peakMib === undefined ? undefined : peakMib * MIB)
    seen.ran(inputBytes)
    return seen.perInputByte
  }
  return { seen, run }
}

describe('what an engine’s process was seen to hold', () => {
  it('says what a run of a large input takes for each byte of it', () => {
    const { seen, run } = memory()
    expect([seen.readyBytes, seen.perInputByte]).toEqual([100 * MIB, undefined])
    expect(run(300, MIB)).toBe(200)
  })

  it('is not laid to a small run after a large one: a process keeps what it took', () => {
    const { run } = memory()
    run(600, 4 * MIB)
    expect(run(600, MIB)).toBe(125)
    expect(run(618, MIB / 2)).toBe(125)
  })

  it('is not learned from small inputs, small rises or runs that nobody saw', () => {
    const { run } = memory()
    expect(run(400, 8)).toBeUndefined()
    expect(run(410, MIB)).toBeUndefined()
    expect(run(undefined, MIB)).toBeUndefined()
  })

  it('begins anew with a new process, and keeps what was learned', () => {
    const { seen, run } = memory()
    run(300, MIB)
    seen.ready(90 * MIB)
    expect(seen.readyBytes).toBe(90 * MIB)
    expect(run(190, MIB)).toBe(100)
  })
})
