/**
 * What clients tell this miner of their audits: their commitments, and afterwards what was drawn and found. It believes none of them and
 * changes nothing; its owner sees it, and whether who was audited was drawn by chance.
 */
import type { Hash32, PeerId } from '../../../protocols/kernel/ids.ts'
import type { Hasher } from '../../../protocols/kernel/ports.ts'
import { commitmentOpens, isDrawn } from '../../../protocols/rules/auditing/audit-draw.ts'
import type { AuditedDesk, OpenedEpoch } from '../../../protocols/wire/audit/audit-handler.ts'
import type { AuditRefusal, ToldAudit } from '../../../protocols/wire/audit/audit-messages.ts'

/** An hour each: whoever has more open than this never opens them. */
export const COMMITMENTS_OF_PEER_MAX = 16
/** Clients of a busy day; 400 kB. Where they are too many, who has most of them gives way: few peers cannot keep the others out. */
export const COMMITMENTS_MAX = 4_096

export interface ToldOutcome extends ToldAudit {
  readonly peer: PeerId
  /** By the secret, which was committed to before. */
  readonly isFair: boolean
}

/** Since the start. */
export interface ToldTally {
  readonly matched: number
  readonly mismatched: number
  readonly inconclusive: number
  /** Of them, those that were not drawn. */
  readonly unfair: number
  /** Secrets that did not open what had been committed to. */
  readonly falseSecrets: number
}

export interface AuditsToldNeeds {
  readonly hasher: Pick<Hasher, 'keccak256'>
  /** Whether a receipt of this hash was signed here for this attempt. */
  readonly isOurs: (audit: Pick<ToldAudit, 'attempt' | 'receipt'>) => boolean
  readonly onTold: (outcome: ToldOutcome) => void
  readonly onFalseSecret: (peer: PeerId) => void
}

interface Commitment {
  readonly peer: PeerId
  readonly epoch: number
  readonly commitment: Hash32
}

export class AuditsTold implements AuditedDesk {
  readonly #needs: AuditsToldNeeds
  /** In the order in which they came, by peer and epoch. */
  readonly #open = new Map<string, Commitment>()
  readonly #ofPeer = new Map<PeerId, number>()
  #tally: ToldTally = { matched: 0, mismatched: 0, inconclusive: 0, unfair: 0, falseSecrets: 0 }

  constructor(needs: AuditsToldNeeds) {
    this.#needs = needs
  }

  get tally(): ToldTally {
    return this.#tally
  }

  commit(peer: PeerId, epoch: number, commitment: Hash32): AuditRefusal | undefined {
    const key = keyOf(peer, epoch)
    const known = this.#open.get(key)
    // A second one of an epoch would be a choice of which to open.
    if (known !== undefined) return known.commitment === commitment ? undefined : 'full'
    if ((this.#ofPeer.get(peer) ?? 0) >= COMMITMENTS_OF_PEER_MAX) this.#forget(this.#oldestOf(peer)!)
    if (this.#open.size >= COMMITMENTS_MAX && !this.#makeRoomFor(peer)) return 'full'
    this.#open.set(key, { peer, epoch, commitment })
    this.#ofPeer.set(peer, (this.#ofPeer.get(peer) ?? 0) + 1)
    return undefined
  }

  reveal(peer: PeerId, epoch: number, secret: Uint8Array): OpenedEpoch | AuditRefusal {
    const key = keyOf(peer, epoch)
    const known = this.#open.get(key)
    if (known === undefined) return 'unknown'
    if (!commitmentOpens(this.#needs.hasher, known.commitment, epoch, secret)) {
      this.#tally = { ...this.#tally, falseSecrets: this.#tally.falseSecrets + 1 }
      this.#needs.onFalseSecret(peer)
      return 'false'
    }
    this.#forget(key)
    return { peer, epoch, secret }
  }

  told({ peer, secret }: OpenedEpoch, audit: ToldAudit): AuditRefusal | undefined {
    if (!this.#needs.isOurs(audit)) return 'unknown'
    const { outcome, receipt, share } = audit
    const isFair = isDrawn(this.#needs.hasher, secret, receipt, share)
    this.#tally = {
      ...this.#tally,
      [outcome]: this.#tally[outcome] + 1,
      unfair: this.#tally.unfair + (isFair ? 0 : 1),
    }
    this.#needs.onTold({ ...audit, peer, isFair })
    return isFair ? undefined : 'unfair'
  }

  /** The peer that would still have more than this one gives up its oldest. */
  #makeRoomFor(peer: PeerId): boolean {
    const wanted = (this.#ofPeer.get(peer) ?? 0) + 1
    let [fullest, most] = [peer, wanted]
    for (const [other, count] of this.#ofPeer) if (count > most) [fullest, most] = [other, count]
    if (most === wanted) return false
    this.#forget(this.#oldestOf(fullest)!)
    return true
  }

  #oldestOf(peer: PeerId): string | undefined {
    for (const [key, commitment] of this.#open) if (commitment.peer === peer) return key
    return undefined
  }

  #forget(key: string): void {
    const known = this.#open.get(key)
    if (known === undefined) return
    this.#open.delete(key)
    const left = this.#ofPeer.get(known.peer)! - 1
    if (left > 0) this.#ofPeer.set(known.peer, left)
    else this.#ofPeer.delete(known.peer)
  }
}

const keyOf = (peer: PeerId, epoch: number): string => `${peer}/${epoch}`
