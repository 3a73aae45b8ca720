/**
 * Whether this node answers DHT queries. One that nobody can reach costs every lookup that meets it a dial that fails, so it asks
 * as a client until its reachability is confirmed, and becomes one again when it is lost.
 */
import type { Libp2p } from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'
import { isPrivate } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { asMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { NetworkPreset } from '../network-preset.ts'

/**
 * @param confirmed addresses that others have dialled (AutoNAT), or that the owner announces. Private ones always are, for nobody
 * can ask for them from outside: they count in networks that live on them. Relays do not carry the DHT.
 */
export function isReachable(
  confirmed: readonly Multiaddr[],
  { privateAddresses }: Pick<NetworkPreset, 'privateAddresses'>,
): boolean {
  return confirmed.some(
    (address) =>
      !address.getComponents().some(({ name }) => name === 'p2p-circuit') && (privateAddresses || !isPrivate(address)),
  )
}

export interface DhtModeNeeds {
  readonly libp2p: Pick<Libp2p, 'status' | 'getMultiaddrs' | 'addEventListener' | 'removeEventListener'>
  readonly dht: Pick<KadDHT, 'getMode' | 'setMode'>
  readonly preset: Pick<NetworkPreset, 'privateAddresses'>
  readonly report: (error: MeshError) => void
}

/** Follows what is confirmed until disposed. */
export class DhtMode implements Disposable {
  readonly #needs: DhtModeNeeds
  readonly #listener = (): void => this.#follow()
  #changing = false

  constructor(needs: DhtModeNeeds) {
    this.#needs = needs
    // Told of addresses that come up, are confirmed, or are lost.
    needs.libp2p.addEventListener('self:peer:update', this.#listener)
  }

  [Symbol.dispose](): void {
    this.#needs.libp2p.removeEventListener('self:peer:update', this.#listener)
  }

  /** Changing the mode changes the node's protocols, which is told of as well: so it is looked at again at the end. */
  #follow(): void {
    const { libp2p, dht, preset, report } = this.#needs
    // Its protocols come up before its sockets: until then it has no address, which says nothing.
    if (libp2p.status !== 'started') return
    const wanted = isReachable(libp2p.getMultiaddrs(), preset) ? 'server' : 'client'
    if (this.#changing || dht.getMode() === wanted) return
    this.#changing = true
    dht
      .setMode(wanted)
      .catch((error: unknown) => report(asMeshError(error)))
      .finally(() => {
        this.#changing = false
      })
  }
}
