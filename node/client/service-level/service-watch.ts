/**
 * Holds the miner of one attempt to its terms: it begins in time and tells the secret behind its beacon, it does not fall silent, and
 * witnesses say how long it took. What it is paid follows from the verdict.
 */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { decode } from '../../../protocols/kernel/codec.ts'
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { asMeshError, isMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, Hash32 } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { Timer } from '../../../protocols/kernel/ports.ts'
import { isDrawn, isParty } from '../../../protocols/rules/service-level/draw-witnesses.ts'
import { judgeService, type ServiceCourse } from '../../../protocols/rules/service-level/judge-service.ts'
import { nearOperators } from '../../../protocols/rules/service-level/near-operators.ts'
import { addressOf } from '../../../protocols/statements/address-of.ts'
import { peerIdOfPublicKey } from '../../../protocols/statements/peer-id.ts'
import { beaconOf, receiptDigest, serviceSeed } from '../../../protocols/statements/service-level.ts'
import { signedCodec } from '../../../protocols/statements/signed.ts'
import { type Receipt, receiptStatus, timeStampType } from '../../../protocols/statements/struct-types.ts'
import type { AttendOptions } from '../../../protocols/wire/job/job-client.ts'
import type { Finished, Ready } from '../../../protocols/wire/job/job-messages.ts'
import { requireStamp } from '../../../protocols/wire/witness/witness-client.ts'
import { openPeerBytes } from '../paying/peer-bytes.ts'
import { agreedPanel, drawPanel, type PanelDraw } from './draw-panel.ts'
import type { ServiceLevelNeeds, WatchedAttempt } from './service-level.ts'
import { evidenceOf, type ServiceReport } from './service-report.ts'
import { type PanelMember, WitnessPanel } from './witness-panel.ts'

/** Of witnesses whose stake nobody has asked for yet, before the draw goes on without them. */
const STAKES_MS_MAX = 1_000
/** What has not been said by then is not waited for: a dial, and twice the protocol's own patience. */
const VERDICT_MS_MAX = 8_000

/** Operators whose stake is waited for, beside those that the miner names: of more the draw takes who is known. */
const ASKED_MAX = 64

/** An attempt is of one inference, at the price of one: a miner that counts more would be late for nothing. */
const USAGE = 1n

interface Begun {
  readonly secret: Uint8Array
  readonly seed: Hash32
  readonly panel: Promise<WitnessPanel>
}

export class ServiceWatch implements Disposable {
  /** Aborted with the job's, and with START_TIMEOUT or STALLED. */
  readonly signal: AbortSignal
  readonly report: Promise<ServiceReport>
  readonly #needs: ServiceLevelNeeds
  readonly #watched: WatchedAttempt
  readonly #client: AbortSignal
  readonly #own = new AbortController()
  readonly #reported = Promise.withResolvers<ServiceReport>()
  #timer: Timer | undefined
  #begun: Begun | undefined

