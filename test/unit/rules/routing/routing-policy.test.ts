import { describe, expect, it } from 'vitest'
import { routingPolicies, weightsOf } from '../../../../protocols/rules/routing/routing-policy.ts'

const code = (policy: Parameters<typeof weightsOf>[0]): string => {
  try {
    weightsOf(policy)
    return 'none'
  } catch (error) {
    return (error as { readonly code: string }).code
  }
}

describe('a routing policy', () => {
  it('has weights that add up to one', () => {
    for (const policy of routingPolicies) {
      const { price, latency, quality } = weightsOf(policy)
      expect(price + latency + quality).toBeCloseTo(1, 12)
    }
  })

  it('may be given as weights of its own', () => {
    expect(weightsOf({ price: 0.1, latency: 0.2, quality: 0.7 })).toEqual({ price: 0.1, latency: 0.2, quality: 0.7 })
    expect(weightsOf({ price: 1, latency: 0, quality: 0 }).price).toBe(1)
  })

  it('is refused where it is none, or its weights are no numbers, negative, endless or do not add up', () => {
    expect([code('cheapest'), code('')]).toEqual(['POLICY_UNKNOWN', 'POLICY_UNKNOWN'])
    const wrong = [
      { price: Number.NaN, latency: 0.5, quality: 0.5 },
      { price: Number.POSITIVE_INFINITY, latency: 0, quality: 0 },
      { price: -0.5, latency: 1, quality: 0.5 },
      { price: 0.5, latency: 0.5, quality: 0.5 },
      { price: 0, latency: 0, quality: 0 },
      { price: 0.3, latency: 0.3, quality: 0.3 },
    ]
    expect(wrong.map(code)).toEqual(wrong.map(() => 'POLICY_WEIGHTS'))
    expect(() => weightsOf('cheapest')).toThrow(/cheapest/)
    expect(() => weightsOf({ price: 0.5, latency: 0.5, quality: 0.5 })).toThrow(/add up to 1.5/)
  })
})
