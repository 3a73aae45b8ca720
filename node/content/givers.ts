/** Peers that may have a content: what each said of it, what it is being asked for, and when it may be asked again. */
import type { MeshError } from '../../protocols/kernel/errors.ts'
import type { Hash32, PeerId } from '../../protocols/kernel/ids.ts'
import { chooseList } from '../../protocols/rules/content/choose-list.ts'
import type { Giver } from '../../protocols/rules/content/choose-run.ts'
import type { Copy } from '../../protocols/wire/content/content-client.ts'

export class KnownPeer implements Giver {
  readonly peer: PeerId
  copy: Copy | undefined
  /** It said that it has everything: then it stands for its list. */
  claimedWhole = false
  /** It is being asked for its list, its set or a run. */
  isBusy = true
  flight: { next: number; end: number } | undefined
  restsUntilMs = 0
  lost = 0

  constructor(peer: PeerId) {
    this.peer = peer
  }

  has(chunk: number): boolean {
    return this.copy?.have.has(chunk) === true
  }
}

export class Givers {
  readonly #known = new Map<PeerId, KnownPeer>()
  /** Not asked again: what it sent was false, or next to nothing. Named in the error where nobody is left. */
  readonly #left = new Map<PeerId, MeshError>()
  readonly #failed = new Map<PeerId, MeshError>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  /** `undefined` where it is known, was left, or there are enough. */
  meet(peer: PeerId): KnownPeer | undefined {
    if (this.#known.has(peer) || this.#left.has(peer) || this.#known.size >= this.#max) return undefined
    const known = new KnownPeer(peer)
    this.#known.set(peer, known)
    return known
  }

  get all(): readonly KnownPeer[] {
    return [...this.#known.values()]
  }

  /** Those that hold it under this list, the ones with the shortest record of lost calls first. */
  under(list: Hash32): readonly KnownPeer[] {
    return this.all.filter(({ copy }) => copy?.list.id === list).sort((a, b) => a.lost - b.lost)
  }

  /** What became of peers that gave nothing, the latest of each, for people. */
  get reasons(): readonly string[] {
    return [...this.#left, ...this.#failed].map(([peer, error]) => `${peer}: ${error.message}`)
  }

  /** It may do better next time. */
  failed({ peer }: KnownPeer, error: MeshError): void {
    remember(this.#failed, peer, error)
  }

  /** The list to try next. */
  best(falseLists: ReadonlySet<Hash32>): Copy | undefined {
    const copies = this.all.flatMap((known) => (known.copy === undefined ? [] : [{ known, copy: known.copy }]))
    const lists = copies.filter(({ copy }) => !falseLists.has(copy.list.id))
    const best = chooseList(lists.map(({ known, copy }) => ({ list: copy.list.id, whole: known.claimedWhole })))
    return lists.find(({ copy }) => copy.list.id === best)?.copy
  }

  /** For now: a later look may find it again. */
  forget({ peer }: KnownPeer): void {
    this.#known.delete(peer)
  }

  leave(known: KnownPeer, error: MeshError): void {
    this.#known.delete(known.peer)
    this.#failed.delete(known.peer)
    remember(this.#left, known.peer, error)
  }
}

/** More than anybody reads; whoever has more names than that is asked again. */
const REMEMBERED_MAX = 256

function remember(errors: Map<PeerId, MeshError>, peer: PeerId, error: MeshError): void {
  errors.set(peer, error)
  if (errors.size > REMEMBERED_MAX) errors.delete(errors.keys().next().value!)
}
