import { describe, expect, it } from 'vitest'
import { Secp256k1Signer } from '../../../node/keys/secp256k1-signer.ts'
import { surveyRegions } from '../../../node/market/region-survey.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import { ORIGIN } from '../../../protocols/rules/coordinates/coordinates.ts'
import { coordinatesToBytes } from '../../../protocols/rules/coordinates/coordinates-bytes.ts'
import { directoryKey } from '../../../protocols/wire/directory/directory-key.ts'
import type { DirectoryQuery } from '../../../protocols/wire/directory/directory-protocol.ts'
import { type Offer, signOffer } from '../../../protocols/wire/offer/offer.ts'
import { profileKey } from '../../../protocols/wire/profile/profile.ts'
import type { RegionLatency } from '../../../protocols/wire/profile/profile-body.ts'
import { miner as minerBody } from '../../support/profile-vectors/body-vectors.ts'
import { crypto, digestOf, domain } from '../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'
import { body } from '../../support/wire-vectors/offer-bodies.ts'

const TAG = '00000000'
const keyOf = (region: string): string => directoryKey(crypto, TAG, region)

interface Said {
  readonly region: string
  readonly network?: string
  readonly paused?: true
  readonly latencies?: readonly RegionLatency[]
}

/** A network of miners that directories of their region tell of; `silent` directories never answer. */
function world(
  miners: readonly Said[],
  { silent = [], lies = [] }: { silent?: readonly string[]; lies?: readonly string[] } = {},
) {
  const clock = new ManualClock()
  const asked: string[] = []
  const offers = miners.map((said, i): Offer => {
    const signer = new Secp256k1Signer(digestOf(`survey ${i}`), crypto)
    const coordinates = coordinatesToBytes({ ...ORIGIN, vectorMs: ORIGIN.vectorMs.map(() => 10 * i), error: 0.1 })
    const own = { ...body, region: said.region, coordinates, ...(said.paused ? { paused: 1 } : {}) }
    return signOffer(domain, signer, own, BigInt(clock.nowMs()), clock.nowMs())
  })
  const network = {
    self: peerId('self'),
    tag: TAG,
    connectedPeers: () => [],
    async *findProviders(key: string) {
      for (const region of new Set(miners.map((said) => said.region)))
        if (key === keyOf(region)) yield peerId(`directory of ${region}`)
    },
    async *call(peer: PeerId, _: unknown, { region }: DirectoryQuery) {
      asked.push(peer)
      if (silent.includes(region!)) throw new MeshError('TIMEOUT', { what: 'a directory', ms: 5_000 })
      if (lies.includes(region!)) yield { offer: new Uint8Array(100), ageMs: 1 }
      for (const offer of offers) if (offer.body.region === region) yield { offer: offer.bytes, ageMs: 1 }
    },
    async getRecord(_: unknown, key: Uint8Array) {
      const at = offers.findIndex(({ miner }) => String(profileKey(miner)) === String(key))
      const { region, latencies } = miners[at]!
      return { body: { ...minerBody, region, gpus: [{}], ...(latencies === undefined ? {} : { latencies }) } }
    },
  } as unknown as Network
  const survey = (wanted: readonly string[] = [], signal = new AbortController().signal) =>
    surveyRegions(
      {
        network,
        domain,
        clock,
        region: 'alpha',
        votersMin: 3,
        networkOf: async (peer) => miners[offers.findIndex((offer) => offer.peer === peer)]?.network,
        known: () => [],
        own: () => [{ region: 'alpha', latencyMs: 11, voters: 4 }],
      },
      wanted,
      signal,
    )
  return { survey, asked }
}

const far = (region: string, latencyMs: number): readonly RegionLatency[] => [{ region, latencyMs }]

describe('a look at all regions', () => {
  it('finds those that profiles speak of, and takes each network’s word for how far they are', async () => {
    const { survey } = world([
      { region: 'alpha', network: 'a', latencies: far('beta', 80) },
      { region: 'alpha', network: 'a', latencies: far('beta', 20) },
      { region: 'alpha', network: 'b', latencies: far('beta', 84) },
      { region: 'beta', network: 'c', latencies: far('alpha', 90) },
      { region: 'beta', paused: true },
    ])
    const { regions, latencies, here } = await survey()
    expect(here).toBe('alpha')
    expect(regions).toEqual([
      { region: 'alpha', miners: 3, models: 1, free: 21, networks: 2, cards: 3, profiles: 3, directories: 1 },
      { region: 'beta', miners: 1, models: 1, free: 7, networks: 1, cards: 1, profiles: 1, directories: 1 },
    ])
    expect(latencies).toContainEqual({ from: 'alpha', to: 'alpha', ms: 11, source: 'own', voters: 4 })
    expect(latencies).toContainEqual({ from: 'alpha', to: 'beta', ms: 84, source: 'others', voters: 3 })
  })

  it('estimates by coordinates where too few networks speak', async () => {
    const { survey } = world([{ region: 'alpha' }, { region: 'beta' }])
    const { latencies } = await survey(['beta'])
    expect(latencies.find(({ to }) => to === 'beta')).toMatchObject({ source: 'coordinates', voters: 2, ms: 28 })
  })

  it('shows a region that was asked for though nobody serves it, and none that is only spoken of', async () => {
    const { survey } = world([{ region: 'alpha', latencies: far('ghost', 5) }])
    const { regions } = await survey(['atlantis'])
    expect(regions.map(({ region, miners }) => [region, miners])).toEqual([
      ['alpha', 1],
      ['atlantis', 0],
    ])
  })

  it('goes on past directories that are silent, and past what no miner has signed', async () => {
    const { survey } = world([{ region: 'alpha' }, { region: 'beta' }, { region: 'gamma' }], {
      silent: ['beta'],
      lies: ['gamma'],
    })
    const { regions } = await survey(['beta', 'gamma'])
    expect(regions).toMatchObject([
      { region: 'alpha', miners: 1, directories: 1 },
      { region: 'gamma', miners: 1, directories: 1 },
      { region: 'beta', miners: 0, directories: 0 },
    ])
  })

  it('looks at a bounded number of regions, whatever profiles say', async () => {
    const many = Array.from({ length: 16 }, (_, i) => ({ region: `r-${i}`, latencyMs: 5 }))
    const more = many.map(({ region }, i) => ({
      region,
      latencies: Array.from({ length: 16 }, (_, j) => ({ region: `s-${i}-${j}`, latencyMs: 5 })),
    }))
    const { survey, asked } = world([{ region: 'alpha', latencies: many }, ...more])
    const { regions } = await survey()
    expect(regions).toHaveLength(17)
    expect(asked.length).toBeLessThanOrEqual(32)
  })

  it('looks first at the regions that most networks speak of, so that one cannot hide them behind names', async () => {
    const names = Array.from({ length: 16 }, (_, i) => i)
    const liars = Array.from({ length: 4 }, (_, liar) => ({
      region: 'alpha',
      network: `liar ${liar}`,
      latencies: names.map((name) => ({ region: `ghost-${liar}-${name}`, latencyMs: 5 })),
    }))
    const honest = ['a', 'b'].map((network) => ({ region: 'alpha', network, latencies: far('beta', 80) }))
    const { survey } = world([...liars, ...honest, { region: 'beta' }])
    expect((await survey()).regions.map(({ region }) => region)).toEqual(['alpha', 'beta'])
  })

  it('ends when nobody waits for it any more', async () => {
    const { survey } = world([{ region: 'alpha' }])
    await expect(survey([], AbortSignal.abort(new MeshError('CANCELLED')))).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
