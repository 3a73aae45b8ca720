/** `map`: which regions are served, and how far they are from each other, for `aitbc net map`. */
import { z } from 'zod'
import { PRIVATE_VOTERS_MIN, PUBLIC_VOTERS_MIN } from '../../../protocols/rules/line/typical-latencies.ts'
import { signingDomain } from '../../../protocols/statements/struct-hash.ts'
import type { Offer } from '../../../protocols/wire/offer/offer.ts'
import { REGION_BYTES_MAX } from '../../../protocols/wire/offer/offer-body.ts'
import { createCrypto } from '../../keys/node-crypto.ts'
import { type RegionSurvey, surveyRegions } from '../../market/region-survey.ts'
import { networkPresets } from '../../network/network-preset.ts'
import type { RunningNode } from '../../roles/start-node.ts'
import { systemClock } from '../../roles/system-clock.ts'
import { parseParams } from './parse-params.ts'

const REGIONS_MAX = 8
const region = z.string().regex(new RegExp(`^[a-z0-9-]{1,${REGION_BYTES_MAX}}$`))
const schema = z.strictObject({ regions: z.array(region).max(REGIONS_MAX).default([]) })

export async function regionMap(node: RunningNode, params: unknown, signal: AbortSignal): Promise<RegionSurvey> {
  const { regions } = parseParams(schema, params)
  const { mesh, network, settings } = node
  const isPrivate = networkPresets[network.preset].privateAddresses
  const crypto = await createCrypto()
  return surveyRegions(
    {
      network: mesh,
      domain: signingDomain({ networkId: network.networkId, chainId: BigInt(network.chainId) }, crypto),
      clock: systemClock,
      region: settings.region,
      votersMin: isPrivate ? PRIVATE_VOTERS_MIN : PUBLIC_VOTERS_MIN,
      networkOf: (peer) => mesh.networkOf(peer),
      known: () => offersOf(node),
      own: () => node.miner?.line.latencies() ?? [],
    },
    regions,
    signal,
  )
}

function* offersOf({ router, client }: RunningNode): Generator<Offer> {
  for (const { offer } of router?.directory.live() ?? []) yield offer
  for (const { offer } of client?.book.live() ?? []) yield offer
}
