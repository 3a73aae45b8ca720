import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spreadNetworks } from '../../../../node/client/finding/spread-networks.ts'
import { type PeerId, peerId } from '../../../../protocols/kernel/ids.ts'
import '../../../support/property-seed.ts'

const spread = (names: readonly string[]): Promise<readonly PeerId[]> =>
  spreadNetworks(names.map(peerId), async (peer) => (peer.includes('@') ? peer.split('@')[1] : undefined))

describe('peers spread over networks', () => {
  it('come one of each network before a second of any, in their order', async () => {
    expect(await spread(['a@x', 'b@x', 'c@x', 'd@y', 'e@z', 'f@y'])).toEqual(['a@x', 'd@y', 'e@z', 'b@x', 'f@y', 'c@x'])
  })

  it('of private addresses, or unknown ones, stay where they are', async () => {
    expect(await spread(['a', 'b@x', 'c', 'd@x', 'e'])).toEqual(['a', 'b@x', 'c', 'e', 'd@x'])
  })

  it('are the same ones, and no network has two more than another that has peers left', async () => {
    const peers = fc.uniqueArray(fc.tuple(fc.nat(50), fc.constantFrom('x', 'y', 'z')), { selector: ([i]) => i })
    await fc.assert(
      fc.asyncProperty(peers, fc.nat(50), async (pairs, cut) => {
        const names = pairs.map(([i, network]) => `${i}@${network}`)
        const all = await spread(names)
        expect([...all].sort()).toEqual([...names].sort())
        const count = (of: readonly string[], network: string) =>
          of.filter((name) => name.endsWith(`@${network}`)).length
        const first = all.slice(0, cut)
        for (const a of ['x', 'y', 'z'])
          for (const b of ['x', 'y', 'z'])
            if (count(first, b) < count(all, b)) expect(count(first, a) - count(first, b)).toBeLessThanOrEqual(1)
      }),
    )
  })
})
