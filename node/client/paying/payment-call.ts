/**
 * The payment call to one miner, opened again whenever it breaks. What is said on it is the line's concern (payment-line.ts);
 * here it stands, is away, or is waited for.
 */
import { asMeshError, MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Address, AttemptId, PeerId } from '../../../protocols/kernel/ids.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import {
  type PaymentRequest,
  type PaymentResponse,
  paymentProtocol,
} from '../../../protocols/wire/payment/payment-protocol.ts'
import type { Purse } from './purse.ts'
import { RequestQueue } from './request-queue.ts'

/** Waits before the call is opened again; the last one is repeated. */
const REOPEN_MS = [200, 400, 800, 1_600, 3_200, 5_000] as const

export interface PaymentCallNeeds {
  readonly network: Network
  readonly clock: Clock
  readonly purse: Purse
}

/** Whose call it is. */
export interface CallOwner {
  /** Attempts to ask for with the opening. */
  missing(): readonly AttemptId[]
  /**
   * The miner has answered: from here on it tells unasked what it signs.
   * @param asked those that were asked for; the owner adds what it asks for now
   */
  opened(asked: Set<AttemptId>): void
  take(response: PaymentResponse, asked: ReadonlySet<AttemptId>): Promise<void>
  /** The call broke; it is tried again. */
  broke(error: MeshError): void
}

export class PaymentCall implements AsyncDisposable {
  readonly #needs: PaymentCallNeeds
  readonly #peer: PeerId
  readonly #miner: Address
  readonly #owner: CallOwner
  readonly #stop = new AbortController()
  /** Of the conversation at hand. */
  #turn = new AbortController()
  #outbox: RequestQueue | undefined
  #running: Promise<void> | undefined
  #away: MeshError | undefined
  #endPause: (() => void) | undefined

  constructor(needs: PaymentCallNeeds, peer: PeerId, miner: Address, owner: CallOwner) {
    this.#needs = needs
    this.#peer = peer
    this.#miner = miner
    this.#owner = owner
  }

  get isOpen(): boolean {
    return this.#outbox !== undefined
  }

  /** Why the last try to open the call failed; while it is tried again nobody knows. */
  get away(): MeshError | undefined {
    return this.#away
  }

  /** Aborted when the line is closed. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** Opens the call where it is not; it stays open until disposed, and opens again when it breaks. */
  open(): void {
    this.#running ??= this.#keepOpen()
  }

  /** As {@link open}, for somebody who waits for it: the pause before the next try is over. */
  openNow(): void {
    this.open()
    this.#away = undefined
    this.#endPause?.()
  }

  /**
   * Begins a call that stands, or is being opened, anew at once: its first message says something else now. From this moment
   * nothing is sent on the old one.
   */
  reopen(): void {
    this.#turn.abort(new MeshError('CANCELLED'))
    this.#outbox?.end()
    this.#outbox = undefined
  }

  /** Nothing where the call does not stand: whoever sends says it again when it does. */
  send(request: PaymentRequest): void {
    this.#outbox?.push(request)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new MeshError('CANCELLED'))
    this.reopen()
    await this.#running
  }

  async #keepOpen(): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted; ) {
      this.#away = undefined
      const turn = new AbortController()
      this.#turn = turn
      try {
        await this.#converse(turn.signal, () => {
          failures = 0
        })
      } catch (error) {
        if (turn.signal.aborted && !this.#stop.signal.aborted) continue
        this.#away = asMeshError(error)
        this.#owner.broke(this.#away)
      }
      if (this.#stop.signal.aborted) return
      if (turn.signal.aborted) continue
      await this.#pause(REOPEN_MS[Math.min(failures++, REOPEN_MS.length - 1)]!)
    }
  }

  async #converse(signal: AbortSignal, onOpen: () => void): Promise<void> {
    const { network, purse, clock } = this.#needs
    const asked = new Set(this.#owner.missing())
    const outbox = new RequestQueue({
      kind: 'open',
      payer: purse.payer,
      session: purse.session,
      grant: purse.grant,
      proof: purse.prove(this.#miner, network.self, clock.nowMs()),
      missing: [...asked],
    })
    try {
      for await (const response of network.call(this.#peer, paymentProtocol, outbox, { signal })) {
        throwIfAborted(signal)
        if (response.kind === 'books' && this.#outbox !== outbox) {
          this.#outbox = outbox
          onOpen()
          this.#owner.opened(asked)
        }
        await this.#owner.take(response, asked)
      }
    } finally {
      outbox.end()
      if (this.#outbox === outbox) this.#outbox = undefined
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel()
        this.#stop.signal.removeEventListener('abort', done)
        this.#endPause = undefined
        resolve()
      }
      const timer = this.#needs.clock.after(ms, done)
      this.#stop.signal.addEventListener('abort', done, { once: true })
      this.#endPause = done
    })
  }
}
