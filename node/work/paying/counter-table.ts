/** All counters at this miner: opened from the journal, raised by vouchers, followed by payment calls. */

import { equalBytes } from '../../../protocols/kernel/bytes.ts'
import { MalformedError } from '../../../protocols/kernel/cbor-reader.ts'
import { decode } from '../../../protocols/kernel/codec.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, type AttemptId, type Hash32, type PeerId, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Assurance, ChainView, Clock } from '../../../protocols/kernel/ports.ts'
import { counterCeiling } from '../../../protocols/rules/settlement/counter-ceiling.ts'
import type { CreditTerms } from '../../../protocols/rules/settlement/credit-window.ts'
import { judgeSession } from '../../../protocols/rules/settlement/judge-session.ts'
import { judgeVoucher } from '../../../protocols/rules/settlement/judge-voucher.ts'
import { AGREEMENTS_HASH_START } from '../../../protocols/statements/agreements-hash.ts'
import { grantHash } from '../../../protocols/statements/grant.ts'
import { type Signed, signedCodec } from '../../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { type SessionGrant, sessionGrantType, voucherType } from '../../../protocols/statements/struct-types.ts'
import type { PaymentResponse, VoucherVerdict } from '../../../protocols/wire/payment/payment-protocol.ts'
import { sessionProofFault } from '../../../protocols/wire/payment/session-proof.ts'
import type { MinerJournal } from '../miner-journal.ts'
import { type CounterRecord, MinerCounter } from './miner-counter.ts'

/** Counters held in memory; an idle one beyond is forgotten and read from the journal when it comes back. */
const COUNTERS_MAX = 10_000
/** Processes that one session key speaks through at once: one, and those before it that have ended. */
const PEERS_MAX = 16
/** A renewed grant, and the one before: a voucher under it may still be on its way. */
const GRANTS_MAX = 2
/** A payer's assurance is asked again after this. */
const ASSURANCE_MS_MAX = 15_000
/** Where it does not reach it is asked again at once, for the payer may have set more aside; a block does not come sooner. */
const ASSURANCE_MS_MIN = 1_000

/** How long a job waits for a new answer where there is an old one: an RPC that lives is quicker, and one that is away costs no more. */
const ASSURANCE_WAIT_MS = 1_000
/**
 * While the chain is away its last answer stands for so long. A thaw takes days, so what was assured half an hour ago can still be
 * redeemed. No longer, for no head grows old meanwhile: an attempt that is sent again must find its end in the journal, which keeps
 * that for an hour at least.
 */
const ASSURANCE_STALE_MS_MAX = 1_800_000
/** After a failure, before it is asked again. */
const ASSURANCE_PAUSE_MS = 5_000

export interface CounterTableNeeds {
  readonly domain: SigningDomain
  readonly clock: Clock
  readonly chain: ChainView
  readonly journal: MinerJournal
  readonly miner: Address
  readonly escrow: Address
  readonly onVoucher: (counter: string, cumulative: bigint, raisedBy: bigint) => void
}

type Receipts = Extract<PaymentResponse, { kind: 'receipts' }>

/** How a client opens a counter: in the first message of a job, or of a payment call. */
export interface Opening {
  readonly payer: Address
  readonly session: Address
  readonly grant: Uint8Array | undefined
  /** What the session key signed for the peer; not needed where one was good before. */
  readonly proof: Uint8Array | undefined
}

export interface HeldGrant {
  readonly signed: Signed<SessionGrant>
  readonly hash: Hash32
  /** As received: what the miner redeems with. */
  readonly bytes: Uint8Array
}

export interface OpenCounter {
  readonly payer: Address
  readonly session: Address
  readonly books: MinerCounter
  /** The newest first; none where the payer signs itself. */
  readonly grants: HeldGrant[]
  assurance: Assurance & { readonly askedAtMs: number }
  /** Under way since; monotonic. */
  asking: { readonly answer: Promise<void>; readonly sinceMs: number } | undefined
  /** Not before; monotonic. */
  askAgainAtMs: number
  /** Credits in vouchers of the payer's other counters here, as they stood when this was last looked at. */
  others: Credits
  readonly followers: Set<(receipts: Receipts) => void>
  /** Peers that the session key has spoken for, the latest last. */
  readonly peers: Set<PeerId>
  /** Vouchers are judged one after another: each builds on the hash before. */
  raising: Promise<unknown>
}

