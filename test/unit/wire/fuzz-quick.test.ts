import { describe, expect, it } from 'vitest'
import { faultyTargets } from '../../support/fuzz/faulty-targets.ts'
import { runFuzz } from '../../support/fuzz/run-fuzz.ts'
import { caseOf } from '../../support/fuzz/target.ts'
import { fuzzTargets } from '../../support/fuzz/targets.ts'

const given = process.env.FUZZ_SEED
const seed = given === undefined ? 20_260_101 : Number(given)

describe('what a stranger sends', () => {
  it('is read or refused by every decoder, 2,000 times each, within 50 ms and 64 MB', {
    timeout: 300_000,
  }, async () => {
    const targets = fuzzTargets.map(({ name }) => name)
    const { done, failure } = await runFuzz({ targets, seed, cases: 2_000 })
    expect(failure).toBeUndefined()
    expect(done.map(({ target }) => target)).toEqual(targets)
    // A decoder that never gets as far as a value is not fuzzed, and neither is one that takes everything.
    for (const { target, taken, cases } of done.filter(({ target }) => !answersAlways(target))) {
      expect(taken, target).toBeGreaterThan(0)
      expect(taken, target).toBeLessThan(cases)
    }
  })

  it('is made from examples of every decoder', () => {
    expect(new Set(fuzzTargets.map(({ name }) => name)).size).toBe(fuzzTargets.length)
    for (const { name, corpus } of fuzzTargets) expect(corpus.length, name).toBeGreaterThan(0)
  })

  it('is the same for the same seed, and another for another', () => {
    for (const target of fuzzTargets.slice(0, 5)) {
      const cases = (of: number) => Array.from({ length: 20 }, (_, i) => caseOf(target, of, i))
      expect(cases(seed)).toEqual(cases(seed))
      expect(cases(seed)).not.toEqual(cases(seed + 1))
    }
  })
})

/** These answer with a verdict, a fault or what can be read of it, and throw for none of it. */
const answersAlways = (target: string): boolean => /by gossip|session frames|session credit|^cards: /.test(target)

const whys: Readonly<Record<string, RegExp>> = {
  'faulty: throws what it should not': /it threw TypeError/,
  'faulty: takes its time': /it took \d+ ms/,
  'faulty: never ends': /it did not end within 2000 ms/,
  'faulty: believes a length': /it asked for (1|2)\d{8} bytes outside of the heap/,
  'faulty: fills the heap': /the process died: .*heap/s,
  'faulty: keeps a little of each': /cases up to this one keep [678]\d{7} bytes/,
  'faulty: rejects later': /it threw RangeError/,
}

describe('fuzzing finds a decoder that', () => {
  it.each(faultyTargets)('is $name', { timeout: 60_000 }, async ({ name }) => {
    const silenceMs = name.includes('never') ? 2_000 : 30_000
    const { failure } = await runFuzz({ targets: [name], seed, cases: 1_000 }, silenceMs)
    expect(failure).toMatch(whys[name]!)
    // What it took is in the story, and what to do to see it again.
    expect(failure).toMatch(/bytes: 0x([0-9a-f]{2})+\nagain: node .*"cases":1}/)
  })
})
