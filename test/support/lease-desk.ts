import { memoryJournal } from '../../node/client/paying/client-journal.ts'
import { CounterBooks } from '../../node/client/paying/counter-books.ts'
import { purse } from '../../node/client/paying/purse.ts'
import type { Secp256k1Signer } from '../../node/keys/secp256k1-signer.ts'
import { LeaseDesk, type LeaseDeskEvent } from '../../node/work/leasing/lease-desk.ts'
import type { Final } from '../../node/work/miner-journal.ts'
import { CounterTable } from '../../node/work/paying/counter-table.ts'
import { peerId, ZERO_ADDRESS, ZERO_HASH } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import type { ChainView } from '../../protocols/kernel/ports.ts'
import { stepPrice } from '../../protocols/rules/leasing/lease-price.ts'
import type { LeaseResponse } from '../../protocols/wire/lease/lease-messages.ts'
import { cardHash, leaseId, type ProposedLease, stepId } from '../../protocols/wire/lease/lease-terms.ts'
import { openJournal } from './open-journal.ts'
import { cast, crypto, domain } from './statement-vectors/cast.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { ManualClock } from './virtual/manual-clock.ts'

export const NOW = 1_790_000_000n
export const miner = cast.operator.signer
export const CARD = cardHash(crypto, miner.address, 'machine')
export const PRICE = credits(1_000_000)
/** Steps of 1,000 s. */
export const CHUNK = credits(277_778)

export type Refused = Extract<LeaseResponse, { kind: 'refused' }>

/** A lessee with its books. */
export function lessee(signer: Secp256k1Signer, name: string) {
  const own = purse(domain, ZERO_ADDRESS, signer)
  const books = new CounterBooks(crypto, own, miner.address, memoryJournal())
  const peer = peerId(name)
  const proof = own.prove(miner.address, peer, Number(NOW) * 1_000)
  const propose = (change: Partial<ProposedLease> = {}): ProposedLease => ({
    ...{ payer: own.payer, session: own.session, card: CARD, startsAt: NOW, endsAt: NOW + 3_600n },
    ...{ pricePerHour: PRICE, stepSeconds: 1_000n, nonce: 1n, blockNumber: 1n, blockTime: NOW },
    ...change,
  })
  const pay = async (lease: ProposedLease, step: number, price: Credits = stepPrice(lease, step)) => {
    const attempt = stepId(domain, miner.address, lease, step)
    const voucher = await books.raise({ attempt, price, terms: { chunkCredits: credits(0), windowChunks: 0 } })
    books.receipted({ attempt, price }, true)
    return { grant: undefined, proof, voucher: voucher?.bytes }
  }
  return {
    propose,
    pay,
    peer,
    payer: own.payer,
    session: own.session,
    silent: { grant: undefined, proof, voucher: undefined },
    /** The session key's word of now. */
    proven: (clock: ManualClock) => {
      const now = own.prove(miner.address, peer, clock.nowMs())
      return { grant: undefined, proof: now, voucher: undefined }
    },
  }
}

export async function desk(folder = temporaryFolder(), clock = new ManualClock(Number(NOW) * 1_000)) {
  const opened = await openJournal(folder)
  const { miner: journal, leases } = opened.journal
  const events: LeaseDeskEvent[] = []
  const finals: Final[] = []
  const failures: unknown[] = []
  const state = { paused: false }
  const account = { assured: credits(10_000_000), claimed: credits(0), spent: credits(0), payer: 'good' }
  const counters = new CounterTable({
    ...{ domain, clock, journal, miner: miner.address, escrow: ZERO_ADDRESS },
    chain: { assuranceOf: async () => account } as unknown as ChainView,
    onVoucher: () => undefined,
  })
  const made = new LeaseDesk(
    {
      ...{ domain, signer: miner, clock, leases, journal, counters },
      batcher: { add: (final) => finals.push(final) },
      head: () => ({ blockNumber: 1n, blockHash: ZERO_HASH, blockTime: BigInt(Math.floor(clock.nowMs() / 1_000)) }),
      paused: () => state.paused,
      onEvent: (event) => events.push(event),
      onFailure: (error) => failures.push(error),
    },
    { card: CARD, pricePerHour: PRICE, chunkCredits: CHUNK },
  )
  const close = async () => {
    await made[Symbol.asyncDispose]()
    await opened[Symbol.asyncDispose]()
  }
  return { desk: made, clock, folder, events, finals, failures, state, counters, journal, leases, close }
}

export const alice = () => lessee(cast.payer.signer, 'alice')
export const bob = () => lessee(cast.session.signer, 'bob')

export async function booked(at: Awaited<ReturnType<typeof desk>>, who = alice(), change: Partial<ProposedLease> = {}) {
  const lease = who.propose(change)
  const answer = await at.desk.ask({ kind: 'book', lease, payment: await who.pay(lease, 0) }, who.peer)
  return { who, lease, answer, id: leaseId(domain, miner.address, lease) }
}

/** What the miner counts of it: paid, and owed. */
export const booksOf = (
  { counters }: Awaited<ReturnType<typeof desk>>,
  { payer, session }: ReturnType<typeof alice>,
) => {
  const { books } = counters.get(`${payer}/${session}/0x${'0'.repeat(64)}`)!
  return [books.paid, books.due]
}

export const refusal = (answer: LeaseResponse): string => (answer.kind === 'refused' ? answer.reason : answer.kind)
