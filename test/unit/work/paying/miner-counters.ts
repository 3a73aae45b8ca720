/** Counters of a miner over a journal in memory, and what clients bring to them. */
import { type ClientJournal, memoryJournal } from '../../../../node/client/paying/client-journal.ts'
import { CounterBooks } from '../../../../node/client/paying/counter-books.ts'
import { type Purse, purse } from '../../../../node/client/paying/purse.ts'
import { CounterTable, type OpenCounter, type Opening } from '../../../../node/work/paying/counter-table.ts'
import { type PeerId, peerId, ZERO_ADDRESS } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import type { Assurance, ChainView } from '../../../../protocols/kernel/ports.ts'
import { type Signed, signStruct } from '../../../../protocols/statements/signed.ts'
import { type SessionGrant, sessionGrantType } from '../../../../protocols/statements/struct-types.ts'
import { MemoryMinerJournal } from '../../../support/memory-miner-journal.ts'
import { attemptOf } from '../../../support/receipts.ts'
import { cast, crypto, domain } from '../../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import { grantOf } from '../../../support/wire-vectors/job-samples.ts'

export const NOW_MS = 1_790_000_000_000
export const TERMS = { chunkCredits: credits(100), windowChunks: 4 }
export const miner = cast.operator.signer
export const peer = peerId('peer of the client')
export const stranger = peerId('peer of a stranger')

export const granted = (change: Partial<SessionGrant> = {}): Signed<SessionGrant> =>
  signStruct(domain, sessionGrantType, { ...grantOf(), ...change }, cast.payer.signer)
export const purseWith = (grant: Signed<SessionGrant>): Purse => purse(domain, ZERO_ADDRESS, cast.session.signer, grant)
export const own = purse(domain, ZERO_ADDRESS, cast.payer.signer)

export const opening = (by: Purse, of: PeerId | undefined = peer, nowMs = NOW_MS): Opening => ({
  payer: by.payer,
  session: by.session,
  grant: by.grant,
  proof: of === undefined ? undefined : by.prove(miner.address, of, nowMs),
})

export const assuring = (amount: number): Assurance => ({
  assured: credits(amount),
  claimed: credits(0),
  spent: credits(0),
  payer: 'good',
})

export function set(journal = new MemoryMinerJournal()) {
  const clock = new ManualClock(NOW_MS)
  const chain = {
    asked: 0,
    account: assuring(1_000_000),
    gate: undefined as Promise<void> | undefined,
    async assuranceOf() {
      chain.asked++
      await chain.gate
      return chain.account
    },
  }
  const raised: bigint[] = []
  const table = new CounterTable({
    domain,
    clock,
    chain: chain as unknown as ChainView,
    journal,
    miner: miner.address,
    escrow: ZERO_ADDRESS,
    onVoucher: (_, cumulative, raisedBy) => raised.push(cumulative, raisedBy),
  })
  const open = async (by: Purse = own): Promise<OpenCounter> => (await table.open(opening(by), peer))!
  return { clock, chain, journal, raised, table, open }
}

/** The client's books with this miner. */
export const booksOf = (by: Purse = own, journal: ClientJournal = memoryJournal()): CounterBooks =>
  new CounterBooks(crypto, by, miner.address, journal)

export async function voucherOver(books: CounterBooks, word: string, price: number) {
  books.receipted({ attempt: attemptOf(word), price: credits(price) }, false)
  return (await books.raise())!
}