  /** @param client aborted when the client ends: a verdict outlives its job */
  constructor(needs: ServiceLevelNeeds, watched: WatchedAttempt, client: AbortSignal) {
    this.#needs = needs
    this.#watched = watched
    this.#client = client
    this.signal = AbortSignal.any([watched.signal, this.#own.signal])
    this.report = this.#reported.promise
  }

  /** For the attempt's call. */
  get listeners(): Pick<AttendOptions, 'onReady' | 'onHeard' | 'onInputTaken'> {
    const { attempt, agreed, offer } = this.#watched
    const { startMsMax, stallMsMax } = agreed.terms
    return {
      onInputTaken: () => {
        const late = new MeshError('START_TIMEOUT', { attempt, miner: offer.miner, ms: startMsMax })
        if (this.#begun === undefined) this.#within(startMsMax, late)
      },
      onReady: (ready) => {
        this.#begin(ready)
        this.#within(stallMsMax, new MeshError('STALLED', { peer: offer.peer, ms: stallMsMax }))
      },
      onHeard: () => {
        if (this.#begun === undefined) return
        this.#within(stallMsMax, new MeshError('STALLED', { peer: offer.peer, ms: stallMsMax }))
      },
    }
  }

  /**
   * The answer is here: its receipt, which is known before the miner has signed it, is shown to the witnesses.
   * @returns what is owed for it once they have spoken
   */
  answered(finished: Finished, outputRoot: Hash32): { readonly owed: (receipt: Receipt) => Promise<Credits> } {
    this.#timer?.cancel()
    const receipt = receiptDigest(this.#needs.domain, this.#receiptOf(finished, outputRoot))
    this.#judge(receipt).then(this.#reported.resolve, this.#reported.reject)
    return {
      owed: async ({ price }) => {
        const { verdict } = await this.report
        return verdict.kind === 'late' && verdict.paid < price ? verdict.paid : price
      },
    }
  }

  /** The attempt failed: by these terms it may not have begun, or stalled; anything else says nothing of them. */
  failed(error: unknown): ServiceReport | undefined {
    const { agreed } = this.#watched
    const course = courseOf(error, this.#begun !== undefined)
    if (course === undefined) return undefined
    const report = { agreed, verdict: judgeService(agreed, course), witnesses: 0 }
    this.#reported.resolve(report)
    return report
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
  }

  #within(ms: number, late: MeshError): void {
    this.#timer?.cancel()
    this.#timer = this.#needs.clock.after(ms, () => this.#own.abort(late))
  }

  /** @throws MeshError BEACON_WITHHELD, WRONG_SIGNER, WRONG_JOB, MALFORMED */
  #begin({ secret, stamp, witnesses }: Ready): void {
    const { domain } = this.#needs
    const { attempt, offer } = this.#watched
    if (beaconOf(domain.crypto, secret) !== offer.head.beacon) throw new MeshError('BEACON_WITHHELD')
    const seed = serviceSeed(domain.crypto, attempt, secret)
    const signed = openPeerBytes('time stamp', () => decode(signedCodec(timeStampType), stamp))
    requireStamp(domain, signed, { witness: offer.peer, digest: seed })
    const panel = this.#draw(seed, this.#named(witnesses))
    // Nobody may be left to hear how it ends.
    panel.catch(() => undefined)
    this.#begun = { secret: secret.slice(), seed, panel }
  }

  #named(keys: readonly Uint8Array[]): readonly PanelMember[] {
    const { crypto } = this.#needs.domain
    const named = new Map<Address, PanelMember>()
    for (const key of keys) {
      const operator = addressOf(crypto, key)
      if (operator !== undefined) named.set(operator, { operator, peer: peerIdOfPublicKey(key) })
    }
    return [...named.values()]
  }

  async #draw(seed: Hash32, named: readonly PanelMember[]): Promise<WitnessPanel> {
    const { clock, domain, stakes } = this.#needs
    const { agreed, offer, payer } = this.#watched
    const { terms } = agreed
    const names = new Set(named.map(({ operator }) => operator))
    const known = this.#needs.operators().filter(({ operator }) => !names.has(operator))
    {
      using deadline = new Deadline(clock, STAKES_MS_MAX, 'the stake of witnesses', this.#client)
      const asked = [...named, ...nearOperators(seed, known, ASKED_MAX)].map(({ operator }) => operator)
      await stakes.whenKnown([offer.miner, ...asked], deadline.signal)
    }
    const draw: PanelDraw = { crypto: domain.crypto, seed, terms, miner: offer.miner, payer }
    const own = drawPanel(draw, [...known, ...named], stakes)
    const parties = { minerOwner: stakes.known(offer.miner)?.owner ?? offer.miner, payer }
    const members = agreedPanel(named, own, terms, ({ operator }) => {
      const { owner, isActive, stake } = stakes.known(operator) ?? {}
      if (owner === undefined || stake === undefined || isActive !== true) return false
      return (
        !isParty({ operator, owner, stake }, parties) && isDrawn(domain.crypto, seed, { owner, stake }, terms.drawStake)
      )
    })
    const panel = new WitnessPanel(this.#needs, members, this.#client)
    panel.show('start', seed)
    return panel
  }

  async #judge(receipt: Hash32): Promise<ServiceReport> {
    const { clock } = this.#needs
    const { agreed } = this.#watched
    const unknown = (): ServiceReport => {
      const verdict = judgeService(agreed, { kind: 'finished', usage: USAGE, intervalsMs: [] })
      return { agreed, verdict, witnesses: 0 }
    }
    if (this.#begun === undefined) return unknown()
    const { secret, seed } = this.#begun
    using deadline = new Deadline(clock, VERDICT_MS_MAX, 'the word of the witnesses', this.#client)
    try {
      const panel = await abortable(this.#begun.panel, deadline.signal)
      panel.show('end', receipt)
      await panel.settled(deadline.signal)
      const intervalsMs = panel.intervalsMs()
      const verdict = judgeService(agreed, { kind: 'finished', usage: USAGE, intervalsMs })
      const evidence = evidenceOf(panel, { secret, seed, receipt })
      return { agreed, verdict, witnesses: intervalsMs.length, evidence }
    } catch (error) {
      // They did not speak in time, or nobody waits for them any more.
      if (asMeshError(error).fault === 'bug') throw error
      return unknown()
    }
  }

  /** As the miner will sign it, where it says what it said. */
  #receiptOf(finished: Finished, outputRoot: Hash32): Receipt {
    const { attempt, offer } = this.#watched
    const { usage, price, waitedUs, computedUs, weights, kernelClass, blockTime } = finished
    return {
      operator: offer.miner,
      agreement: attempt,
      status: receiptStatus.finished,
      outputRoot,
      ...{ weights, kernelClass, usage, price, waitedUs, computedUs, blockTime },
    }
  }
}

function courseOf(error: unknown, hasBegun: boolean): ServiceCourse | undefined {
  if (isMeshError(error, 'START_TIMEOUT') || isMeshError(error, 'BEACON_WITHHELD')) return { kind: 'not-started' }
  if (!isMeshError(error, 'STALLED') && !isMeshError(error, 'STREAM_LOST')) return undefined
  // A one-shot inference is one chunk: of one that stalled nothing was delivered.
  return hasBegun ? { kind: 'stalled', delivered: 0n } : { kind: 'not-started' }
}
