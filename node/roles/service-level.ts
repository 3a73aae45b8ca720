/** Service level: this node is a witness for others, and as a miner has its own jobs witnessed. */
import type { Signer } from '../../protocols/kernel/ports.ts'
import { answerWitness } from '../../protocols/wire/witness/witness-handler.ts'
import { witnessProtocol } from '../../protocols/wire/witness/witness-protocol.ts'
import { OwnerStakes } from '../client/service-level/owner-stakes.ts'
import type { PanelMember } from '../client/service-level/witness-panel.ts'
import { serviceFacts } from '../events/service-facts.ts'
import { WitnessBook } from '../market/witness-book.ts'
import type { Libp2pNetwork } from '../network/libp2p-network.ts'
import type { OfferBoard } from '../work/offer-board.ts'
import type { CounterTable } from '../work/paying/counter-table.ts'
import { WitnessedJobs } from '../work/service-level/witnessed-jobs.ts'
import type { Foundation } from './foundation.ts'
import type { Router } from './network/router.ts'
import type { Parts } from './parts.ts'

/** An owner's stake makes its operator worth asking; who has none is drawn by nobody. */
export async function serveWitness(
  parts: Parts,
  { domain, clock, settings }: Foundation,
  mesh: Libp2pNetwork,
  signer: Signer,
): Promise<void> {
  if (settings.witness === 'off') return
  const book = new WitnessBook({ domain, signer, clock })
  await parts.start('witness', () => mesh.serve(witnessProtocol, answerWitness(book)))
}

/** By the chain, or by the table that stands in for one. */
export const startOwnerStakes = (parts: Parts, { chain, clock }: Foundation): Promise<OwnerStakes> =>
  parts.start(
    'stake of witnesses',
    () => new OwnerStakes({ standingOf: (operator, signal) => chain.standingOf(operator, signal), clock }),
  )

interface MinerParts {
  readonly signer: Signer
  readonly board: OfferBoard
  readonly counters: CounterTable
  readonly router: Router
  /** It has terms in its offers. */
  readonly grants: boolean
}

export async function startWitnessedJobs(
  parts: Parts,
  base: Foundation,
  mesh: Libp2pNetwork,
  { signer, board, counters, router, grants }: MinerParts,
): Promise<WitnessedJobs> {
  const { domain, clock, bus } = base
  const stakes = await startOwnerStakes(parts, base)
  const operators = (): readonly PanelMember[] =>
    [...router.directory.live()].map(({ offer }) => ({ operator: offer.miner, peer: offer.peer }))
  return parts.start('witnessed jobs', () => {
    const witnessed = new WitnessedJobs({
      network: mesh,
      domain,
      signer,
      clock,
      board,
      stakes,
      operators,
      letOff: (counter, amount) => counters.letOff(counter, amount),
      onJudged: ({ attempt, verdict, letOff }) =>
        bus.emit({
          kind: 'service:judged',
          side: 'miner',
          attempt,
          miner: signer.address,
          letOff,
          ...serviceFacts(verdict),
        }),
      onFailure: bus.trouble('judging how a job was served'),
    })
    if (grants) witnessed.start()
    return witnessed
  })
}
