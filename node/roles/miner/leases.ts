/** The miner's leases, where its owner has set a price for an hour. */
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import { stepSecondsOf } from '../../../protocols/rules/leasing/lease-price.ts'
import { answerLease, leaseProtocol } from '../../../protocols/wire/lease/lease-protocol.ts'
import { cardHash } from '../../../protocols/wire/lease/lease-terms.ts'
import { invalidSetting } from '../../config/config-errors.ts'
import type { MarketPresence } from '../../market/market-presence.ts'
import type { Libp2pNetwork } from '../../network/libp2p-network.ts'
import { LeaseDesk, type LeaseDeskEvent } from '../../work/leasing/lease-desk.ts'
import type { OfferBoard } from '../../work/offer-board.ts'
import type { CounterTable } from '../../work/paying/counter-table.ts'
import type { ReceiptBatcher } from '../../work/paying/receipt-batcher.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'

/** A lessee's jobs run on whichever seat ends them earliest, so all seats are leased together, under one name. */
const STABLE_ID = 'machine'

export interface LeaseParts {
  readonly signer: Signer
  readonly counters: CounterTable
  readonly batcher: ReceiptBatcher
  readonly board: OfferBoard
  readonly presence: MarketPresence
}

/**
 * @returns undefined where the card is leased to nobody
 * @throws MeshError CONFIG_INVALID where not even the shortest step costs as little as a billing step; DATA_FOLDER_DAMAGED
 */
export async function startLeases(
  parts: Parts,
  base: Foundation,
  { signer, counters, batcher, board, presence }: LeaseParts,
): Promise<LeaseDesk | undefined> {
  const { domain, clock, settings, network, journal, bus } = base
  const pricePerHour = settings.leasePrice as Credits | undefined
  if (pricePerHour === undefined) return undefined
  const chunkCredits = network.parameters.chunkCredits as Credits
  if (stepSecondsOf(pricePerHour, chunkCredits) === undefined) {
    const why = 'ten seconds of it cost more than one billing step of this network'
    throw invalidSetting('leasePrice', String(pricePerHour), { kind: 'default' }, why)
  }
  return await parts.start(
    'leases',
    () =>
      new LeaseDesk(
        {
          ...{ domain, signer, clock, counters, batcher, journal: journal.miner, leases: journal.leases },
          head: () => base.head.head,
          paused: () => board.paused,
          onEvent: (event) => {
            tell(event, bus.emit.bind(bus))
            if (event.kind === 'serving') {
              presence.lease(event.lease !== undefined).catch(bus.trouble('saying that the card is leased'))
            }
          },
          onFailure: bus.trouble('keeping leases'),
        },
        { card: cardHash(domain.crypto, signer.address, STABLE_ID), pricePerHour, chunkCredits },
      ),
  )
}

export const serveLeases = (parts: Parts, mesh: Libp2pNetwork, desk: LeaseDesk): Promise<unknown> =>
  parts.start('lease requests', () => mesh.serve(leaseProtocol, answerLease(desk)))

function tell(event: LeaseDeskEvent, emit: Foundation['bus']['emit']): void {
  switch (event.kind) {
    case 'signed': {
      const { id, proposed } = event.lease
      const { startsAt, endsAt } = proposed
      emit({ kind: 'lease:signed', lease: id, startsAt, endsAt, price: event.price })
      return
    }
    case 'ended':
      emit({ kind: 'lease:ended', lease: event.lease.id, how: event.how, owed: event.owed })
      return
    case 'serving':
      emit({
        kind: 'lease:serving',
        ...(event.lease === undefined
          ? {}
          : { lease: event.lease.id, untilMs: Number(event.lease.proposed.endsAt) * 1_000 }),
      })
  }
}
