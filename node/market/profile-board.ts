/** This node's own profile on the DHT: put at the start, again before holders forget it, on change, and as paused at the end. */
import { asMeshError, isMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock, Signer, Timer } from '../../protocols/kernel/ports.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import { type Profile, profileSpace, signProfile } from '../../protocols/wire/profile/profile.ts'
import type { ProfileBody } from '../../protocols/wire/profile/profile-body.ts'

/** A put is a lookup and some twenty signature checks for others: changes are told at most once a minute. */
export const CHANGE_MS_MIN = 60_000
/** Holders leave, and what they kept with them: within 30 minutes, less what a put and its repetition take. */
const RENEW_MS_MAX = 1_500_000
/** A mesh that is forming has its closest holders still to come, so the first renewals are sooner, each twice as late as the last. */
const RENEW_MS_FIRST = 60_000
/** Where nobody was there to take it, or it failed: again after this, each time twice as late, up to a renewal of a young mesh. */
const RETRY_MS_FIRST = 500
const RETRY_MS_MAX = 60_000
/** The last word of a node that stops; a network that does not answer must not keep it up. */
const FAREWELL_MS_MAX = 5_000

export interface ProfileBoardNeeds {
  readonly network: Network
  readonly domain: SigningDomain
  readonly signer: Signer
  readonly clock: Clock
  /** What the node is now; asked before every put. */
  readonly describe: () => Omit<ProfileBody, 'paused'>
  /** Durable before it answers: a sequence is used once, also across crashes. */
  readonly nextSequence: (nowMs: number) => Promise<bigint>
  /** Sees what somebody keeps now. */
  readonly onPublished?: (profile: Profile) => void
  /** Hears of what nobody waits for; that no peer is there yet is no failure. */
  readonly onFailure: (error: MeshError) => void
}

export class ProfileBoard implements AsyncDisposable {
  readonly #needs: ProfileBoardNeeds
  readonly #space: ReturnType<typeof profileSpace>
  #current: Profile | undefined
  #paused = false
  #held = false
  #dirty = false
  #stage: 'new' | 'up' | 'stopping' | 'down' = 'new'
  #timer: Timer | undefined
  #dueAtMs = Number.POSITIVE_INFINITY
  #renewMs = RENEW_MS_FIRST
  #retryMs = RETRY_MS_FIRST
  #publishedAtMs = Number.NEGATIVE_INFINITY
  #running: Promise<void> | undefined
  #queued: Promise<void> | undefined
  #giveUp = new AbortController()

  constructor(needs: ProfileBoardNeeds) {
    this.#needs = needs
    this.#space = profileSpace(needs.domain)
  }

  /** The newest that a peer took; undefined while nobody did. */
  get current(): Profile | undefined {
    return this.#current
  }

  get paused(): boolean {
    return this.#paused
  }

