/** Speaks the job protocol word by word to a real miner: for what no honest client says. */

import type { Testnet } from '../../../bootstrap/localnet/create-testnet.ts'
import { purse as makePurse, type Purse } from '../../../node/client/paying/purse.ts'
import { escrowAddress } from '../../../node/config/network-file.ts'
import type { Secp256k1Signer } from '../../../node/keys/secp256k1-signer.ts'
import type { Libp2pNetwork } from '../../../node/network/libp2p-network.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import {
  type AttemptId,
  type Hash32,
  type JobId,
  jobId,
  type ModelId,
  ZERO_HASH,
} from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { agreementsHash } from '../../../protocols/statements/agreements-hash.ts'
import { contentRoot } from '../../../protocols/statements/content-root.ts'
import { createResumeToken, resumeTokenHash } from '../../../protocols/statements/resume-token.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import { agreementType } from '../../../protocols/statements/struct-types.ts'
import {
  type JobRequest,
  type JobResponse,
  type JobSpec,
  jobSpecCodec,
  type Payment,
  type RunRequest,
  type Terms,
} from '../../../protocols/wire/job/job-messages.ts'
import { jobProtocol } from '../../../protocols/wire/job/job-protocol.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { fitsInline } from '../../../protocols/wire/job/tensor-frames.ts'
import { hasher, meshNode } from './mesh-nodes.ts'
import { domainOf, headOf, newSigner } from './test-client.ts'

/** What differs from an honest first message. */
export interface RunChange {
  readonly job?: JobId
  readonly spec?: Partial<JobSpec>
  readonly terms?: Partial<Terms>
  readonly payment?: Partial<Payment>
  readonly salt?: Uint8Array
  readonly inline?: Uint8Array
}

export interface RawRun {
  readonly id: AttemptId
  readonly run: RunRequest
  readonly token: Uint8Array
}

export class RawClient implements AsyncDisposable {
  readonly network: Libp2pNetwork
  readonly signer: Secp256k1Signer
  readonly purse: Purse
  readonly miner: RunningNode
  readonly domain: SigningDomain
  readonly #net: Testnet
  #paid = 0n
  #hash: Hash32 = agreementsHash(hasher, [])

  private constructor(net: Testnet, miner: RunningNode, network: Libp2pNetwork, signer: Secp256k1Signer) {
    this.#net = net
    this.miner = miner
    this.network = network
    this.signer = signer
    this.domain = domainOf(net)
    this.purse = makePurse(this.domain, escrowAddress(net.network), signer)
  }

  static async start(net: Testnet, miner = net.miners[0]!, signer = newSigner()): Promise<RawClient> {
    const { network } = await meshNode({ network: net.network.networkId, listen: [] })
    await network.connect(miner.peer, miner.addresses())
    return new RawClient(net, miner, network, signer)
  }

  /** A first message that the miner takes, with a voucher for `price`; then with `change` in it. */
  async run(model: ModelId, inputs: readonly Tensor[], change: RunChange = {}, price = 0n): Promise<RawRun> {
    const salt = change.salt ?? systemRandom.bytes(32)
    const token = createResumeToken(systemRandom)
    const { blockNumber, blockTime } = await headOf(this.#net)
    const operator = this.miner.operator!
    const spec: JobSpec = {
      model,
      latencyClass: 'standard',
      deadlineMs: 30_000,
      inputs: inputs.map(({ name, type, dims, byteLength }) => ({ name, type, dims, byteLength })),
      ...change.spec,
    }
    const terms: Terms = {
      payer: this.purse.payer,
      offerHead: this.miner.miner!.board.current!.hash,
      inputRoot: contentRoot(
        hasher,
        salt,
        'in',
        inputs.map(({ data }) => data),
      ),
      policy: ZERO_HASH,
      priceMax: credits(10n ** 9n),
      nonce: BigInt(toHex(systemRandom.bytes(8))),
      attempt: 0,
      blockNumber,
      blockTime,
      ...change.terms,
    }
    const specHash = toHex(hasher.keccak256(encode(jobSpecCodec, spec))) as Hash32
    const id = toHex(this.domain.structHash(agreementType, { ...terms, operator, spec: specHash })) as AttemptId
    const run: RunRequest = {
      kind: 'run',
      job: change.job ?? jobId(toHex(systemRandom.bytes(16)).slice(2)),
      spec,
      terms,
      payment: {
        session: this.purse.session,
        grant: undefined,
        proof: this.purse.prove(operator, this.network.self, Date.now()),
        voucher: price === 0n ? undefined : this.voucher([id], price),
        ...change.payment,
      },
      salt,
      tokenHash: resumeTokenHash(hasher, token),
      inline: change.inline ?? (fitsInline(inputs) ? concat(...inputs.map(({ data }) => data)) : new Uint8Array(0)),
    }
    return { id, run, token }
  }

  /** The next voucher, `by` higher, over these agreements. */
  voucher(agreements: readonly AttemptId[], by: bigint): Uint8Array {
    this.#paid += by
    this.#hash = agreementsHash(hasher, agreements, this.#hash)
    return this.purse.sign(this.miner.operator!, credits(this.#paid), this.#hash)
  }

  call(requests: JobRequest | AsyncIterable<JobRequest>, signal?: AbortSignal): AsyncIterable<JobResponse> {
    return this.network.call(this.miner.peer, jobProtocol, requests, signal === undefined ? {} : { signal })
  }

  /** All that is answered. @throws what the miner threw */
  async ask(requests: JobRequest | AsyncIterable<JobRequest>): Promise<readonly JobResponse[]> {
    const answers: JobResponse[] = []
    for await (const response of this.call(requests)) answers.push(response)
    return answers
  }

  /** The last word. */
  async end(requests: JobRequest | AsyncIterable<JobRequest>): Promise<JobResponse> {
    return (await this.ask(requests)).at(-1)!
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.network[Symbol.asyncDispose]()
  }
}