export class CounterTable {
  readonly #needs: CounterTableNeeds
  readonly #open = new Map<string, OpenCounter>()

  constructor(needs: CounterTableNeeds) {
    this.#needs = needs
  }

  /**
   * The counter of a session, for a peer that speaks for its key; `undefined` for any other. Addresses are no secrets, so
   * knowing them, or a grant that other miners saw too, opens nothing and changes nothing.
   * @throws MeshError NOT_AUTHORISED where the session may not sign for the payer, MALFORMED, CHAIN_UNREACHABLE
   */
  async open(opening: Opening, peer: PeerId): Promise<OpenCounter | undefined> {
    const { payer, session, grant: grantBytes, proof } = opening
    const id = counterId(payer, session)
    const known = this.#open.get(id)
    if (known !== undefined) {
      if (!this.#admits(known, peer, proof)) return undefined
      if (grantBytes !== undefined) this.#renewGrant(known, grantBytes)
      this.#requireGrant(payer, session, known.grants[0])
      this.#open.delete(id)
      this.#open.set(id, known)
      if (this.#ageMs(known) > ASSURANCE_MS_MAX) await this.#freshen(known)
      return known
    }
    if (!this.#isProven(session, peer, proof)) return undefined
    const grants = this.#grants(grantBytes, this.#needs.journal.counter(id)?.grant)
    this.#requireSession(payer, session, grants[0]?.signed)
    // The one that the journal kept was judged when it came; what is shown now as an older one was not.
    const older = grants.slice(1).find(({ bytes }) => grantBytes !== undefined && equalBytes(bytes, grantBytes))
    if (older !== undefined) this.#requireSession(payer, session, older.signed)
    const assurance = await this.#ask(payer, session)
    const raced = this.#open.get(id)
    if (raced !== undefined) return this.#admits(raced, peer, proof) ? raced : undefined
    this.#evict()
    const opened: OpenCounter = {
      payer,
      session,
      // Read after the last wait: another may have raised the counter and been forgotten meanwhile.
      books: new MinerCounter(id, this.#needs.journal.counter(id) ?? EMPTY),
      grants,
      assurance,
      asking: undefined,
      askAgainAtMs: 0,
      others: this.#needs.journal.unredeemedOf(payer, id),
      followers: new Set(),
      peers: new Set([peer]),
      raising: Promise.resolve(),
    }
    this.#open.set(id, opened)
    return opened
  }

  get(id: string): OpenCounter | undefined {
    return this.#open.get(id)
  }

  /** Up to which total this counter's vouchers are certain to be paid, by what the chain said last. */
  ceilingOf({ assurance, others, grants }: OpenCounter, grant: HeldGrant | undefined = grants[0]): Credits {
    return counterCeiling(assurance, grant?.signed.value, others)
  }

  /** The verdict, after the voucher is durable where it was accepted. */
  raise(counter: OpenCounter, voucher: Uint8Array, agreements: readonly AttemptId[]): Promise<VoucherVerdict> {
    const verdict = counter.raising.then(() => this.#raise(counter, voucher, agreements))
    counter.raising = verdict.catch(() => undefined)
    return verdict
  }

  /** Lets go of what never reached the client, after the vouchers before it were judged. */
  square(counter: OpenCounter, terms: CreditTerms): Promise<void> {
    const squared = counter.raising.then(async () => {
      const amount = counter.books.astray(terms)
      if (amount === 0n) return
      counter.books.forgive(amount)
      try {
        await this.#needs.journal.recordForgiven(counter.books.id, counter.books.forgiven)
      } catch (error) {
        counter.books.takeBack(amount)
        throw error
      }
    })
    counter.raising = squared.catch(() => undefined)
    return squared
  }

  /** Lets go of a part of what was delivered, for it was worth less than agreed: as {@link square}, after the vouchers before it. */
  letOff(counter: OpenCounter, amount: Credits): Promise<void> {
    const { books } = counter
    const letOff = counter.raising.then(async () => {
      books.letOff(amount)
      await this.#needs.journal.recordForgiven(books.id, books.forgiven)
    })
    counter.raising = letOff.catch(() => undefined)
    return letOff
  }

  async #raise(counter: OpenCounter, bytes: Uint8Array, agreements: readonly AttemptId[]): Promise<VoucherVerdict> {
    const { domain, journal, miner, escrow, onVoucher } = this.#needs
    const { books, payer, session, grants } = counter
    counter.others = journal.unredeemedOf(payer, books.id)
    const signed = decodeSigned(() => decode(signedCodec(voucherType), bytes), 'voucher')
    const grant = grants.find(({ hash }) => hash === signed.value.grant) ?? grants[0]
    const judge = () =>
      judgeVoucher(
        domain,
        {
          payer,
          session,
          miner,
          escrow,
          collection: ZERO_HASH,
          grant: grant?.signed,
          cumulative: books.paid,
          agreementsHash: books.agreementsHash,
        },
        signed,
        agreements,
        this.ceilingOf(counter, grant),
        this.#nowSeconds(),
      )
    let verdict = judge()
    if (verdict === 'unassured' && (await this.assureAgain(counter))) verdict = judge()
    if (verdict !== 'accepted') return verdict
    const { cumulative, agreementsHash } = signed.value
    await journal.recordVoucher({
      counter: books.id,
      cumulative,
      agreementsHash,
      bytes: bytes.slice(),
      grant: grant?.bytes,
      atMs: this.#needs.clock.nowMs(),
    })
    const raisedBy = cumulative - books.paid
    books.raise(domain.crypto, cumulative, agreements)
    onVoucher(books.id, cumulative, raisedBy)
    return verdict
  }

  #admits(counter: OpenCounter, peer: PeerId, proof: Uint8Array | undefined): boolean {
    if (counter.peers.has(peer)) return true
    if (!this.#isProven(counter.session, peer, proof)) return false
    if (counter.peers.size >= PEERS_MAX) counter.peers.delete(counter.peers.values().next().value!)
    counter.peers.add(peer)
    return true
  }

  #isProven(session: Address, peer: PeerId, proof: Uint8Array | undefined): boolean {
    if (proof === undefined) return false
    const { domain, clock, miner } = this.#needs
    return sessionProofFault(domain, proof, { session, miner, peer }, clock.nowMs()) === undefined
  }

  /** An older one than those that are held, shown again, changes nothing. */
  #renewGrant({ grants, payer, session }: OpenCounter, bytes: Uint8Array): void {
    if (grants.some((held) => equalBytes(held.bytes, bytes))) return
    const grant = this.#hold(bytes)
    this.#requireSession(payer, session, grant.signed)
    grants.push(grant)
    newestFirst(grants)
    grants.length = Math.min(grants.length, GRANTS_MAX)
  }

  #grants(...given: readonly (Uint8Array | undefined)[]): HeldGrant[] {
    const [first, second] = given
    const same = first !== undefined && second !== undefined && equalBytes(first, second)
    const grants = (same ? [first] : given).flatMap((bytes) => (bytes === undefined ? [] : [this.#hold(bytes)]))
    return newestFirst(grants)
  }

  #hold(bytes: Uint8Array): HeldGrant {
    const signed = decodeSigned(() => decode(signedCodec(sessionGrantType), bytes), 'grant')
    return { signed, hash: grantHash(this.#needs.domain, signed.value), bytes: bytes.slice() }
  }

  /** The signature was checked when the grant was taken; its time goes on. */
  #requireGrant(payer: Address, session: Address, grant: HeldGrant | undefined): void {
    if (grant !== undefined && grant.signed.value.notAfter > this.#nowSeconds()) return
    this.#requireSession(payer, session, grant?.signed)
  }

  #nowSeconds(): bigint {
    return BigInt(Math.floor(this.#needs.clock.nowMs() / 1_000))
  }

  #requireSession(payer: Address, session: Address, grant: Signed<SessionGrant> | undefined): void {
    const { domain, escrow } = this.#needs
    const verdict = judgeSession(domain, payer, session, escrow, grant, this.#nowSeconds())
    if (verdict !== 'good') throw new MeshError('NOT_AUTHORISED', { what: `paying for ${payer} (grant: ${verdict})` })
  }

  async #ask(payer: Address, session: Address): Promise<OpenCounter['assurance']> {
    const { chain, miner, clock } = this.#needs
    const assurance = await chain.assuranceOf({ payer, session, miner, collection: ZERO_HASH })
    return { ...assurance, askedAtMs: clock.monotonicMs() }
  }

  /**
   * Asks the chain again what the payer assures, where the answer is not of this moment. For who would refuse it.
   * @returns whether there is a new answer
   * @throws MeshError CHAIN_UNREACHABLE where the chain has been away for too long
   */
  async assureAgain(counter: OpenCounter): Promise<boolean> {
    if (this.#ageMs(counter) < ASSURANCE_MS_MIN) return false
    const { askedAtMs } = counter.assurance
    await this.#freshen(counter)
    return counter.assurance.askedAtMs > askedAtMs
  }

  #ageMs({ assurance }: OpenCounter): number {
    return this.#needs.clock.monotonicMs() - assurance.askedAtMs
  }

  /**
   * Brings a new answer where the chain gives one soon, and leaves the old one where it does not.
   * @throws MeshError CHAIN_UNREACHABLE where the old one is too old
   */
  async #freshen(counter: OpenCounter): Promise<void> {
    const { clock } = this.#needs
    const nowMs = clock.monotonicMs()
    const mustBeNew = this.#ageMs(counter) > ASSURANCE_STALE_MS_MAX
    if (counter.asking === undefined && nowMs < counter.askAgainAtMs && !mustBeNew) return
    counter.asking ??= { answer: this.#refresh(counter), sinceMs: nowMs }
    const { answer, sinceMs } = counter.asking
    if (mustBeNew) return answer
    const waitMs = sinceMs + ASSURANCE_WAIT_MS - nowMs
    if (waitMs <= 0) return
    const late = Promise.withResolvers<void>()
    const timer = clock.after(waitMs, late.resolve)
    await Promise.race([answer.catch(() => undefined), late.promise])
    timer.cancel()
  }

  async #refresh(counter: OpenCounter): Promise<void> {
    try {
      counter.assurance = await this.#ask(counter.payer, counter.session)
      counter.others = this.#needs.journal.unredeemedOf(counter.payer, counter.books.id)
    } catch (error) {
      counter.askAgainAtMs = this.#needs.clock.monotonicMs() + ASSURANCE_PAUSE_MS
      throw error
    } finally {
      counter.asking = undefined
    }
  }

  #evict(): void {
    if (this.#open.size < COUNTERS_MAX) return
    for (const [id, counter] of this.#open) {
      if (counter.books.open > 0 || counter.followers.size > 0) continue
      this.#open.delete(id)
      return
    }
    throw new MeshError('LIMIT', { what: 'counters with running work', max: COUNTERS_MAX })
  }
}

/** One miner's own view: the collection is none until listed models exist. */
export const counterId = (payer: Address, session: Address, collection: Hash32 = ZERO_HASH): string =>
  `${payer}/${session}/${collection}`

const EMPTY: CounterRecord = {
  cumulative: credits(0),
  due: credits(0),
  forgiven: credits(0),
  agreementsHash: AGREEMENTS_HASH_START,
  grant: undefined,
}

const newestFirst = (grants: HeldGrant[]): HeldGrant[] =>
  grants.sort((a, b) => (a.signed.value.nonce > b.signed.value.nonce ? -1 : 1))

function decodeSigned<T>(read: () => T, what: string): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof MalformedError) throw new MeshError('MALFORMED', { what, why: error.what }, error)
    throw error
  }
}
