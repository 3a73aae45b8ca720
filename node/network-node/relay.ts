/** Circuit relay: a node that others can reach carries the connections of those that they cannot. */
import { circuitRelayServer } from '@libp2p/circuit-relay-v2'

export interface RelayTuning {
  /** Peers that may be reached through this node at once; libp2p's default is 15. */
  readonly reservationsMax: number
  /** True: relayed connections end after two minutes and 128 KiB, enough to find a direct path and too little for work. */
  readonly limited: boolean
}

export const RELAY_DEFAULT: RelayTuning = { reservationsMax: 128, limited: false }

export const relayService = ({ reservationsMax, limited }: RelayTuning) =>
  circuitRelayServer({ reservations: { maxReservations: reservationsMax, applyDefaultLimit: limited } })
