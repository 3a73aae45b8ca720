/**
 * A miner's lease desk on the data folder in its first argument, asked for leases as fast as it answers, in an order that its second
 * argument seeds. It says every lease that it was given, signed. Time runs a thousand times as fast, from the third argument on, so that
 * leases end while it works. It never ends: it is killed.
 */
import { purse } from '../../../node/client/paying/purse.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { DataFolder } from '../../../node/storage/data-folder.ts'
import { SigningJournal } from '../../../node/work/journal/signing-journal.ts'
import { LeaseDesk } from '../../../node/work/leasing/lease-desk.ts'
import { CounterTable } from '../../../node/work/paying/counter-table.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { peerId, ZERO_ADDRESS, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { ChainView, Clock } from '../../../protocols/kernel/ports.ts'
import { cardHash, leaseId, type ProposedLease } from '../../../protocols/wire/lease/lease-terms.ts'
import { SeededRandom } from '../../../simulations/clock/seeded-random.ts'
import { cast, crypto, domain } from '../statement-vectors/cast.ts'

export type LeaseMessage =
  | { readonly kind: 'open'; readonly held: readonly string[]; readonly nowSeconds: string }
  | { readonly kind: 'leased'; readonly id: string; readonly lease: string; readonly endsAt: string }
  | { readonly kind: 'refused'; readonly reason: string }

const SPEED = 1_000
const [path, seed, startMs] = process.argv.slice(2)
const say = (message: LeaseMessage): boolean => process.stdout.write(`${JSON.stringify(message)}\n`)

const nowMs = (): number => Number(startMs) + (Date.now() - Number(startMs)) * SPEED
const clock: Clock = {
  nowMs,
  monotonicMs: () => systemClock.monotonicMs(),
  after: (ms, call) => systemClock.after(ms / SPEED, call),
}
const now = (): bigint => BigInt(Math.floor(nowMs() / 1_000))
const { signer } = cast.operator
const folder = DataFolder.open(path!, { clock: systemClock, bytes: 65_536 })
const journal = await SigningJournal.open(folder, { clock: systemClock, onFailure: () => process.exit(1) })
const own = purse(domain, ZERO_ADDRESS, cast.payer.signer)
const peer = peerId('lessee')
const nothing = credits(0)
const account = { assured: nothing, claimed: nothing, spent: nothing, payer: 'good' }
const counters = new CounterTable({
  ...{ domain, clock, journal: journal.miner, miner: signer.address, escrow: ZERO_ADDRESS },
  chain: { assuranceOf: async () => account } as unknown as ChainView,
  onVoucher: () => undefined,
})
const card = cardHash(crypto, signer.address, 'machine')
const desk = new LeaseDesk(
  {
    ...{ domain, signer, clock, counters, journal: journal.miner, leases: journal.leases },
    batcher: { add: () => undefined },
    head: () => ({ blockNumber: 1n, blockHash: ZERO_HASH, blockTime: now() }),
    paused: () => false,
    onEvent: () => undefined,
    onFailure: () => process.exit(2),
  },
  // For nothing: what is asked here is whether two are ever signed, not whether they are paid.
  { card, pricePerHour: nothing, chunkCredits: nothing },
)
say({ kind: 'open', held: desk.leases().map(({ id }) => id), nowSeconds: String(now()) })

const random = new SeededRandom(BigInt(seed!))
const below = (max: number): number => random.bytes(4).reduce((value, byte) => value * 256 + byte, 0) % max
let nonce = 0n

async function book(): Promise<void> {
  const startsAt = now() + BigInt(60 + below(4_000))
  const lease: ProposedLease = {
    ...{ payer: own.payer, session: own.session, card, startsAt, endsAt: startsAt + BigInt(60 + below(240)) },
    ...{ pricePerHour: nothing, stepSeconds: 3_600n, nonce: nonce++, blockNumber: 1n, blockTime: now() },
  }
  const payment = { grant: undefined, proof: own.prove(signer.address, peer, nowMs()), voucher: undefined }
  const answer = await desk.ask({ kind: 'book', lease, payment }, peer)
  const id = leaseId(domain, signer.address, lease)
  if (answer.kind === 'leased') say({ kind: 'leased', id, lease: toHex(answer.lease), endsAt: String(lease.endsAt) })
  else if (answer.kind === 'refused') say({ kind: 'refused', reason: answer.reason })
  // Some are given back: their time stays signed away.
  if (answer.kind === 'leased' && below(3) === 0) await desk.ask({ kind: 'cancel', lease: id, payment }, peer)
}

async function bookForever(): Promise<never> {
  for (;;) await book()
}
await Promise.all(Array.from({ length: 6 }, bookForever))
