/**
 * Notices that this machine's clock is off. An offer says when it was signed; one that arrives says how the clocks differ. Offers
 * that the clock makes us ignore are the ones that matter, so they are heard too, once their signature is checked.
 */

import { AgeingMap } from '../../protocols/kernel/ageing-map.ts'
import { MalformedError, UnsupportedError } from '../../protocols/kernel/cbor-reader.ts'
import { isMeshError } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { Judged, Topic } from '../../protocols/kernel/topic.ts'
import { OFF_MS } from '../../protocols/rules/clock/clock-standing.ts'
import { OffsetVotes } from '../../protocols/rules/clock/offset-votes.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import { type Offer, openOffer } from '../../protocols/wire/offer/offer.ts'
import { OFFER_TTL_MS } from '../../protocols/wire/offer/offer-body.ts'

/** Signatures checked only for this: enough for a median within a minute, and no work for a flooder to give. */
const CHECKS_PER_MINUTE_MAX = 30
/** A wall clock that moved by more against the monotonic one was set: what was heard before says nothing of it. */
const SET_MS = 2_000
/** Above the voters of a median. */
const AUTHORS_MAX = 1_024

export interface ClockState {
  /** The others' clock less ours. */
  readonly offsetMs: number
  /** Authors heard. */
  readonly voters: number
}

export interface ClockWatchNeeds {
  readonly domain: SigningDomain
  readonly clock: Clock
  /** Told when the clock is found off, and when it is right again. */
  readonly onChange: (isOff: boolean, state: ClockState) => void
}

export class ClockWatch {
  readonly #needs: ClockWatchNeeds
  #votes = new OffsetVotes()
  #bootMs: number | undefined
  /** Highest sequence of an author: what was heard before tells of the time when it was heard before. */
  readonly #heard = new AgeingMap<Address, bigint>()
  #isOff = false
  #minute = 0
  #checks = 0

  constructor(needs: ClockWatchNeeds) {
    this.#needs = needs
  }

  /** `undefined` where too few have been heard. */
  get state(): ClockState | undefined {
    this.#forgetIfSet()
    return this.#votes.median(this.#needs.clock.monotonicMs())
  }

  /** The topic, with an ear on what it judges. */
  over(topic: Topic<Offer>): Topic<Offer> {
    return {
      ...topic,
      judge: (data, context) => {
        const judged = topic.judge(data, context)
        this.#hear(judged, data)
        return judged
      },
    }
  }

  #hear({ verdict, value, reason }: Judged<Offer>, data: Uint8Array): void {
    if (verdict === 'accept' && value !== undefined) this.#vote(value)
    else if (verdict === 'ignore' && UNTIMELY.has(reason ?? '')) this.#hearUntimely(data)
  }

  #hearUntimely(data: Uint8Array): void {
    const minute = Math.floor(this.#needs.clock.monotonicMs() / 60_000)
    if (minute !== this.#minute) [this.#minute, this.#checks] = [minute, 0]
    if (++this.#checks > CHECKS_PER_MINUTE_MAX) return
    try {
      this.#vote(openOffer(this.#needs.domain, data))
    } catch (error) {
      // Not signed by who it says: it has no vote.
      if (!(error instanceof MalformedError || error instanceof UnsupportedError || isMeshError(error))) throw error
    }
  }

  #vote({ miner, head }: Offer): void {
    const { clock, onChange } = this.#needs
    if ((this.#heard.get(miner) ?? -1n) >= head.sequence) return
    this.#heard.set(miner, head.sequence)
    if (this.#heard.size > AUTHORS_MAX) this.#heard.delete(this.#heard.oldest()!)
    const now = clock.monotonicMs()
    this.#forgetIfSet()
    const signedAtMs = Number(head.expiresAtMs) - OFFER_TTL_MS
    this.#votes.add(miner, signedAtMs - clock.nowMs(), now)
    const state = this.#votes.median(now)
    if (state === undefined) return
    const isOff = Math.abs(state.offsetMs) > OFF_MS
    if (isOff === this.#isOff) return
    this.#isOff = isOff
    onChange(isOff, state)
  }

  #forgetIfSet(): void {
    const { clock } = this.#needs
    const bootMs = clock.nowMs() - clock.monotonicMs()
    if (this.#bootMs !== undefined && Math.abs(bootMs - this.#bootMs) > SET_MS) this.#votes = new OffsetVotes()
    this.#bootMs = bootMs
  }
}

/** Reasons of `judgeOffer` that speak of time. */
const UNTIMELY: ReadonlySet<string> = new Set(['expired', 'stands too long', 'sequence ahead of time'])
