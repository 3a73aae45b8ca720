import { describe, expect, test } from 'vitest'
import { MarketPresence } from '../../../node/market/market-presence.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'

function presence() {
  const told: string[] = []
  const failures: string[] = []
  const made = new MarketPresence({
    offer: {
      pause: async (isPaused) => void told.push(`offer ${isPaused ? 'paused' : 'not paused'}`),
      lease: async (isLeased) => void told.push(`offer ${isLeased ? 'leased' : 'not leased'}`),
    },
    announce: (isOut) => told.push(isOut ? 'no keys' : 'keys'),
    onFailure: (during, { code }) => failures.push(`${during}: ${code}`),
  })
  const profile = { pause: async (isPaused: boolean) => void told.push(isPaused ? 'profile out' : 'profile in') }
  const since = () => told.splice(0)
  return { made, profile, since, failures }
}

describe('a miner', () => {
  test('takes offer, profile and keys out of the market while its card is leased, and brings all of them back', async () => {
    const { made, profile, since } = presence()
    made.bring(profile)
    made.start()
    expect(since()).toEqual(['profile in', 'keys', 'profile in'])
    await made.lease(true)
    expect(since()).toEqual(['no keys', 'profile out', 'offer leased'])
    await made.lease(false)
    expect(since()).toEqual(['keys', 'profile in', 'offer not leased'])
  })

  test('is back only when neither a lease nor a rest keeps it out', async () => {
    const { made, profile, since } = presence()
    made.bring(profile)
    made.start()
    await made.lease(true)
    await made.rest(true)
    since()
    await made.lease(false)
    expect(since()).toEqual(['no keys', 'profile out', 'offer not leased'])
    await made.rest(false)
    expect(since()).toEqual(['keys', 'profile in', 'offer not paused'])
  })

  test('whose card is leased as it starts says so with its first word, and announces no key', async () => {
    const { made, profile, since } = presence()
    await made.lease(true)
    expect(since()).toEqual(['offer leased'])
    made.bring(profile)
    made.changed()
    made.start()
    expect(since()).toEqual(['profile out', 'no keys', 'profile out'])
    made.changed()
    expect(since()).toEqual([])
    await made.lease(false)
    since()
    made.changed()
    expect(since()).toEqual(['keys'])
  })

  test('whose profile nobody takes withdraws its offer all the same, and says what failed', async () => {
    const { made, since, failures } = presence()
    made.bring({ pause: async () => Promise.reject(new MeshError('NO_PEERS', {})) })
    await made.lease(true)
    expect(since()).toEqual(['offer leased'])
    await expect.poll(() => failures).toContain('publishing the profile: NO_PEERS')
  })
})
