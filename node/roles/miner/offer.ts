/** The board of the miner's standing offer, and what this node itself makes of each that is published. */
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import type { Terms } from '../../../protocols/statements/struct-types.ts'
import { DirectoryFinder } from '../../client/finding/find-directories.ts'
import { SeenBy } from '../../market/seen-by.ts'
import type { Libp2pNetwork } from '../../network/libp2p-network.ts'
import { OfferBoard, type OfferBoardNeeds } from '../../work/offer-board.ts'
import type { Foundation } from '../foundation.ts'
import type { Router } from '../network/router.ts'

interface OfferNeeds extends Required<Pick<OfferBoardNeeds, 'models' | 'jobs' | 'coordinates'>> {
  readonly mesh: Libp2pNetwork
  readonly signer: Signer
  readonly router: Pick<Router, 'topic' | 'directory'>
  readonly gpuClass: string
  /** What is granted of the service; nothing where `undefined`. */
  readonly service: Terms | undefined
}

export function openOffer(
  { domain, clock, bus, journal, random, settings, network }: Foundation,
  { mesh, signer, router, gpuClass, service, ...told }: OfferNeeds,
): OfferBoard {
  return new OfferBoard(
    {
      ...told,
      network: mesh,
      ...{ domain, signer, clock, random },
      topic: router.topic,
      nextSequence: (nowMs) => journal.miner.nextSequence('offer', nowMs),
      onPublished: (offer, peers) => {
        router.directory.put(offer)
        const { jobs, models: listed, paused } = offer.body
        const facts = { sequence: offer.head.sequence, models: listed.length, jobs, peers, paused: paused === 1 }
        bus.emit({ kind: 'offer:published', ...facts })
      },
      onFailure: bus.trouble('publishing the offer'),
    },
    {
      region: settings.region,
      gpuClass,
      jobsMax: settings.jobsMax,
      chunkCredits: network.parameters.chunkCredits as Credits,
      windowChunks: network.parameters.windowChunks,
      ...(service === undefined ? {} : { service }),
    },
  )
}

/** Who of the directories shows it. */
export const seenByDirectories = (
  { clock, random, crypto, settings }: Foundation,
  mesh: Libp2pNetwork,
  board: OfferBoard,
  miner: Address,
): SeenBy =>
  new SeenBy({
    network: mesh,
    directories: new DirectoryFinder(mesh, clock, crypto, settings.region),
    clock,
    random,
    miner,
    published: () => board.published(),
    networkOf: (peer) => mesh.networkOf(peer),
  })
