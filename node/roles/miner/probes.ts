/** Claims of this miner's cards: it answers the probes of others, within limits and beside no job. */
import { availableParallelism, loadavg } from 'node:os'
import { answerProbe } from '../../../protocols/wire/probe/probe-handler.ts'
import { probeProtocol } from '../../../protocols/wire/probe/probe-protocol.ts'
import type { EngineSeat } from '../../engines/seat.ts'
import { askedSeat } from '../../measure/claimed-seat.ts'
import { engineProbeDesk, type ProbeDeskNeeds } from '../../measure/engine-probe-desk.ts'
import { MeasuredFile } from '../../measure/measured-file.ts'
import type { PublishedClaims } from '../../measure/published-claims.ts'
import type { Libp2pNetwork } from '../../network/libp2p-network.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'

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
