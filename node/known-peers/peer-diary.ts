/** Remembers the peers that a node meets, and keeps them on disk for its next start: now and then, and at the end. */
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { PeerId } from '../../protocols/kernel/ids.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import type { Libp2pNetwork } from '../network/libp2p-network.ts'
import type { KnownPeersFile } from './known-peers-file.ts'
import type { PeerMemory } from './peer-memory.ts'

/** From the first change on: the peers of a start come within seconds, and a node that is killed has lost no more than this. */
const SAVE_MS_FIRST = 5_000
/** Between writes: each waits for the disk. */
const SAVE_MS = 300_000

export interface PeerDiaryNeeds {
  readonly network: Pick<Libp2pNetwork, 'onMet' | 'onPeer' | 'connectedPeers'>
  readonly clock: Clock
  readonly memory: PeerMemory
  readonly file: Pick<KnownPeersFile, 'write'>
  /** Those of the network file are known already. */
  readonly except: ReadonlySet<PeerId>
  readonly onFailure: (error: MeshError) => void
}

export class PeerDiary implements Disposable {
  readonly #needs: PeerDiaryNeeds
  readonly #watches: readonly Disposable[]
  #timer: Timer | undefined
  #saveMs = SAVE_MS_FIRST
  /** A node that has never met anybody leaves no file. */
  #isBlank: boolean

  constructor(needs: PeerDiaryNeeds) {
    const { network, clock, memory, except } = needs
    this.#needs = needs
    this.#isBlank = memory.size === 0
    this.#watches = [
      network.onMet(({ peer, addresses }) => {
        if (!except.has(peer) && memory.met(peer, addresses, clock.nowMs())) this.#saveSoon()
      }),
      network.onPeer((peer, state) => {
        if (state !== 'disconnected' || !memory.has(peer)) return
        memory.seen(peer, clock.nowMs())
        this.#saveSoon()
      }),
    ]
  }

  [Symbol.dispose](): void {
    for (const watch of this.#watches) watch[Symbol.dispose]()
    this.#timer?.cancel()
    this.#save()
  }

  #saveSoon(): void {
    this.#isBlank = false
    this.#timer ??= this.#needs.clock.after(this.#saveMs, () => {
      this.#timer = undefined
      this.#saveMs = SAVE_MS
      this.#save()
      // Who stays connected is seen the whole time.
      if (this.#needs.memory.size > 0) this.#saveSoon()
    })
  }

  #save(): void {
    const { network, clock, memory, file, onFailure } = this.#needs
    if (this.#isBlank) return
    for (const peer of network.connectedPeers()) memory.seen(peer, clock.nowMs())
    try {
      file.write(memory)
    } catch (error) {
      onFailure(asMeshError(error))
    }
  }
}
