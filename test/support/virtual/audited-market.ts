/**
 * Miners of one model under a clock that moves when it is told to, with the auditor of a client as it is: what they answer is
 * computed here, what they sign is not signed.
 */
import { AuditBook, type AuditKeeper } from '../../../node/client/auditing/audit-book.ts'
import { AuditEpochs } from '../../../node/client/auditing/audit-epochs.ts'
import type { AuditRow } from '../../../node/client/auditing/audit-row.ts'
import { Auditor, type SkipReason } from '../../../node/client/auditing/auditor.ts'
import { kernelHash } from '../../../node/client/auditing/find-twins.ts'
import type { FinishedJob } from '../../../node/client/auditing/finished-job.ts'
import { HeardProofs } from '../../../node/client/auditing/heard-proofs.ts'
import type { AuditAnswer, AuditRun } from '../../../node/client/auditing/try-case.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, type Hash32, jobId, peerId } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import { EPOCHS, type Epochs } from '../../../protocols/rules/auditing/audit-draw.ts'
import { bytesOfFloats, floatsOf } from '../../../protocols/rules/auditing/tensor-floats.ts'
import { type Receipt, receiptStatus } from '../../../protocols/statements/struct-types.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import type { TableModel } from '../../../protocols/wire/offer/offer-table.ts'
import { SeededRandom } from '../../../simulations/clock/seeded-random.ts'
import { VirtualClock } from '../../../simulations/clock/virtual-clock.ts'
import { offerOf } from '../offers.ts'
import { crypto, digestOf, domain } from '../statement-vectors/cast.ts'
import { model } from '../wire-vectors/job-samples.ts'

export const FP32 = 'onnxruntime/1.30.0/cpu/fp32/x64'

export interface ModelledMiner {
  /** Credits of a job; 1,000 where absent. */
  readonly price?: number
  /** Leased by this client: its jobs cost nothing more. */
  readonly isLeased?: boolean
  readonly kernels?: string
  readonly owner?: Address
  readonly network?: string
  /** In place of twice the input. `undefined`: it gives no answer. */
  answer?: (input: number) => number | undefined
}

export interface AuditedMarketOptions {
  readonly share: number
  readonly budgetShare?: number
  readonly epochs?: Epochs
  readonly delayMsMax?: number
  readonly keeper?: AuditKeeper
  readonly seed?: string
  readonly network?: Pick<Network, 'call'>
}

export const addressOf = (i: number): Address => `0x${(i + 1).toString(16).padStart(40, '0')}` as Address
const hashOf = (word: string): Hash32 => toHex(digestOf(word)) as Hash32
const nobody: Pick<Network, 'call'> = {
  // biome-ignore lint/correctness/useYield: a call to somebody who is not there
  async *call() {
    throw new MeshError('STREAM_LOST', { peer: 'nobody' })
  },
}

export class AuditedMarket {
  readonly clock = new VirtualClock()
  readonly book: AuditBook
  readonly auditor: Auditor
  readonly epochs: AuditEpochs
  readonly miners: readonly ModelledMiner[]
  readonly rows: AuditRow[] = []
  readonly barred: Address[] = []
  readonly skipped: SkipReason[] = []
  readonly failures: MeshError[] = []
  /** What was asked for the auditor, in order. */
  readonly runs: (Omit<AuditRun, 'signal'> & { readonly atMs: number })[] = []
  #jobs = 0

