/**
 * The payer's grant for the session key, good as long as the process runs: that of the last run where it is good for a while,
 * and a new one in good time. Counters belong to the keys, and a renewed grant continues them.
 */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { ChainView, Clock, Signer, Timer } from '../../../protocols/kernel/ports.ts'
import { type Signed, signStruct } from '../../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { type SessionGrant, sessionGrantType } from '../../../protocols/statements/struct-types.ts'
import type { Purse } from '../../client/paying/purse.ts'
import type { GrantFile, GrantTerms } from './grant-file.ts'

/** A session key that is stolen is worth this long at most. */
export const GRANT_SECONDS = 30n * 86_400n
/** A grant that ends sooner is renewed: two weeks in which the chain may be away or the disk full, and miners asleep. */
export const RENEW_SECONDS = 15n * 86_400n
/** By the wall clock, for a machine that sleeps stops its timers; far below the two weeks, and costs nothing. */
export const LOOK_MS = 3_600_000
/** The chain's answer; without one the next look tries again. */
const ASK_MS = 10_000

export interface GrantKeeperNeeds {
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly chain: Pick<ChainView, 'spentBy'>
  /** What the session key has promised on all its counters, by the journal. */
  readonly promised: () => Credits
  /** What the session key may spend from now on, on top of what it has. */
  readonly limit: Credits
  readonly payer: Signer
  readonly session: Address
  readonly escrow: Address
  readonly file: GrantFile
  /** A renewal failed, and is tried again. */
  readonly onFailure: (error: MeshError) => void
}

export class GrantKeeper implements AsyncDisposable {
  readonly #needs: GrantKeeperNeeds
  readonly #stop = new AbortController()
  #grant: Signed<SessionGrant>
  #purse: Purse | undefined
  #timer: Timer | undefined
  #looking: Promise<void> = Promise.resolve()

  private constructor(needs: GrantKeeperNeeds, grant: Signed<SessionGrant>) {
    this.#needs = needs
    this.#grant = grant
    this.#lookLater()
  }

  /** @throws MeshError CHAIN_UNREACHABLE, TIMEOUT, DISK_FULL, DATA_FOLDER_READ_ONLY; the signal's reason */
  static async start(needs: GrantKeeperNeeds, signal?: AbortSignal): Promise<GrantKeeper> {
    const spent = await spentBy(needs, signal)
    const kept = needs.file.read(needs.domain, termsOf(needs), nowSeconds(needs.clock) + RENEW_SECONDS)
    const grant = kept !== undefined && isAmple(kept.value, spent, needs.limit) ? kept : sign(needs, spent)
    return new GrantKeeper(needs, grant)
  }

  get grant(): Signed<SessionGrant> {
    return this.#grant
  }

  /** Renews the grant of this purse too, from now on. */
  keep(purse: Purse): void {
    this.#purse = purse
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new MeshError('CANCELLED'))
    this.#timer?.cancel()
    await this.#looking
  }

  #lookLater(): void {
    if (this.#stop.signal.aborted) return
    this.#timer = this.#needs.clock.after(LOOK_MS, () => {
      this.#looking = this.#look()
    })
  }

  async #look(): Promise<void> {
    try {
      const { clock, promised, limit } = this.#needs
      const { value } = this.#grant
      const isLasting = value.notAfter > nowSeconds(clock) + RENEW_SECONDS
      if (!isLasting || !isAmple(value, promised(), limit)) await this.#renew()
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#needs.onFailure(asMeshError(error))
    }
    this.#lookLater()
  }

  async #renew(): Promise<void> {
    this.#grant = sign(this.#needs, await spentBy(this.#needs, this.#stop.signal))
    this.#purse?.renew(this.#grant)
  }
}

const nowSeconds = (clock: Clock): bigint => BigInt(Math.floor(clock.nowMs() / 1_000))

/** More than half of the limit is left, and no more than all of it: each new grant costs every miner its registration. */
function isAmple({ maxTotal }: Pick<SessionGrant, 'maxTotal'>, spent: Credits, limit: Credits): boolean {
  const left = maxTotal - spent
  return left * 2n > limit && left <= limit
}

/**
 * What the session key has spent: by the chain, and by the journal, which knows more than the chain until all is redeemed,
 * and less after a restore.
 * @throws MeshError CHAIN_UNREACHABLE, TIMEOUT; the signal's reason
 */
async function spentBy(needs: GrantKeeperNeeds, signal: AbortSignal | undefined): Promise<Credits> {
  const { chain, clock, payer, session, promised } = needs
  using deadline = new Deadline(clock, ASK_MS, 'the answer of the chain', signal)
  const settled = await abortable(chain.spentBy(payer.address, session, deadline.signal), deadline.signal)
  const known = promised()
  return settled > known ? settled : known
}

const termsOf = ({ payer, session, escrow }: GrantKeeperNeeds): GrantTerms => ({
  payer: payer.address,
  session,
  escrow,
  collectionsHash: ZERO_HASH,
})

/** On disk before it is used: the next run must not fall back behind it. Miners take the highest nonce for the newest. */
function sign(needs: GrantKeeperNeeds, spent: Credits): Signed<SessionGrant> {
  const { domain, clock, payer, file, limit } = needs
  const most = credits(spent + limit)
  const nonce = BigInt(Math.floor(clock.nowMs()))
  const value: SessionGrant = {
    ...termsOf(needs),
    maxTotal: most,
    maxPerMiner: most,
    notAfter: nowSeconds(clock) + GRANT_SECONDS,
    nonce,
  }
  const grant = signStruct(domain, sessionGrantType, value, payer)
  file.write(grant)
  return grant
}
