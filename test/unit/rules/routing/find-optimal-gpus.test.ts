import { describe, expect, it } from 'vitest'
import { isMeshError } from '../../../../protocols/kernel/errors.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { BUDGET_MS, findOptimalGpus } from '../../../../protocols/rules/routing/find-optimal-gpus.ts'
import { named } from '../../../support/routing-candidates.ts'

const nowhere = () => undefined
const far = { rttMs: undefined, serviceMs: 20 }

function fault(run: () => unknown): unknown {
  try {
    run()
    return 'none'
  } catch (error) {
    return isMeshError(error) ? [error.code, error.message] : error
  }
}

describe('finding the optimal GPUs', () => {
  it('keeps a budget of 100 ms unless another one is named, and names the best first', () => {
    const candidates = [named('slow', { rttMs: 90 }), named('near', { rttMs: 30 }), named('nearest', { rttMs: 2 })]
    expect(BUDGET_MS).toBe(100)
    expect(findOptimalGpus({ candidates }, nowhere).map(({ candidate }) => candidate.name)).toEqual(['nearest', 'near'])
    expect(findOptimalGpus({ candidates }, nowhere, 200)).toHaveLength(3)
    const gone = named('gone', { reach: 'unreachable' })
    expect(findOptimalGpus({ candidates: [...candidates, gone] }, nowhere, 200)).toHaveLength(3)
    expect(fault(() => findOptimalGpus({ candidates: [gone] }, nowhere))).toMatchObject([
      'NO_GPU_FITS',
      expect.anything(),
    ])
  })

  it('asks the location for what nobody measured, and says where each number comes from', () => {
    const candidates = [named('a', far), named('b', far), named('measured', { rttMs: 40 })]
    const location = ({ name }: { readonly name: string }) =>
      name === 'a' ? ({ ms: 12, source: 'coordinates' } as const) : ({ ms: 30, source: 'geography' } as const)
    const found = findOptimalGpus({ candidates }, location)
    expect(found.map(({ candidate, latency }) => [candidate.name, latency.source])).toEqual([
      ['a', 'coordinates'],
      ['b', 'geography'],
      ['measured', 'measured'],
    ])
  })

  it('takes only those of a region where one is named, and says which are served where it is not', () => {
    const candidates = [
      { ...named('x'), region: 'eu-central' },
      { ...named('y'), region: 'us-east' },
    ]
    expect(findOptimalGpus({ candidates, region: 'us-east' }, nowhere).map(({ candidate }) => candidate.name)).toEqual([
      'y',
    ])
    const error = fault(() => findOptimalGpus({ candidates, region: 'mars' }, nowhere))
    expect(error).toEqual(['REGION_UNSERVED', expect.stringContaining('mars')])
  })

  it('leaves out whose largest card is known to be too small, and says what the largest has where all are', () => {
    const small = { ...named('small'), memoryBytes: 7 }
    const candidates = [small, { ...named('large'), memoryBytes: 8 }, named('unknown')]
    const found = findOptimalGpus({ candidates, memoryBytesMin: 8 }, nowhere).map(({ candidate }) => candidate.name)
    expect(found.sort()).toEqual(['large', 'unknown'])
    expect(fault(() => findOptimalGpus({ candidates: [small], memoryBytesMin: 8 }, nowhere))).toEqual([
      'NO_GPU_FITS',
      expect.stringContaining('the largest has 7 bytes of memory, and 8 are needed'),
    ])
  })

  it('says what came closest where the budget is smaller than the quickest', () => {
    const candidates = [named('a'), named('b', { rttMs: 70 })]
    expect(fault(() => findOptimalGpus({ candidates }, nowhere, 3))).toEqual([
      'NO_GPU_FITS',
      'none of 2 miners fits the budget: the quickest would take 30 ms (measured), and 3.0 are allowed',
    ])
    expect(fault(() => findOptimalGpus({ candidates, priceMax: credits(10) }, nowhere))).toEqual([
      'NO_GPU_FITS',
      expect.stringContaining('the cheapest asks for 0.001, and 0.00001 are allowed'),
    ])
    expect(fault(() => findOptimalGpus({ candidates: [] }, nowhere))).toEqual([
      'NO_GPU_FITS',
      expect.stringContaining('nobody was found at all'),
    ])
  })

  it('refuses budgets that are none, unknown policies and weights that do not add up', () => {
    for (const budget of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(fault(() => findOptimalGpus({ candidates: [] }, nowhere, budget))).toEqual([
        'BUDGET_INVALID',
        expect.any(String),
      ])
    }
    const policy = { price: 1, latency: 1, quality: 1 }
    expect(fault(() => findOptimalGpus({ candidates: [], policy }, nowhere))).toEqual([
      'POLICY_WEIGHTS',
      expect.any(String),
    ])
  })
})
