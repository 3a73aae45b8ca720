import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type HeadBounds,
  headFault,
  isOfEndpoint,
  nobodyAnswers,
  pauseMs,
} from '../../../../node/chain/rpc/endpoint-rules.ts'
import { parseEndpointUrl } from '../../../../node/chain/rpc/endpoint-url.ts'
import { account, fields, hash, hex, list, quantity, toQuantity } from '../../../../node/chain/rpc/rpc-values.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import '../../../support/property-seed.ts'

const bounds: HeadBounds = { behindSecondsMax: 30, ageSecondsMax: 60, backBlocksMax: 64 }

describe('a head', () => {
  const judged = (time: bigint, freshest = time, number = 100n, highest = 100n) =>
    headFault({ number, time }, { freshest, highest, nowMs: 1_000_000_000 }, bounds)

  it('is believed up to each bound, and not one step beyond', () => {
    expect(judged(999_940n)).toBeUndefined()
    expect(judged(999_939n)).toBe('its newest block is 61 s old')
    expect(judged(999_960n, 999_990n)).toBeUndefined()
    expect(judged(999_959n, 999_990n)).toBe('its newest block is 31 s older than that of another')
    expect(judged(1_000_000n, 1_000_000n, 36n)).toBeUndefined()
    expect(judged(1_000_000n, 1_000_000n, 35n)).toBe('its newest block was 100 and is 35 now')
  })

  it('may be ahead of the clock, as where time was moved on a chain for tests', () => {
    expect(judged(2_000_000n)).toBeUndefined()
  })
})

describe('the pause of an endpoint', () => {
  it('grows with its failures, from a second to a minute', () => {
    expect([1, 2, 3, 6, 7, 1_000].map(pauseMs)).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000])
  })
})

describe('a refusal', () => {
  const refusal = (code: number, message: string, data?: string) => ({ code, message, data })

  it('is the chain’s own where a contract reverts or a transaction breaks its rules', () => {
    expect(isOfEndpoint(refusal(3, 'execution reverted', '0x'))).toBe(false)
    expect(isOfEndpoint(refusal(-32_603, 'execution reverted'))).toBe(false)
    expect(isOfEndpoint(refusal(-32_000, 'nonce too low'))).toBe(false)
  })

  it('is the endpoint’s where it does not serve that, or not now', () => {
    expect(isOfEndpoint(refusal(-32_601, 'the method does not exist'))).toBe(true)
    expect(isOfEndpoint(refusal(-32_000, 'header not found'))).toBe(true)
    expect(isOfEndpoint(refusal(-32_000, 'missing trie node ab'))).toBe(true)
    expect(isOfEndpoint(refusal(0, 'daily request capacity reached'))).toBe(true)
  })
})

describe('why nobody answers', () => {
  const away = (origin: string) => ({
    origin,
    error: new MeshError('CHAIN_UNREACHABLE', { url: origin, why: 'it is away' }),
  })
  const wrong = (origin: string) => ({
    origin,
    error: new MeshError('CHAIN_WRONG', { url: origin, found: 1n, expected: 5n }),
  })

  it('is in the words of the one that all share, else of each', () => {
    expect(nobodyAnswers([away('http://a')]).message).toBe('no chain answers at http://a: it is away')
    expect(nobodyAnswers([wrong('http://a'), wrong('http://b')]).code).toBe('CHAIN_WRONG')
    expect(nobodyAnswers([away('http://a'), wrong('http://b')]).message).toBe(
      'no chain answers at http://a, http://b: http://a: it is away; http://b: the endpoint http://b serves the chain 1, and the network is on the chain 5',
    )
  })
})

describe('the address of an endpoint', () => {
  it('is http or https', () => {
    for (const text of ['', 'localhost', 'ftp://a', 'ws://a:1', 'file:///etc/passwd', '/ip4/1.2.3.4'])
      expect(parseEndpointUrl(text)).toBeUndefined()
    expect(parseEndpointUrl('https://rpc.example:8545')?.origin).toBe('https://rpc.example:8545')
  })

  it('shows no token, wherever one stands', () => {
    const token = fc.stringMatching(/^[a-z0-9]{8,40}$/)
    fc.assert(
      fc.property(token, fc.nat({ max: 4 }), (secret, place) => {
        const text = [
          `https://rpc.example/${secret}`,
          `https://rpc.example/v3/${secret}/more`,
          `https://rpc.example/?key=${secret}`,
          `https://${secret}@rpc.example/`,
          `https://user:${secret}@rpc.example/`,
        ][place]!
        const url = parseEndpointUrl(text)!
        expect(url.origin).not.toContain(secret)
        expect(url.hide(`it says ${secret} and ${text}`)).not.toContain(secret)
      }),
    )
  })
})

describe('values of the chain', () => {
  it('are read as they were written, and nothing else is', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (value) => {
        expect(quantity(toQuantity(value))).toBe(value)
      }),
    )
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const read of [quantity, hex, hash, account, fields, (it: unknown) => list(it, 2, quantity)]) {
          try {
            read(value)
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError)
          }
        }
      }),
    )
    for (const value of ['', '0x', '12', '0xg', '-0x1', `0x${'f'.repeat(65)}`, 12, null])
      expect(() => quantity(value)).toThrow(TypeError)
    for (const value of ['', '0x1', 'ab', '0xzz']) expect(() => hex(value)).toThrow(TypeError)
    expect(() => list(['0x1', '0x1', '0x1'], 2, quantity)).toThrow(TypeError)
  })
})
