/**
 * A miner that lies as a test asks: a real node with an operator key, whose offer is really signed, gossiped and found in a
 * real directory. Where a test asks for nothing it is honest: it answers with its input, signs receipts and takes vouchers.
 */
import { expect } from 'vitest'
import type { Testnet } from '../../../bootstrap/localnet/create-testnet.ts'
import { createSecret, Secp256k1Signer } from '../../../node/keys/secp256k1-signer.ts'
import type { Libp2pNetwork } from '../../../node/network/libp2p-network.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { signBatch } from '../../../node/work/paying/sign-batch.ts'
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import type { AttemptId, Hash32 } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { CallContext, Handler, Protocol } from '../../../protocols/kernel/protocol.ts'
import type { Topic } from '../../../protocols/kernel/topic.ts'
import { jobPrice } from '../../../protocols/rules/pricing/job-price.ts'
import { agreementsHash } from '../../../protocols/statements/agreements-hash.ts'
import { contentRoot } from '../../../protocols/statements/content-root.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { openSigned } from '../../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { agreementType, type Receipt, receiptStatus, voucherType } from '../../../protocols/statements/struct-types.ts'
import type { Finished, JobRequest, JobResponse, RunRequest } from '../../../protocols/wire/job/job-messages.ts'
import { jobResponseCodec, jobSpecCodec } from '../../../protocols/wire/job/job-messages.ts'
import { jobProtocol } from '../../../protocols/wire/job/job-protocol.ts'
import type { RefusalReason } from '../../../protocols/wire/job/refusals.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { fitsInline } from '../../../protocols/wire/job/tensor-frames.ts'
import { type Offer, shortOf, signOffer } from '../../../protocols/wire/offer/offer.ts'
import type { OfferBody } from '../../../protocols/wire/offer/offer-body.ts'
import { offerShard } from '../../../protocols/wire/offer/offer-body.ts'
import {
  answerTable,
  offerTableProtocol,
  type TableModel,
  type TableRequest,
  tableHash,
} from '../../../protocols/wire/offer/offer-table.ts'
import { offerTopic } from '../../../protocols/wire/offer/offer-topic.ts'
import { answerPayment, type CounterBooks } from '../../../protocols/wire/payment/payment-handler.ts'
import {
  type PaymentRequest,
  type PaymentResponse,
  paymentProtocol,
} from '../../../protocols/wire/payment/payment-protocol.ts'
import { hasher, meshNode } from './mesh-nodes.ts'
import { domainOf } from './test-client.ts'

/** Bytes where a message should be. */
export interface Garbage {
  readonly kind: 'garbage'
  readonly bytes: Uint8Array
}

export type JobLie = (run: RunRequest, miner: HostileMiner, call: JobCall) => AsyncIterable<JobResponse | Garbage>

export interface JobCall {
  readonly more: AsyncIterable<JobRequest>
  readonly context: CallContext
}

type Of<K extends PaymentResponse['kind']> = Extract<PaymentResponse, { kind: K }>

/** What is said instead of the truth; `undefined` = nothing. */
export interface PaymentLies {
  books?(honest: Of<'books'>): PaymentResponse
  verdict?(honest: Of<'voucher'>): PaymentResponse
  receipts?(honest: Receipt, miner: HostileMiner): PaymentResponse | undefined
}

export interface HostileMinerOptions {
  readonly model: TableModel
  readonly price?: bigint
  /** What the table says, where it is not the one of the offer. */
  readonly table?: readonly TableModel[]
}

/** The job protocol of somebody who keeps to no codec. */
const looseJobProtocol: Protocol<JobRequest, JobResponse | Garbage> = {
  ...jobProtocol,
  response: {
    bytesMax: jobResponseCodec.bytesMax,
    read: jobResponseCodec.read,
    write: (writer, value) =>
      value.kind === 'garbage' ? writer.bytes(value.bytes) : jobResponseCodec.write(writer, value),
  },
}
const SOON = { interval: 20 }
const OTHER_HASH = `0x${'5a'.repeat(32)}` as Hash32

export class HostileMiner implements AsyncDisposable {
  readonly domain: SigningDomain
  readonly signer: Secp256k1Signer
  readonly network: Libp2pNetwork
  readonly model: TableModel
  readonly runs: RunRequest[] = []
  /** First messages of calls that were no run. */
  readonly others: JobRequest[] = []
  job: JobLie = honest
  resume: Handler<JobRequest, JobResponse> = async function* () {}
  table: Handler<TableRequest, TableModel> = async function* () {}
  lies: PaymentLies = {}
  /** Answers the payment protocol in place of the books of this miner. */
  payment: Handler<PaymentRequest, PaymentResponse> | undefined
  readonly #net: Testnet
  readonly #topic: Topic<Offer>
  readonly #stack: AsyncDisposableStack
  readonly #receipts = new Map<AttemptId, Receipt>()
  readonly #followers = new Set<(message: PaymentResponse) => void>()
  #sequence = BigInt(Date.now())
  #offer: Offer | undefined
  #held: Credits = credits(0)
  #due: Credits = credits(0)
  #hash: Hash32 = agreementsHash(hasher, [])

