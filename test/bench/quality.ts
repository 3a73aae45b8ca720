/**
 * What scores cost: `npx node test/bench/quality.ts`. Observations a second that a client's book takes, each followed by the question that
 * routing asks, against a book that sums all of them anew each time; what a digest of a day takes to make, and to make again from receipts,
 * against the signatures in it alone.
 */
import { checkDigest } from '../../node/quality/check-digest.ts'
import type { HeardDigest } from '../../node/quality/others-word.ts'
import { OthersWord } from '../../node/quality/others-word.ts'
import { OwnWindow, WINDOW_OBSERVATIONS_MAX } from '../../node/quality/own-window.ts'
import { QualityBook } from '../../node/quality/quality-book.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { credits } from '../../protocols/kernel/money.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import { evidenceOf } from '../../protocols/rules/qos/evidence-of.ts'
import { scoreOf } from '../../protocols/rules/qos/miner-score.ts'
import type { Observation, Subject } from '../../protocols/rules/qos/observation.ts'
import { signatureFault } from '../../protocols/statements/signed.ts'
import { receiptBatchType } from '../../protocols/statements/struct-types.ts'
import { makeDigest } from '../../protocols/wire/score/make-digest.ts'
import { BATCH_ENTRIES_MAX } from '../../protocols/wire/score/observation-batch.ts'
import { answerReceipts } from '../../protocols/wire/score/paid-receipts-protocol.ts'
import { SeededRandom } from '../../simulations/clock/seeded-random.ts'
import { directNetwork } from '../support/nodes/direct-network.ts'
import { answeredEntry, batchAbout, paidReceipts, SEEN_AT_S, signerOf, sourceOf } from '../support/paid-receipts.ts'
import { cast, domain } from '../support/statement-vectors/cast.ts'
import { spread } from './support/distribution.ts'
import { countText, msText, tell, tellMachine } from './support/figures.ts'

const MINERS = 200
const ROUNDS = 5
const UPDATES = 200_000
/** Each of them costs milliseconds. */
const PLAIN_UPDATES = 300
/** As many as a digest names at most: 96 batches of 32. */
const JOBS = 96 * BATCH_ENTRIES_MAX
/** A miner signs what a flush brings: a busy one's four at a time. */
const RECEIPTS_PER_BATCH = 4

const random = new SeededRandom('quality')
const below = (n: number): number => random.uint32() % n
const miners = Array.from({ length: MINERS }, (_, i) => signerOf(`miner ${i}`).address)
const subjects = new Map(
  miners.map((miner, i): [string, Subject] => [
    miner,
    { miner, owner: miner, region: `r${i % 4}`, cardClass: i % 2 === 0 ? 'cpu' : 'gpu-8g' },
  ]),
)
const subjectOf = (miner: string): Subject | undefined => subjects.get(miner)
const { weights } = paidReceipts(['one'])[0]!.proven.receipt

function observation(i: number): Observation {
  const seen = { atS: Math.trunc(Date.now() / 1_000) - below(80_000), miner: miners[below(MINERS)]!, doubtPercent: 0 }
  if (i % 20 === 0) return { ...seen, kind: 'failed' }
  return {
    ...seen,
    kind: 'answered',
    attempt: weights,
    latencyMs: 50 + below(1_500),
    latencyClass: 'standard',
    weights,
    price: credits(900 + below(200)),
    usage: 1n,
  }
}
// In the order of their times, as they come.
const observations = Array.from({ length: UPDATES }, (_, i) => observation(i)).sort((a, b) => a.atS - b.atS)

function ownBook(): { readonly own: OwnWindow; readonly book: QualityBook } {
  const own = new OwnWindow({ clock: systemClock, subjectOf, isOwn: () => false })
  const others = new OthersWord({
    clock: systemClock,
    self: undefined,
    burned: undefined,
    hasBurned: () => false,
    ownerOf: () => undefined,
  })
  const book = new QualityBook({ clock: systemClock, own, others, ownReviews: () => [], onTier: () => undefined })
  return { own, book }
}

/** A second. */
function updates(): number {
  const { own, book } = ownBook()
  const startedMs = performance.now()
  for (const seen of observations) {
    own.note(seen)
    book.scoreOf(seen.miner)
  }
  return (1_000 * observations.length) / (performance.now() - startedMs)
}

