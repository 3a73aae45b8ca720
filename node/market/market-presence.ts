/**
 * Whether this miner is in the market: offer, profile and capability keys say the same, whatever keeps it out. While its card is leased, and
 * while it rests, nobody is sent to it; its lessee finds it by the booking that it keeps.
 */
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'

export interface MarketPresenceNeeds {
  /** Withdrawn by either; each can be taken back alone. */
  readonly offer: {
    pause(isPaused: boolean): Promise<void>
    lease(isLeased: boolean): Promise<void>
  }
  /** Announces what this miner can do, or nothing. */
  readonly announce: (isOut: boolean) => void
  readonly onFailure: (during: string, error: MeshError) => void
}

export class MarketPresence {
  readonly #needs: MarketPresenceNeeds
  #profile: { pause(isPaused: boolean): Promise<void> } | undefined
  #isUp = false
  #isResting = false
  #isLeased = false

  constructor(needs: MarketPresenceNeeds) {
    this.#needs = needs
  }

  get isOut(): boolean {
    return this.#isResting || this.#isLeased
  }

  /** This profile says it too, from its first word on. */
  bring(profile: { pause(isPaused: boolean): Promise<void> }): void {
    this.#profile = profile
    this.#tell()
  }

  /** From here on keys are announced. */
  start(): void {
    this.#isUp = true
    this.#tell()
  }

  /** What this miner can do has changed. */
  changed(): void {
    if (this.#isUp && !this.isOut) this.#needs.announce(false)
  }

  /**
   * The card takes no work at all, or does again.
   * @throws MeshError where the offer cannot be signed or sent now: its board tries again
   */
  rest(isResting: boolean): Promise<void> {
    this.#isResting = isResting
    this.#tell()
    // Who looks for the profile or a key meanwhile is refused: the offer is what others act on, and is waited for.
    return this.#needs.offer.pause(isResting)
  }

  /** The card serves one lessee alone, or everybody again. @throws as {@link rest} */
  lease(isLeased: boolean): Promise<void> {
    this.#isLeased = isLeased
    this.#tell()
    return this.#needs.offer.lease(isLeased)
  }

  #tell(): void {
    const { announce, onFailure } = this.#needs
    if (this.#isUp) announce(this.isOut)
    this.#profile?.pause(this.isOut).catch((error: unknown) => onFailure('publishing the profile', asMeshError(error)))
  }
}
