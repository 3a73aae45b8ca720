/** Claims of cards: this node probes those of others, and keeps what it found. */
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Offer } from '../../protocols/wire/offer/offer.ts'
import { profileKey, profileSpace } from '../../protocols/wire/profile/profile.ts'
import type { MeshClient } from '../client/mesh-client.ts'
import type { MinerWatch } from '../client/miner-watch.ts'
import { ClaimBook } from '../market/claim-book.ts'
import { ClaimsFile } from '../market/claims-file.ts'
import { type ListedMiner, Prober } from '../market/prober.ts'
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
