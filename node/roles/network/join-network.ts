/** This node's place in the network: its sockets, its connections to the doors, and to peers of earlier runs beside them. */

import { peerIdFromString } from '@libp2p/peer-id'
import { abortable } from '../../../protocols/kernel/abortable.ts'
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { searchesLan } from '../../config/searches-lan.ts'
import type { SettingKey, Settings } from '../../config/settings.ts'
import type { Libp2pNetwork } from '../../network/libp2p-network.ts'
import { networkPresets } from '../../network/network-preset.ts'
import { createMeshNetwork } from '../../network-node/create-mesh-network.ts'
import type { NodeKey } from '../../network-node/node-key.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'
import { type Door, DoorKeeper } from './door-keeper.ts'
import { rememberPeers } from './remember-peers.ts'

/** @throws MeshError PORT_IN_USE, CONFIG_INVALID for a bootstrap address that names no peer */
export async function joinNetwork(parts: Parts, base: Foundation, key: NodeKey): Promise<Libp2pNetwork> {
  const { settings, network, bus, clock, random, crypto } = base
  const doors = [...doorsOf(settings, 'bootstrap'), ...doorsOf(settings, 'entryPeers')]
  const mesh = await parts.start('network', () =>
    createMeshNetwork(
      {
        networkId: network.networkId,
        key,
        clock,
        random,
        hasher: crypto,
        charging: base.meter,
        report: (error, peer) => bus.emit({ kind: 'peer:trouble', error, ...(peer === undefined ? {} : { peer }) }),
      },
      {
        preset: networkPresets[network.preset],
        listen: listenAddresses(settings),
        ...(settings.announce.length > 0 ? { announce: settings.announce } : {}),
        ...(searchesLan(settings, network) ? { lan: {} } : {}),
      },
    ),
  )
  await parts.start('peer events', () =>
    mesh.onPeer((peer, state) =>
      bus.emit(state === 'connected' ? { kind: 'peer:connected', peer } : { kind: 'peer:disconnected', peer }),
    ),
  )
  await parts.start('DHT events', () => mesh.onServesDht((serves) => bus.emit({ kind: 'dht:changed', serves })))
  const earlier = await rememberPeers(parts, base, mesh, new Set(doors.map(({ peer }) => peer)))
  await parts.start('bootstrap peers', (signal) =>
    DoorKeeper.start({ network: mesh, clock }, doors, signal, async (tried) => {
      if (await earlier.enter(tried, signal)) return true
      // Who listens is found by others later; who only dials is here to ask something now.
      return settings.listen.length === 0 && searchesLan(settings, network) && (await aPeer(mesh, clock, signal))
    }),
  )
  return mesh
}

/** A question to the LAN is answered within milliseconds, and a dial there takes a few more. */
const LAN_MS_MAX = 2_000

/** True once any peer is connected; false where none is in time. */
async function aPeer(mesh: Libp2pNetwork, clock: Clock, signal: AbortSignal | undefined): Promise<boolean> {
  const met = Promise.withResolvers<void>()
  using _watch = mesh.onPeer(() => met.resolve())
  using deadline = new Deadline(clock, LAN_MS_MAX, 'the first peer on the LAN', signal)
  if (mesh.connectedPeers().length === 0) await abortable(met.promise, deadline.signal).catch(() => undefined)
  return mesh.connectedPeers().length > 0
}

/** Addresses of `listen` with both ports; nothing where `listen` is empty: the node only dials. */
export function listenAddresses({
  listen,
  port,
  websocketPort,
}: Pick<Settings, 'listen' | 'port' | 'websocketPort'>): readonly string[] {
  return listen.flatMap((ip) => {
    const base = ip.includes(':') ? `/ip6/${ip}` : `/ip4/${ip}`
    return [`${base}/tcp/${port}`, `${base}/tcp/${websocketPort}/ws`]
  })
}

/** Given on the command line or in the network file: these a node keeps in touch with. */
function doorsOf(settings: Settings, key: SettingKey & ('bootstrap' | 'entryPeers')): readonly Door[] {
  return settings[key].map((address) => {
    const peer = address.slice(address.lastIndexOf('/') + 1)
    return { peer: checkedPeer(peer, address, key), address }
  })
}

function checkedPeer(text: string, address: string, key: SettingKey): PeerId {
  try {
    return peerId(peerIdFromString(text).toString())
  } catch (error) {
    const why = `${text} is no peer id`
    const remedy = 'Correct it where aitbc config says that it comes from.'
    const facts = { key, value: address, origin: 'the configuration', why, remedy }
    throw new MeshError('CONFIG_INVALID', facts, error)
  }
}