function plainUpdates(): number {
  const window = observations.slice(0, WINDOW_OBSERVATIONS_MAX)
  const startedMs = performance.now()
  for (const seen of observations.slice(-PLAIN_UPDATES)) {
    window.shift()
    window.push(seen)
    scoreOf(evidenceOf(window, subjectOf).get(seen.miner)!)
  }
  return (1_000 * PLAIN_UPDATES) / (performance.now() - startedMs)
}

const receipts = Array.from({ length: JOBS / RECEIPTS_PER_BATCH }, (_, i) =>
  paidReceipts(
    Array.from({ length: RECEIPTS_PER_BATCH }, (__, j) => `${i} ${j}`),
    { miner: signerOf(`miner ${i % 20}`) },
  ),
).flat()
const signers = new Map(Array.from({ length: 20 }, (_, i) => [signerOf(`miner ${i}`).address, signerOf(`miner ${i}`)]))
const batches = Array.from({ length: JOBS / BATCH_ENTRIES_MAX }, (_, i) => {
  const part = receipts.slice(i * BATCH_ENTRIES_MAX, (i + 1) * BATCH_ENTRIES_MAX)
  const byMiner = Map.groupBy(part, ({ agreement }) => signers.get(agreement.operator)!)
  return batchAbout(
    new Map([...byMiner].map(([miner, paid]) => [miner, paid.map((each) => answeredEntry(each, { atS: SEEN_AT_S }))])),
  )
})
const source = sourceOf(batches, receipts)
const digest = makeDigest(domain, source)!
const heard: HeardDigest = { rater: cast.payer.signer.address, sequence: 1n, digest, heardAtMs: 0 }
const network = directNetwork(
  answerReceipts({ batch: () => undefined, receipt: (_, attempt) => source.receiptOf(attempt) }),
)

function made(): number {
  const startedMs = performance.now()
  makeDigest(domain, source)
  return performance.now() - startedMs
}

/** Without the pauses that a rater's limit asks for. */
async function madeAgain(): Promise<number> {
  const after = (_: number, call: () => void): Timer => {
    setImmediate(call)
    return { cancel: () => undefined }
  }
  const clock: Clock = { nowMs: () => 0, monotonicMs: () => performance.now(), after }
  const byNumber = new Map(source.batches.map(({ sequence, batch }) => [sequence, batch]))
  const needs = {
    network,
    domain,
    clock,
    batchOf: (_: string, of: bigint) => byNumber.get(of),
    feeAt: () => credits(30),
  }
  const startedMs = performance.now()
  const { outcome, receipts: count } = await checkDigest(needs, heard, new AbortController().signal)
  if (outcome !== 'same' || count !== JOBS) throw new Error(`${outcome} of ${count} receipts`)
  return performance.now() - startedMs
}

function signaturesAlone(): number {
  const signed = new Map(receipts.map(({ proven }) => [proven.batch.value.root, proven.batch]))
  const startedMs = performance.now()
  for (const batch of signed.values()) signatureFault(domain, receiptBatchType, batch)
  return performance.now() - startedMs
}

tellMachine()
const results = {
  updates: [] as number[],
  plain: [] as number[],
  made: [] as number[],
  again: [] as number[],
  signatures: [] as number[],
}
updates()
await madeAgain()
for (let round = 0; round < ROUNDS; round++) {
  results.updates.push(updates())
  results.plain.push(plainUpdates())
  results.made.push(made())
  results.again.push(await madeAgain())
  results.signatures.push(signaturesAlone())
}
const of = (name: keyof typeof results): number => spread(results[name]).median
tell({
  asks: `observations a second that a client's book takes, each followed by the question that routing asks, ${MINERS} miners`,
  found: countText(of('updates')),
  baseline: `${of('plain').toFixed(1)} where ${WINDOW_OBSERVATIONS_MAX.toLocaleString('en')} are summed anew each time`,
  ratio: of('updates') / of('plain'),
})
tell({ asks: `a digest of ${JOBS.toLocaleString('en')} paid jobs made`, found: msText(of('made')) })
tell({
  asks: 'the same made again from its receipts',
  found: msText(of('again')),
  baseline: `${msText(of('signatures'))} for the ${JOBS / RECEIPTS_PER_BATCH} signatures of their batches alone`,
  ratio: of('again') / of('signatures'),
})
