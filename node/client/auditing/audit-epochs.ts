/**
 * The secrets by which receipts are drawn: one an epoch, committed to before each miner that this client works with, and told when nothing
 * is drawn by it any more, with what the audits found. All of it runs behind the jobs, and nobody waits for it.
 */
import { asMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, Hash32, PeerId } from '../../../protocols/kernel/ids.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { Clock, Hasher, Random, Timer } from '../../../protocols/kernel/ports.ts'
import {
  commitmentTo,
  type Epochs,
  epochOf,
  isDrawn,
  revealedFromMs,
  SECRET_BYTES,
  secretOfEpoch,
} from '../../../protocols/rules/auditing/audit-draw.ts'
import { tellAudits, tellCommitment } from '../../../protocols/wire/audit/audit-client.ts'
import type { ToldAudit } from '../../../protocols/wire/audit/audit-messages.ts'
import { OUTCOMES_MAX } from '../../../protocols/wire/audit/audit-protocol.ts'

/** Miners that are told of an epoch: more than any client gives work to in an hour. */
const MINERS_MAX = 1_024
/** Told at once; the others wait. */
const TELLING_MAX = 4
/** At the end what is known is told in this, or not at all: a miner that hears nothing has lost nothing. */
const LAST_WORDS_MS = 2_000
/** Audits of an epoch that still run are waited for so often, a grace each. */
const POSTPONED_MAX = 3

export interface AuditEpochsNeeds {
  readonly network: Pick<Network, 'call'>
  readonly clock: Clock
  readonly random: Random
  readonly hasher: Pick<Hasher, 'keccak256'>
  readonly epochs: Epochs
  /** A miner could not be told, or refused what it was. It may not know the protocol. */
  readonly onUntold?: (miner: Address, error: MeshError | string) => void
}

interface Told {
  readonly peer: PeerId
  readonly audits: ToldAudit[]
}

interface Epoch {
  readonly number: number
  readonly secret: Uint8Array
  readonly miners: Map<Address, Told>
  /** Audits that were drawn by it and have not ended. */
  running: number
  postponed: number
  timer: Timer | undefined
}

/** What one job is drawn by: the epoch in which it ended. */
export interface EpochDraw {
  isDrawn(receipt: Hash32, share: number): boolean
  /** An audit begins; ends it, with what the miner is to hear, or nothing. */
  begin(): (miner: Address, audit: ToldAudit | undefined) => void
}

export class AuditEpochs implements AsyncDisposable {
  readonly #needs: AuditEpochsNeeds
  /** Of this run alone: the next one must draw by another. */
  readonly #root: Uint8Array
  readonly #open = new Map<number, Epoch>()
  readonly #stop = new AbortController()
  readonly #waiting: (() => Promise<void>)[] = []
  readonly #telling = new Set<Promise<void>>()
  #isOver = false

  constructor(needs: AuditEpochsNeeds) {
    this.#needs = needs
    this.#root = needs.random.bytes(SECRET_BYTES)
  }

  /** Work is sent to this miner: it is told that receipts of this epoch are drawn. */
  works(miner: Address, peer: PeerId): void {
    const epoch = this.#current()
    if (this.#isOver || epoch.miners.has(miner) || epoch.miners.size >= MINERS_MAX) return
    epoch.miners.set(miner, { peer, audits: [] })
    const { network, hasher } = this.#needs
    const commitment = commitmentTo(hasher, epoch.number, epoch.secret)
    this.#tell(miner, () => tellCommitment(network, peer, epoch.number, commitment, { signal: this.#stop.signal }))
  }

  draw(): EpochDraw {
    const epoch = this.#current()
    return {
      // Who has been told the secret could have made the receipt that is not drawn.
      isDrawn: (receipt, share) =>
        this.#open.get(epoch.number) === epoch && isDrawn(this.#needs.hasher, epoch.secret, receipt, share),
      begin: () => {
        epoch.running++
        let isOver = false
        return (miner, audit) => {
          if (isOver) return
          isOver = true
          epoch.running--
          const told = epoch.miners.get(miner)
          if (audit !== undefined && told !== undefined && told.audits.length < OUTCOMES_MAX) told.audits.push(audit)
        }
      },
    }
  }

  /** Tells all secrets, for nothing is drawn by them any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    for (const epoch of [...this.#open.values()]) this.#reveal(epoch)
    const late = this.#needs.clock.after(LAST_WORDS_MS, () => this.#stop.abort())
    while (this.#telling.size > 0) await Promise.all(this.#telling)
    late.cancel()
    this.#stop.abort()
  }

  #current(): Epoch {
    const { clock, epochs, hasher } = this.#needs
    const nowMs = clock.nowMs()
    const number = epochOf(epochs, nowMs)
    const known = this.#open.get(number)
    if (known !== undefined) return known
    const secret = secretOfEpoch(hasher, this.#root, number)
    const epoch: Epoch = { number, secret, miners: new Map(), running: 0, postponed: 0, timer: undefined }
    this.#open.set(number, epoch)
    this.#remind(epoch, revealedFromMs(epochs, number) - nowMs)
    return epoch
  }

  #remind(epoch: Epoch, inMs: number): void {
    epoch.timer = this.#needs.clock.after(inMs, () => {
      if (epoch.running === 0 || ++epoch.postponed > POSTPONED_MAX) this.#reveal(epoch)
      else this.#remind(epoch, this.#needs.epochs.graceMs)
    })
  }

  #reveal(epoch: Epoch): void {
    epoch.timer?.cancel()
    this.#open.delete(epoch.number)
    const { network } = this.#needs
    const options = { signal: this.#stop.signal }
    for (const [miner, { peer, audits }] of epoch.miners) {
      this.#tell(miner, async () => {
        const heard = await tellAudits(network, peer, epoch.number, epoch.secret, audits, options)
        return heard.audits.find((answer) => answer !== 'noted') ?? heard.secret
      })
    }
  }

  /** Behind those that are told already. */
  #tell(miner: Address, call: () => Promise<string>): void {
    this.#waiting.push(async () => {
      try {
        const answer = await call()
        if (answer !== 'noted') this.#needs.onUntold?.(miner, answer)
      } catch (error) {
        if (!this.#stop.signal.aborted) this.#needs.onUntold?.(miner, asMeshError(error))
      }
    })
    this.#next()
  }

  #next(): void {
    while (this.#telling.size < TELLING_MAX) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      const telling = next().finally(() => {
        this.#telling.delete(telling)
        this.#next()
      })
      this.#telling.add(telling)
    }
  }
}
