/** The peers of earlier runs as parts of a node: read at the start, a way in beside the doors, written now and then. */
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import { EarlierPeers } from '../../known-peers/earlier-peers.ts'
import { KnownPeersFile } from '../../known-peers/known-peers-file.ts'
import { PeerDiary } from '../../known-peers/peer-diary.ts'
import { PeerMemory } from '../../known-peers/peer-memory.ts'
import type { Libp2pNetwork } from '../../network/libp2p-network.ts'
import { networkPresets } from '../../network/network-preset.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'

/** A full node answers lookups: it must not hang on one neighbour. A light peer asks three directories and leaves. */
const WANTED_FULL = 4
const WANTED_LIGHT = 2

export async function rememberPeers(
  parts: Parts,
  { settings, network, bus, clock, random, folder }: Foundation,
  mesh: Libp2pNetwork,
  doors: ReadonlySet<PeerId>,
): Promise<EarlierPeers> {
  const file = new KnownPeersFile(folder.file('knownPeers'), network.networkId)
  const { peers, damage } = file.read(clock.nowMs())
  const during = 'reading the peers of earlier runs'
  if (damage !== undefined) bus.emit({ kind: 'trouble', during, error: damage })
  const memory = new PeerMemory(networkPresets[network.preset].privateAddresses, peers)
  await parts.start(
    'known peers',
    () =>
      new PeerDiary({
        network: mesh,
        clock,
        memory,
        file,
        except: doors,
        onFailure: bus.trouble('keeping the known peers'),
      }),
  )
  const wanted = settings.listen.length > 0 ? WANTED_FULL : WANTED_LIGHT
  return parts.start(
    'peers of earlier runs',
    () =>
      new EarlierPeers({ network: mesh, clock, random, memory, doors, wanted, onEvent: (event) => bus.emit(event) }),
  )
}
