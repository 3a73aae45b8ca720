/** Whether this node can run a job now: what it needs for one, looked at and not believed. */

import { abortable } from '../../protocols/kernel/abortable.ts'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { ChainHead, Clock } from '../../protocols/kernel/ports.ts'
import type { MeshClient } from '../client/mesh-client.ts'
import type { Space } from '../storage/space-reserve.ts'

/** Both sides of a job allow so much between the heads that they know. */
const HEAD_AGE_SECONDS_MAX = 60
/** A look stays good for so long: a watcher may ask as often as it likes, and the directories are not asked each time. */
const FRESH_MS = 5_000
/** Directories that answer do so within a second, and watchers do not wait long. */
const DIRECTORIES_MS_MAX = 5_000

export interface HealthNeeds {
  readonly clock: Clock
  readonly client: Pick<MeshClient, 'search' | 'book'>
  readonly head: () => ChainHead
  /** Why the journal does not sign any more. */
  readonly signingStopped: () => MeshError | undefined
  readonly space: () => Space
}

export interface HealthReport {
  readonly ok: boolean
  readonly checks: {
    /** The block that this node would name in a job. */
    readonly chain: Check & { readonly headAgeSeconds: number; readonly headAgeSecondsMax: number }
    /** It signs what it promises. */
    readonly journal: Check
    /** There is room to keep what it signs. */
    readonly disk: Check
    /** At least one has just answered. */
    readonly directories: Check
    /** Live ones that this node knows. */
    readonly offers: Check & { readonly known: number }
  }
}

export interface Check {
  readonly ok: boolean
  /** Code of the error catalogue. */
  readonly error?: string
  /** What was looked at. */
  readonly [figure: string]: unknown
}

/** What looks at a node, whatever its roles. */
export interface HealthLook {
  look(signal: AbortSignal): Promise<{ readonly ok: boolean }>
}

export class NodeHealth implements HealthLook {
  readonly #needs: HealthNeeds
  readonly #stop: AbortSignal
  #search: { readonly done: Promise<Check>; readonly beganAtMs: number } | undefined

  constructor(needs: HealthNeeds, stop: AbortSignal) {
    this.#needs = needs
    this.#stop = stop
  }

  /** @throws the signal's reason; MeshError BUG */
  async look(signal: AbortSignal): Promise<HealthReport> {
    const directories = await abortable(this.#directories(), signal)
    const known = this.#needs.client.book.live().length
    const checks = {
      ...groundChecks(this.#needs),
      directories,
      offers: { ok: known > 0, known },
    }
    return { ok: Object.values(checks).every(({ ok }) => ok), checks }
  }

  /** One search for all that ask meanwhile and shortly after. */
  #directories(): Promise<Check> {
    const nowMs = this.#needs.clock.monotonicMs()
    if (this.#search === undefined || nowMs - this.#search.beganAtMs > FRESH_MS) {
      this.#search = { done: this.#ask(), beganAtMs: nowMs }
    }
    return this.#search.done
  }

  async #ask(): Promise<Check> {
    const { client, clock } = this.#needs
    using deadline = new Deadline(clock, DIRECTORIES_MS_MAX, 'the answer of the directories', this.#stop)
    try {
      await client.search(undefined, deadline.signal)
      return { ok: true }
    } catch (thrown) {
      const error = asMeshError(thrown)
      if (error.fault === 'bug') throw thrown
      return checkOf(error)
    }
  }
}

/** What every role stands on. */
export function groundChecks({
  clock,
  head,
  signingStopped,
  space,
}: Omit<HealthNeeds, 'client'>): Pick<HealthReport['checks'], 'chain' | 'journal' | 'disk'> {
  const headAgeSeconds = Math.max(0, Math.round(clock.nowMs() / 1_000) - Number(head().blockTime))
  return {
    chain: { ok: headAgeSeconds <= HEAD_AGE_SECONDS_MAX, headAgeSeconds, headAgeSecondsMax: HEAD_AGE_SECONDS_MAX },
    journal: checkOf(signingStopped()),
    disk: checkOf(space() === 'ok' ? undefined : new MeshError('DISK_FULL')),
  }
}

export const checkOf = (error: MeshError | undefined): Check =>
  error === undefined ? { ok: true } : { ok: false, error: error.code }
