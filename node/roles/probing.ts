/** Claims of cards: this node answers probes of its own, and probes those of others. */
import { availableParallelism, loadavg } from 'node:os'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Offer } from '../../protocols/wire/offer/offer.ts'
import { answerProbe } from '../../protocols/wire/probe/probe-handler.ts'
import { probeProtocol } from '../../protocols/wire/probe/probe-protocol.ts'
import { profileKey, profileSpace } from '../../protocols/wire/profile/profile.ts'
import type { MeshClient } from '../client/mesh-client.ts'
import type { MinerWatch } from '../client/miner-watch.ts'
import type { EngineSeat } from '../engines/seat.ts'
import { ClaimBook } from '../market/claim-book.ts'
import { ClaimsFile } from '../market/claims-file.ts'
import { type ListedMiner, Prober } from '../market/prober.ts'
import { askedSeat } from '../measure/claimed-seat.ts'
import { engineProbeDesk, type ProbeDeskNeeds } from '../measure/engine-probe-desk.ts'
import { MeasuredFile } from '../measure/measured-file.ts'
import type { PublishedClaims } from '../measure/published-claims.ts'
import type { Libp2pNetwork } from '../network/libp2p-network.ts'
import type { Foundation } from './foundation.ts'
import type { Router } from './network/router.ts'
import type { Parts } from './parts.ts'

/** What is known of claims; kept when the node stops, and at once where something is held against somebody. */
export async function openClaims(parts: Parts, { clock, folder, bus }: Foundation): Promise<ClaimBook> {
  const file = new ClaimsFile(folder.file('claims'))
  const book = new ClaimBook(clock, file.read())
  const keep = (): void => {
    try {
      if (book.rows().length > 0) file.write(book.rows())
    } catch (error) {
      bus.trouble('keeping what probes found')(error)
    }
  }
  await parts.start('claims', () => {
    const listening = bus.listen(({ event }) => {
      if (event.kind === 'claim:false') keep()
    })
    return {
      [Symbol.dispose]: () => {
        listening[Symbol.dispose]()
        keep()
      },
    }
  })
  return book
}

/** As the client hears it: who contradicted itself, and whose claims are worth less. */
export const claimWatch = (watch: MinerWatch, claims: ClaimBook): MinerWatch => ({
  heardOffer: (offer) => watch.heardOffer(offer),
  heardReceipt: (proven) => watch.heardReceipt(proven),
  agreed: (attempt, agreement) => watch.agreed(attempt, agreement),
  heardLease: (lease) => watch.heardLease(lease),
  isBarred: (miner) => watch.isBarred(miner),
  claimFactor: (miner) => claims.factorOf(miner),
})

interface DeskNeeds extends Pick<ProbeDeskNeeds, 'limits' | 'refusal' | 'jobs'> {
  readonly seats: readonly EngineSeat[]
  readonly published: PublishedClaims
  /** What care says of the card of a seat. */
  readonly admits: (card: string) => boolean
}

export async function serveProbes(
  parts: Parts,
  { clock, crypto, settings, folder }: Foundation,
  mesh: Libp2pNetwork,
  { seats, published, limits, refusal, jobs, admits }: DeskNeeds,
): Promise<void> {
  if (settings.probeSeconds === 0) return
  const file = new MeasuredFile(folder.file('measured'))
  const desk = engineProbeDesk({
    seatFor: (ask) => {
      const seat = askedSeat(ask, published, seats, file, clock.nowMs())
      if (typeof seat === 'string') return seat
      return { engine: seat.engine, refusal: () => (admits(seat.card) ? undefined : 'paused') }
    },
    limits,
    jobs,
    refusal: () => refusal() ?? (isLoaded() ? 'busy' : undefined),
    clock,
    hasher: crypto,
    fillBytesMax: settings.probeMemoryMax,
    secondsPerHour: settings.probeSeconds,
  })
  await parts.start('answers to probes', () => mesh.serve(probeProtocol, answerProbe(desk)))
}

/** Programs of the owner that take the processor would make every claim look false. Windows tells no load: 0 there. */
const isLoaded = (): boolean => loadavg()[0]! > availableParallelism()

interface Lists {
  readonly router: Router | undefined
  readonly client: MeshClient | undefined
  /** Nobody probes itself. */
  readonly own: Address | undefined
}

/** In a network of one machine all cards are the same one, and probes of one node are what makes another slow. */
export async function startProber(
  parts: Parts,
  base: Foundation,
  mesh: Libp2pNetwork,
  book: ClaimBook,
  lists: Lists,
): Promise<void> {
  const { settings, network, clock, random, crypto, domain, bus } = base
  if (settings.probesPerHour === 0 || network.preset === 'local') return
  if (lists.router === undefined && lists.client === undefined) return
  const prober = new Prober({
    network: mesh,
    clock,
    random,
    hasher: crypto,
    perHour: settings.probesPerHour,
    book,
    miners: () => idleMiners(lists),
    profileOf: (miner, signal) => mesh.getRecord(profileSpace(domain), profileKey(miner), signal),
    onProbed: ({ miner, outcome, found, claimed, isConvicted }) => {
      bus.emit({ kind: 'claim:probed', miner, outcome: outcome.kind, found })
      if (isConvicted) bus.emit({ kind: 'claim:false', miner, claimedGflops: claimed, found })
    },
    onFailure: bus.trouble('probing a claim'),
  })
  await parts.start('probes of claims', () => {
    prober.start()
    return prober
  })
}

/** Those that this node lists or uses, and that say they have nothing to do. */
function* idleMiners({ router, client, own }: Lists): Generator<ListedMiner> {
  const seen = new Set<Address | undefined>([own])
  const offers = function* (): Generator<Offer> {
    for (const { offer } of client?.book.live() ?? []) yield offer
    for (const { offer } of router?.directory.live() ?? []) yield offer
  }
  for (const { miner, peer, body } of offers()) {
    if (seen.has(miner) || body.paused === 1 || body.jobs > 0) continue
    seen.add(miner)
    yield { miner, peer }
  }
}