  /**
   * Puts the profile once, and keeps it alive until disposed. Resolves also where nobody is there to take it yet.
   * @throws RangeError for a description that breaks its bounds; MeshError CERTIFICATE_INVALID, and what `nextSequence` throws
   */
  async start(): Promise<void> {
    if (this.#stage !== 'new') return
    this.#stage = 'up'
    try {
      await this.#publish()
    } catch (error) {
      this.#stage = 'down'
      this.#timer?.cancel()
      throw error
    }
  }

  /** Something that the profile says has changed: told as soon as the rate allows. */
  changed(): void {
    this.#dirty = true
    // A put that is under way, or waits for its repetition, is followed by one that says it.
    if (this.#stage !== 'up' || this.#running !== undefined || this.#current === undefined) return
    const dueAtMs = this.#changeDueAtMs()
    if (dueAtMs < this.#dueAtMs) this.#schedule(dueAtMs - this.#needs.clock.monotonicMs())
  }

  /** Says that the node takes no work, or does again; at once, for work sent in vain costs its sender time. */
  async pause(paused: boolean): Promise<void> {
    if (this.#paused === paused) return
    this.#paused = paused
    if (this.#stage === 'up') await this.#publish()
  }

  /** Says nothing, for what would be signed carries a false time; or says it again, at once. */
  hold(held: boolean): void {
    if (this.#held === held) return
    this.#held = held
    if (held) this.#timer?.cancel()
    else this.#schedule(0)
  }

  /** Leaves the profile behind as paused, where the network takes it in time. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { clock, onFailure } = this.#needs
    if (this.#stage === 'stopping' || this.#stage === 'down') return
    const wasUp = this.#stage === 'up'
    this.#stage = 'stopping'
    this.#paused = true
    this.#timer?.cancel()
    // What is under way says something that is no longer true.
    this.#giveUp.abort()
    await this.#running?.catch(() => undefined)
    if (wasUp) {
      this.#giveUp = new AbortController()
      const farewell = clock.after(FAREWELL_MS_MAX, () => this.#giveUp.abort())
      await this.#publish().catch((error: unknown) => onFailure(asMeshError(error)))
      farewell.cancel()
    }
    this.#stage = 'down'
  }

  /** One put at a time; whoever asks while one is under way shares the next, which says all that was asked for until then. */
  #publish(): Promise<void> {
    if (this.#queued !== undefined) return this.#queued
    if (this.#running === undefined) return this.#run()
    this.#queued = this.#running
      .catch(() => undefined)
      .then(() => {
        this.#queued = undefined
        return this.#run()
      })
    return this.#queued
  }

  #run(): Promise<void> {
    this.#running = this.#publishNow().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #publishNow(): Promise<void> {
    const { domain, signer, clock, describe, nextSequence, onPublished } = this.#needs
    if (this.#stage === 'down' || this.#held) return
    const { signal } = this.#giveUp
    this.#dirty = false
    try {
      const nowMs = clock.nowMs()
      const body: ProfileBody = { ...describe(), ...(this.#paused ? { paused: 1 } : {}) }
      const profile = signProfile(domain, signer, body, { sequence: await nextSequence(nowMs), nowMs })
      if (await this.#put(profile, signal)) {
        this.#current = profile
        this.#publishedAtMs = clock.monotonicMs()
        this.#retryMs = RETRY_MS_FIRST
        onPublished?.(profile)
        this.#scheduleNext()
      } else this.#scheduleRetry()
    } catch (error) {
      this.#scheduleRetry()
      throw error
    }
  }

  /** False where no peer keeps it: one that only this node itself keeps is told to nobody. */
  async #put(profile: Profile, signal: AbortSignal): Promise<boolean> {
    const { network } = this.#needs
    try {
      await network.putRecord(this.#space, profile, profile.bytes, signal)
    } catch (error) {
      if (isMeshError(error, 'NO_PEERS')) return false
      throw error
    }
    return network.connectedPeers().length > 0
  }

  #scheduleNext(): void {
    if (this.#dirty) {
      this.#schedule(this.#changeDueAtMs() - this.#needs.clock.monotonicMs())
      return
    }
    this.#schedule(this.#renewMs)
    this.#renewMs = Math.min(2 * this.#renewMs, RENEW_MS_MAX)
  }

  #changeDueAtMs(): number {
    return Math.max(this.#publishedAtMs + CHANGE_MS_MIN, this.#needs.clock.monotonicMs())
  }

  #scheduleRetry(): void {
    this.#schedule(this.#retryMs)
    this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS_MAX)
  }

  #schedule(delayMs: number): void {
    if (this.#stage !== 'up' || this.#held) return
    const { clock } = this.#needs
    this.#timer?.cancel()
    this.#dueAtMs = clock.monotonicMs() + delayMs
    this.#timer = clock.after(delayMs, () => {
      this.#dueAtMs = Number.POSITIVE_INFINITY
      this.#publish().catch((error: unknown) => {
        // Given up for the last word: that one tells how it went.
        if (this.#stage === 'up') this.#needs.onFailure(asMeshError(error))
      })
    })
  }
}