  private constructor(
    net: Testnet,
    domain: SigningDomain,
    signer: Secp256k1Signer,
    network: Libp2pNetwork,
    model: TableModel,
    stack: AsyncDisposableStack,
  ) {
    this.#net = net
    this.#topic = offerTopic(domain, new HighestSeen())
    this.domain = domain
    this.signer = signer
    this.network = network
    this.model = model
    this.#stack = stack
  }

  /** Resolves when the miner's offer is in the directory of the network's first miner. */
  static async start(net: Testnet, { model, price = 10n, table }: HostileMinerOptions): Promise<HostileMiner> {
    const domain = domainOf(net)
    const secret = createSecret(systemRandom)
    const signer = new Secp256k1Signer(secret, hasher)
    await using stack = new AsyncDisposableStack()
    const node = stack.use(await meshNode({ network: net.network.networkId, key: { kind: 'operator', secret } }))
    const { network } = node
    const own = { ...model, base: credits(price) }
    const miner: HostileMiner = new HostileMiner(net, domain, signer, network, own, stack.move())
    miner.table = answerTable(() => table ?? [own])
    network.serve(offerTableProtocol, (...call) => miner.table(...call))
    network.serve(looseJobProtocol, (first, more, context) => miner.#answer(first, more, context))
    const books = answerPayment({ open: async () => miner.#books() }, systemClock)
    network.serve(paymentProtocol, (first, more, context) => (miner.payment ?? books)(first, more, context))
    await network.connect(net.door.peer, net.door.addresses)
    const [directory] = net.miners
    await network.connect(directory!.peer, directory!.addresses())
    network.subscribe(miner.#topic, offerShard(miner.body()), () => undefined)
    await miner.publish()
    return miner
  }

  get address(): Secp256k1Signer['address'] {
    return this.signer.address
  }

  /** The highest voucher that it was given: what it could redeem. */
  get held(): bigint {
    return this.#held
  }

  get offer(): Offer {
    return this.#offer!
  }

  body(change: Partial<OfferBody> = {}): OfferBody {
    const { region } = this.#net.client.settings
    return {
      region,
      gpuClass: 'cpu',
      models: [{ short: shortOf(this.model.id), base: this.model.base }],
      jobs: 0,
      jobsMax: 64,
      chunkCredits: this.#net.network.parameters.chunkCredits as Credits,
      windowChunks: this.#net.network.parameters.windowChunks,
      table: tableHash(hasher, [this.model]),
      ...change,
    }
  }

  /** A new offer, signed and told to nobody. */
  sign(change: Partial<OfferBody> = {}, atMs = Date.now()): Offer {
    this.#offer = signOffer(this.domain, this.signer, this.body(change), ++this.#sequence, atMs)
    return this.#offer
  }

  /** Another offer under the sequence of the last one: what a board signs that forgot it. */
  signAgain(change: Partial<OfferBody>): Offer {
    const { sequence } = this.offer.head
    return signOffer(this.domain, this.signer, this.body(change), sequence, Date.now())
  }

  /** To whoever listens, which takes it for a replay. */
  gossip({ body, bytes }: Offer): Promise<number> {
    return this.network.publish(this.#topic, offerShard(body), bytes)
  }

  async publish(change: Partial<OfferBody> = {}): Promise<void> {
    const { directory } = this.#net.miners[0]!.router!
    // The first one waits until the neighbours have said that they listen. Gossip takes the same bytes once only.
    const told = (): Promise<number> => {
      const { body, bytes } = this.sign(change)
      return this.network.publish(this.#topic, offerShard(body), bytes)
    }
    await expect.poll(told, SOON).toBeGreaterThan(0)
    if (change.paused === undefined)
      await expect
        .poll(() => [...directory.live()].some((held) => held.offer.hash === this.offer.hash), SOON)
        .toBe(true)
  }

  // Work

  attemptOf(run: RunRequest): AttemptId {
    const spec = toHex(hasher.keccak256(encode(jobSpecCodec, run.spec))) as Hash32
    const agreement = { ...run.terms, operator: this.address, spec }
    return toHex(this.domain.structHash(agreementType, agreement)) as AttemptId
  }

  priceOf(run: RunRequest): Credits {
    return jobPrice(this.model.base, run.spec.latencyClass)
  }

  /** The input as the output `y`: what the identity model answers. */
  outputsOf(run: RunRequest): readonly Tensor[] {
    const [x] = run.spec.inputs
    return [{ ...x!, name: 'y', data: run.inline }]
  }

  finished(run: RunRequest, outputs = this.outputsOf(run), change: Partial<Finished> = {}): Finished {
    const headers = outputs.map(({ name, type, dims, byteLength }) => ({ name, type, dims, byteLength }))
    const end: Finished = {
      kind: 'finished',
      attempt: this.attemptOf(run),
      outputs: headers,
      inline: fitsInline(headers) ? concat(...outputs.map(({ data }) => data)) : new Uint8Array(0),
      usage: 1n,
      price: this.priceOf(run),
      waitedUs: 1n,
      computedUs: 1n,
      weights: OTHER_HASH,
      kernelClass: OTHER_HASH,
      blockTime: run.terms.blockTime,
      ...change,
    }
    this.#record(run, outputs, end)
    return end
  }

  refused(reason: RefusalReason, offer: Uint8Array | undefined = undefined, detail = 'so it is'): JobResponse {
    return { kind: 'refused', reason, detail, retryAfterMs: 0, offer }
  }

  // Evidence

  /** Signed together as miners do. */
  batchOf(receipts: readonly Receipt[], signer: Secp256k1Signer = this.signer): Of<'receipts'> {
    return { kind: 'receipts', ...signBatch(this.domain, signer, ++this.#sequence, receipts) }
  }

  /** To every client whose payment call stands. */
  tell(message: PaymentResponse): void {
    for (const follow of this.#followers) follow(message)
  }

  get followers(): number {
    return this.#followers.size
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Gone from the directory too, or the next test's client finds it.
    this.#net.miners[0]!.router!.directory.put(this.sign({ paused: 1 }))
    await this.#stack.disposeAsync()
  }

  async *#answer(
    first: JobRequest,
    more: AsyncIterable<JobRequest>,
    context: CallContext,
  ): AsyncIterable<JobResponse | Garbage> {
    if (first.kind !== 'run') {
      this.others.push(first)
      yield* this.resume(first, more, context)
      return
    }
    const run = { ...first, inline: first.inline.slice(), salt: first.salt.slice() }
    this.runs.push(run)
    if (run.payment.voucher !== undefined) this.#take(run.payment.voucher)
    yield* this.job(run, this, { more, context })
  }

  #record(run: RunRequest, outputs: readonly Tensor[], end: Finished): void {
    const { usage, price, waitedUs, computedUs, weights, kernelClass, blockTime } = end
    const receipt: Receipt = {
      operator: this.address,
      agreement: this.attemptOf(run),
      status: receiptStatus.finished,
      outputRoot: contentRoot(
        hasher,
        run.salt,
        'out',
        outputs.map(({ data }) => data),
      ),
      ...{ usage, price, waitedUs, computedUs, weights, kernelClass, blockTime },
    }
    this.#due = credits(this.#due + price)
    this.#receipts.set(receipt.agreement, receipt)
    const message = this.#say(receipt)
    if (message !== undefined) this.tell(message)
  }

  #say(receipt: Receipt): PaymentResponse | undefined {
    return this.lies.receipts === undefined ? this.batchOf([receipt]) : this.lies.receipts(receipt, this)
  }

  #take(bytes: Uint8Array): boolean {
    const { value } = openSigned(this.domain, voucherType, bytes)
    if (value.miner !== this.address || value.cumulative <= this.#held) return false
    this.#held = value.cumulative
    this.#hash = value.agreementsHash
    return true
  }

  #books(): CounterBooks {
    const state = (): PaymentResponse => {
      const honest = { kind: 'books', cumulative: this.#held, due: this.#due, agreementsHash: this.#hash } as const
      return this.lies.books?.(honest) ?? honest
    }
    return {
      state,
      voucher: async ({ voucher }) => {
        const verdict = this.#take(voucher) ? 'accepted' : 'not-higher'
        const honest = { kind: 'voucher', cumulative: this.#held, verdict } as const
        return this.lies.verdict?.(honest) ?? honest
      },
      receipts: async (attempts) =>
        attempts.flatMap((attempt) => {
          const receipt = this.#receipts.get(attempt)
          return receipt === undefined ? [] : (this.#say(receipt) ?? [])
        }),
      square: async () => state(),
      follow: (deliver) => {
        this.#followers.add(deliver)
        return { [Symbol.dispose]: () => this.#followers.delete(deliver) }
      },
    }
  }
}

export async function* honest(run: RunRequest, miner: HostileMiner): AsyncGenerator<JobResponse> {
  yield miner.finished(run)
}