  constructor(miners: readonly ModelledMiner[], options: AuditedMarketOptions) {
    this.miners = miners
    const { clock } = this
    const random = new SeededRandom(options.seed ?? 'audits')
    this.book = new AuditBook(clock, undefined, options.keeper)
    this.epochs = new AuditEpochs({
      ...{ clock, random, hasher: crypto, network: options.network ?? nobody },
      epochs: options.epochs ?? EPOCHS,
    })
    this.auditor = new Auditor({
      ...{ domain, clock, random, book: this.book, epochs: this.epochs, proofs: new HeardProofs() },
      market: {
        live: () =>
          miners
            .map(({ isLeased = false }, i) => ({ offer: this.#offer(i), isLeased }))
            .filter(({ offer }) => !this.book.isBarred(offer.miner)),
        tableOf: async ({ miner }) => [this.#table(miners[this.#indexOf(miner)]!)],
        ownerOf: async (miner) => miners[this.#indexOf(miner)]!.owner ?? miner,
        networkOf: async (peer) => miners[Number(peer.split(' ')[1]) - 1]!.network,
      },
      rerun: (run) => this.#run(run),
      share: options.share,
      budgetShare: options.budgetShare ?? options.share,
      delayMsMax: options.delayMsMax ?? 0,
      onAudited: (row) => this.rows.push(row),
      onBarred: (miner) => this.barred.push(miner),
      onSkipped: (why) => this.skipped.push(why),
      onFailure: (error) => this.failures.push(error),
    })
  }

  /** One job of this client's at a miner, as its client tells the auditor, and all that follows. */
  async job(i: number, more: Partial<FinishedJob> = {}): Promise<void> {
    this.begin(i, more)
    await this.settled()
  }

  begin(i: number, more: Partial<FinishedJob> = {}): FinishedJob {
    const inputs = more.inputs ?? [question(++this.#jobs)]
    const answer = this.#answer(i, inputs)
    if (answer === undefined) throw new Error('a miner without an answer gets no receipt')
    const { attempt, outputs, receipt, price } = answer
    const offer = this.#offer(i)
    const job: FinishedJob = {
      ...{ job: jobId(`job ${attempt}`), attempt, miner: offer.miner, peer: offer.peer, model },
      ...{ latencyMsMax: undefined, deadlineMs: 60_000, price, inputs, outputs, isSensitive: false },
      receipt: Promise.resolve(receipt),
      ...more,
    }
    this.auditor.finished(job)
    return job
  }

  settled(): Promise<void> {
    return this.clock.until(this.auditor.settled())
  }

  #answer(i: number, inputs: readonly Tensor[]): AuditAnswer | undefined {
    const { answer = (input: number) => 2 * input, isLeased = false, kernels = FP32 } = this.miners[i]!
    const price = isLeased ? 0 : (this.miners[i]!.price ?? 1_000)
    const [x] = inputs as [Tensor]
    const values = [...floatsOf('float32', x.data)].map(answer)
    if (values.includes(undefined)) return undefined
    const data = bytesOfFloats('float32', Float64Array.from(values as number[]))
    const attempt = hashOf(`attempt ${++this.#jobs}`)
    const receipt: Receipt = {
      ...{ operator: addressOf(i), agreement: attempt, status: receiptStatus.finished },
      ...{ outputRoot: toHex(crypto.keccak256(data)) as Hash32, weights: hashOf('weights') },
      ...{ kernelClass: kernelHash(crypto, kernels), usage: 1n, price: credits(price) },
      ...{ waitedUs: 0n, computedUs: 1_000n, blockTime: 1_800_000_000n },
    }
    const outputs = [{ name: 'y', type: 'float32' as const, dims: x.dims, byteLength: data.length, data }]
    return { attempt, outputs, price: credits(price), receipt }
  }

  async #run({ signal: _, ...run }: AuditRun): Promise<AuditAnswer> {
    this.runs.push({ ...run, atMs: this.clock.monotonicMs() })
    const answer = this.#answer(this.#indexOf(run.miner), run.inputs)
    if (answer === undefined) throw new MeshError('NO_MINER', { model, reasons: 'it is gone' })
    return answer
  }

  #indexOf = (miner: Address): number => this.miners.findIndex((_, i) => addressOf(i) === miner)

  #offer(i: number) {
    const known = offerOf({ miner: i + 1 })
    const [listed] = known.body.models
    return {
      ...known,
      body: { ...known.body, models: [{ ...listed!, base: credits(this.miners[i]!.price ?? 1_000) }] },
    }
  }

  #table = ({ kernels = FP32, price = 1_000 }: ModelledMiner): TableModel => ({
    ...{ id: model, name: 'model', bytes: 1, base: credits(price), kernelClass: kernels, inputs: [], outputs: [] },
  })
}

/** Another one for each number. */
export function question(i: number, length = 16): Tensor {
  const data = bytesOfFloats(
    'float32',
    Float64Array.from({ length }, (_, at) => Math.sin(100 * i + at)),
  )
  return { name: 'x', type: 'float32', dims: [length], byteLength: data.length, data }
}

export const peerOf = (i: number) => peerId(`peer ${i + 1}`)
