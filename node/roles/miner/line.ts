/** What a miner measures of its line, and what of it stands in its profile. */

import { MalformedError, UnsupportedError } from '../../../protocols/kernel/cbor-reader.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { known } from '../../../protocols/kernel/known.ts'
import { kbpsInProfile } from '../../../protocols/rules/line/line-rate.ts'
import {
  PRIVATE_VOTERS_MIN,
  PUBLIC_VOTERS_MIN,
  type TypicalLatency,
} from '../../../protocols/rules/line/typical-latencies.ts'
import { isWorthTelling, type LineFigures, TELL_MS_MIN } from '../../../protocols/rules/line/worth-telling.ts'
import { askDirectory } from '../../../protocols/wire/directory/directory-protocol.ts'
import { type Offer, openOffer } from '../../../protocols/wire/offer/offer.ts'
import { LineBook } from '../../care/line/line-book.ts'
import { LineFile } from '../../care/line/line-file.ts'
import { type LineReport, LineWatch } from '../../care/line/line-watch.ts'
import { RoundTripWatch, type RoundTripWatchNeeds } from '../../market/round-trip-watch.ts'
import type { Libp2pNetwork } from '../../network/libp2p-network.ts'
import { networkPresets } from '../../network/network-preset.ts'
import type { Foundation } from '../foundation.ts'
import { operatorsOf } from '../operators-of.ts'
import type { Parts } from '../parts.ts'

export interface Line {
  /** How long jobs take here, and what the line was seen to carry. */
  report(): LineReport
  /** How far away peers are, by region. */
  latencies(): readonly TypicalLatency[]
  /** What the profile says; asked when it is put. */
  inProfile(): LineFigures
}

export interface LineNeeds {
  readonly mesh: Libp2pNetwork
  /** What is known of a miner without asking anybody. */
  readonly offerOf: (miner: Address) => Offer | undefined
  /** The profile says something that is no longer so. */
  readonly onChange: () => void
}

export async function startLine(parts: Parts, base: Foundation, needs: LineNeeds): Promise<Line> {
  const { clock, bus, network, settings, folder } = base
  let line: Line | undefined
  let told: LineFigures = {}
  let toldAtMs = Number.NEGATIVE_INFINITY
  const tell = (): void => {
    const nowMs = clock.monotonicMs()
    if (line === undefined || nowMs - toldAtMs < TELL_MS_MIN || !isWorthTelling(told, figures())) return
    toldAtMs = nowMs
    needs.onChange()
  }
  const book = await parts.start(
    'rates of the line',
    () =>
      new LineBook({
        clock,
        meter: needs.mesh.bulk,
        file: new LineFile(folder.file('line'), network.networkId),
        onChange: tell,
        onFailure: bus.trouble('keeping what the line carries'),
      }),
  )
  const watch = await parts.start('watch on the line', () => new LineWatch({ clock, bus, rates: () => book.rates() }))
  const trips = await parts.start(
    'watch on distances',
    () =>
      new RoundTripWatch({
        ...neighbours(base, needs),
        clock,
        onTimed: tell,
        onFailure: bus.trouble('measuring how far peers are'),
      }),
  )
  const figures = (): LineFigures => {
    const latencies = trips.typical().map(({ region, latencyMs }) => ({ region, latencyMs }))
    const { up, down } = book.rates()
    return known<LineFigures>({
      latencies: latencies.length === 0 ? undefined : latencies,
      upKbps: kbpsInProfile(up, settings.uploadMax),
      downKbps: kbpsInProfile(down),
    })
  }
  line = {
    report: () => watch.report(),
    latencies: () => trips.typical(),
    inProfile: () => {
      told = figures()
      return told
    },
  }
  return line
}

type Neighbours = Omit<RoundTripWatchNeeds, 'clock' | 'onTimed' | 'onFailure'>

/** In a public network whoever calls from this LAN would be a voter for every key that it makes. */
function neighbours({ crypto, domain, network }: Foundation, { mesh, offerOf }: LineNeeds): Neighbours {
  const isPrivate = networkPresets[network.preset].privateAddresses
  const operatorOf = operatorsOf(crypto)
  const regionIn = (bytes: Uint8Array, miner: Address): string | undefined => {
    try {
      const offer = openOffer(domain, bytes)
      return offer.miner === miner ? offer.body.region : undefined
    } catch (error) {
      if (error instanceof MalformedError || error instanceof UnsupportedError) return undefined
      throw error
    }
  }
  return {
    votersMin: isPrivate ? PRIVATE_VOTERS_MIN : PUBLIC_VOTERS_MIN,
    peers: () =>
      mesh
        .directPeers()
        .filter((each) => (isPrivate || each.network !== undefined) && operatorOf(each.peer) !== undefined),
    regionOf: (peer) => {
      const miner = operatorOf(peer)
      return miner === undefined ? undefined : offerOf(miner)?.body.region
    },
    askRegion: async (peer, signal) => {
      const miner = operatorOf(peer)
      if (miner === undefined) return undefined
      const [entry] = await askDirectory(mesh, peer, { miner, offersMax: 1 }, { signal })
      return entry === undefined ? undefined : regionIn(entry.offer, miner)
    },
    knownMs: (peer, withinMs) => mesh.lastPingMs(peer, withinMs),
    ping: (peer, signal) => mesh.ping(peer, [], signal),
  }
}
