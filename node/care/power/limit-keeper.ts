/**
 * Sets power limits on cards, and puts back those that it found: when it ends, and what an earlier run left because it was killed. A
 * card that takes no limit is told of once and kept by load.
 */
import { asMeshError, isMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import { powerLimitError } from '../../gpu/power-limit-error.ts'
import type { CardLook } from '../heat/heat-keeper.ts'
import type { EarlierLimit, EarlierLimits } from './earlier-limits.ts'

/** As a monitor of cards has it. */
export interface LimitSetter {
  canLimit(key: string): boolean
  /** @throws MeshError POWER_LIMIT, CANCELLED */
  powerLimit(key: string, signal?: AbortSignal): Promise<number>
  /** @throws MeshError POWER_LIMIT, CANCELLED */
  setPowerLimit(key: string, limitW: number, signal?: AbortSignal): Promise<void>
}

/** `put back`: the owner's is there again. */
export type LimitChange = 'set' | 'put back'

export interface LimitKeeperNeeds {
  readonly clock: Clock
  /** `undefined` until cards were looked for. */
  readonly setter: () => LimitSetter | undefined
  readonly limits: EarlierLimits
  /** Seconds of the cards in one of ours: 1 but for simulated ones. */
  readonly timeScale: number
  readonly onChange: (card: string, limitW: number, change: LimitChange) => void
  readonly onFailure: (error: MeshError) => void
}

/** Drivers round to eighths of a watt, and tools to hundredths. */
const SAME_W = 1
/** A card's power is a mean over some seconds. */
const SETTLED_MS = 5_000
/** More is given in steps: each is a tool that runs. */
const RAISED_W_MIN = 5
/** A card that cannot take a limit now may take it later; what its owner has to change he has been told. */
const RETRY_MS = 600_000
/** A driver that forgets it so often does not keep it. */
const LOST_MAX = 3
/** Readings in a row of a card that draws more than a limit lets it. */
const ABOVE_MAX = 5
const ABOVE_SHARE = 1.1
const ABOVE_W = 2

interface Limited {
  readonly limitW: number
  readonly atMs: number
  /** It does not stand any more. */
  isLost: boolean
  lost: number
  above: number
}

const driverOf = (name = 'a card'): string => `the driver of ${name}`
const isSame = (one: number, other: number): boolean => Math.abs(one - other) <= SAME_W

export class LimitKeeper implements AsyncDisposable {
  readonly #needs: LimitKeeperNeeds
  /** Of an earlier run, until they are back. */
  readonly #left: Set<string>
  readonly #set = new Map<string, Limited>()
  readonly #failedAtMs = new Map<string, number>()
  readonly #told = new Set<string>()
  readonly #toldBack = new Set<string>()

  constructor(needs: LimitKeeperNeeds) {
    this.#needs = needs
    this.#left = new Set(needs.limits.all().map(({ card }) => card))
  }

  /** Whether a card is kept to its share by a limit. */
  isKept(key: string): boolean {
    const failedAtMs = this.#failedAtMs.get(key)
    if (failedAtMs !== undefined && this.#nowMs() - failedAtMs < RETRY_MS) return false
    return !this.#left.has(key) && this.#needs.setter()?.canLimit(key) === true
  }

  /** Its owner's, where ours stands. */
  earlierW(key: string): number | undefined {
    return this.#needs.limits.of(key)?.earlierW
  }

  setW(key: string): number | undefined {
    return this.#set.get(key)?.limitW
  }

  /** What a reading says of a limit that was set: it may have been lost, or the card goes beyond it. */
  see({ key, name }: CardFacts, { powerW, powerLimitW }: CardReading): void {
    const set = this.#set.get(key)
    if (set === undefined || this.#nowMs() - set.atMs < SETTLED_MS) return
    set.above = powerW !== undefined && powerW > ABOVE_SHARE * set.limitW + ABOVE_W ? set.above + 1 : 0
    if (set.above >= ABOVE_MAX)
      this.#fail(key, powerLimitError(driverOf(name), 'unable', `it draws ${powerW} W under one of ${set.limitW} W`))
    else if (powerLimitW !== undefined && powerLimitW > set.limitW + SAME_W) {
      set.isLost = true
      if (set.lost >= LOST_MAX)
        this.#fail(key, powerLimitError(driverOf(name), 'unable', 'its driver does not keep it'))
    }
  }

  /**
   * @param limitW as the card's share asks for; what is not lower than its owner's changes nothing
   * @returns whether the card is kept by a limit: false after a failure, which was told
   * @throws MeshError CANCELLED
   */
  async apply(facts: CardFacts, limitW: number, signal: AbortSignal): Promise<boolean> {
    const { key } = facts
    const set = this.#set.get(key)
    if (set !== undefined && !set.isLost && !this.#isWorthIt(key, set, limitW)) return true
    try {
      await this.#setLimit(facts, limitW, signal)
      this.#told.delete(key)
      return true
    } catch (error) {
      if (isMeshError(error, 'CANCELLED')) throw error
      this.#fail(key, asMeshError(error))
      await this.#forgetWhereBack(key, signal)
      return false
    }
  }

  /** Puts back what an earlier run has left. @returns how many wait for their card, or its word @throws MeshError CANCELLED */
  async restoreLeft(looks: readonly CardLook[], signal: AbortSignal): Promise<number> {
    for (const key of this.#left) {
      const isHere = looks.some(({ facts, isGone }) => facts.key === key && !isGone)
      const entry = this.#needs.limits.of(key)
      if (entry === undefined) this.#left.delete(key)
      else if (isHere && (await this.#putBack(entry, signal))) this.#left.delete(key)
    }
    return this.#left.size
  }

  /** All limits of this node are gone then, or stand in the data folder for its next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#needs.limits.all().map((entry) => this.#putBack(entry)))
  }

  /** In the time of the cards. */
  #nowMs(): number {
    return this.#needs.clock.monotonicMs() * this.#needs.timeScale
  }

  #isWorthIt(key: string, set: Limited, limitW: number): boolean {
    const earlierW = this.earlierW(key) ?? limitW
    const wantedW = Math.min(limitW, earlierW)
    if (wantedW <= set.limitW - SAME_W) return true
    if (this.#nowMs() - set.atMs < SETTLED_MS) return false
    return wantedW >= set.limitW + RAISED_W_MIN || (wantedW === earlierW && !isSame(wantedW, set.limitW))
  }

  async #setLimit({ key, name, limits: own }: CardFacts, limitW: number, signal: AbortSignal): Promise<void> {
    const { limits, onChange } = this.#needs
    const setter = this.#needs.setter()!
    const before = this.#set.get(key)
    const standsW = await setter.powerLimit(key, signal)
    const standing = limits.of(key)?.ours.filter((each) => isSame(each, standsW)) ?? []
    const isOwners = standing.length === 0 && !isSame(standsW, own.powerWDefault ?? standsW)
    // Whoever sets one by hand while ours stands means that one.
    if (isOwners) limits.replaceEarlier(key, standsW)
    const earlierW = limits.of(key)?.earlierW ?? standsW
    const wantedW = Math.min(limitW, earlierW)
    if (before === undefined && limits.of(key) === undefined && wantedW >= earlierW - SAME_W) return
    if (limits.isFull && limits.of(key) === undefined)
      throw powerLimitError(driverOf(name), 'unable', 'limits of too many cards wait to be put back')
    limits.intend(key, earlierW, wantedW, standing.at(-1))
    await setter.setPowerLimit(key, wantedW, signal)
    const nowW = await setter.powerLimit(key, signal)
    if (!isSame(nowW, wantedW))
      throw powerLimitError(driverOf(name), 'unable', `${wantedW} W were set, and ${nowW} W stand`)
    const lost = before === undefined ? 0 : before.lost + (before.isLost ? 1 : 0)
    this.#set.set(key, { limitW: wantedW, atMs: this.#nowMs(), isLost: false, lost, above: 0 })
    onChange(key, wantedW, 'set')
  }

  #fail(key: string, error: MeshError): void {
    this.#failedAtMs.set(key, this.#nowMs())
    this.#set.delete(key)
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.#needs.onFailure(error)
  }

  /** A limit that was refused has changed nothing. */
  async #forgetWhereBack(key: string, signal: AbortSignal): Promise<void> {
    const entry = this.#needs.limits.of(key)
    if (entry === undefined) return
    try {
      const standsW = await this.#needs.setter()?.powerLimit(key, signal)
      if (standsW !== undefined && isSame(standsW, entry.earlierW)) this.#needs.limits.forget(key)
    } catch {
      // It stays written down, and is looked at again at the end.
    }
  }

  /** @returns whether nothing of ours is left on it @throws MeshError CANCELLED */
  async #putBack({ card, earlierW, ours }: EarlierLimit, signal?: AbortSignal): Promise<boolean> {
    const { limits, onChange } = this.#needs
    try {
      const setter = this.#needs.setter()
      if (setter?.canLimit(card) !== true) return false
      const standsW = await setter.powerLimit(card, signal)
      // What is neither ours nor what was before somebody else has set since: it is not for us to change.
      if (!isSame(standsW, earlierW) && ours.some((each) => isSame(each, standsW))) {
        await setter.setPowerLimit(card, earlierW, signal)
        const nowW = await setter.powerLimit(card, signal)
        if (!isSame(nowW, earlierW))
          throw powerLimitError(driverOf(undefined), 'unknown', `${earlierW} W were set, and ${nowW} W stand`)
        onChange(card, earlierW, 'put back')
      }
      limits.forget(card)
      this.#set.delete(card)
      return true
    } catch (error) {
      if (isMeshError(error, 'CANCELLED')) throw error
      if (!this.#toldBack.has(card)) this.#needs.onFailure(asMeshError(error))
      this.#toldBack.add(card)
      return false
    }
  }
}
