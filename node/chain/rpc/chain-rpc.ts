/** What a node asks a chain, typed. Every answer is checked for its form; whether it is true nobody can say but a proof. */

import { fromHex, toHex } from '../../../protocols/kernel/bytes.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, Hash32 } from '../../../protocols/kernel/ids.ts'
import type { ChainHead, Hasher } from '../../../protocols/kernel/ports.ts'
import type { RpcRefusal } from './post-json-rpc.ts'
import type { CallOptions, RpcOutcome, RpcPool } from './rpc-pool.ts'
import { account, fields, type Hex, hash, hex, list, optional, quantity, toQuantity } from './rpc-values.ts'

export interface ContractCall {
  readonly from?: Address
  /** `undefined` makes a contract. */
  readonly to: Address | undefined
  readonly data: Hex
  /** Wei. */
  readonly value?: bigint
}

export interface TransactionReceipt {
  readonly hash: Hash32
  readonly blockNumber: bigint
  readonly blockHash: Hash32
  readonly succeeded: boolean
  readonly gasUsed: bigint
  /** Wei that were paid for the gas. */
  readonly feeWei: bigint
}

export interface FeeHistory {
  /** Wei per gas, oldest first; the last one is of the block to come. */
  readonly baseFees: readonly bigint[]
  /** What the middle transaction of each block gave its producer, wei per gas; 0 for an empty block. */
  readonly tips: readonly bigint[]
}

export interface LogFilter {
  readonly address: Address
  readonly topics: readonly (Hash32 | undefined)[]
  readonly fromBlock: bigint
  readonly toBlock: bigint
}

export interface ChainLog {
  readonly topics: readonly Hash32[]
  readonly data: Hex
  readonly blockNumber: bigint
  readonly transaction: Hash32
}

/** Where a block is meant: by number, or the newest, or with what waits. */
export type BlockTag = bigint | 'latest' | 'pending'

/** Blocks whose fees are looked at: about four minutes on Ethereum. */
const FEE_BLOCKS = 20
/** What a page of logs may hold: endpoints give no more than 10,000. */
const LOGS_MAX = 10_000
const TOPICS_MAX = 4
/** A block with all its transactions. */
const BLOCK_BYTES_MAX = 16 * 1_048_576
/** More transactions than any block holds. */
const BLOCK_TRANSACTIONS_MAX = 100_000

export class ChainRpc {
  readonly #pool: RpcPool

  constructor(pool: RpcPool) {
    this.#pool = pool
  }

  get chainId(): bigint {
    return this.#pool.chainId
  }

  /** @throws MeshError as {@link RpcPool.call}, as all of these do */
  head(signal?: AbortSignal): Promise<ChainHead> {
    return this.#pool.call('eth_getBlockByNumber', ['latest', false], readHead, { signal })
  }

  /** The hash of a block; undefined where the chain has none of that number. */
  blockHash(number: bigint, signal?: AbortSignal): Promise<Hash32 | undefined> {
    const read = (value: unknown): Hash32 | undefined => optional(value, (block) => hash(fields(block).hash))
    return this.#pool.call('eth_getBlockByNumber', [toQuantity(number), false], read, { signal })
  }

  balance(of: Address, signal?: AbortSignal): Promise<bigint> {
    return this.#pool.call('eth_getBalance', [of, 'latest'], quantity, { signal })
  }

  /** Transactions of an account up to a block: the nonce of its next one. */
  nonce(of: Address, at: BlockTag, signal?: AbortSignal): Promise<bigint> {
    return this.#pool.call('eth_getTransactionCount', [of, tagOf(at)], quantity, { signal })
  }

  feeHistory(signal?: AbortSignal): Promise<FeeHistory> {
    return this.#pool.call('eth_feeHistory', [toQuantity(FEE_BLOCKS), 'latest', [50]], readFeeHistory, { signal })
  }

  /** undefined where the transaction is in no block. */
  receipt(of: Hash32, signal?: AbortSignal): Promise<TransactionReceipt | undefined> {
    return this.#pool.call('eth_getTransactionReceipt', [of], (value) => optional(value, readReceipt), { signal })
  }

  /** The transaction of `sender` with this nonce in a block, by its hash. */
  async transactionIn(
    block: bigint,
    sender: Address,
    nonce: bigint,
    signal?: AbortSignal,
  ): Promise<Hash32 | undefined> {
    const read = (value: unknown): Hash32 | undefined => {
      const { transactions } = fields(value)
      return list(transactions, BLOCK_TRANSACTIONS_MAX, fields)
        .filter(({ from, nonce: each }) => account(from) === sender && quantity(each) === nonce)
        .map((found) => hash(found.hash))[0]
    }
    const options = { signal, bytesMax: BLOCK_BYTES_MAX }
    return this.#pool.call('eth_getBlockByNumber', [toQuantity(block), true], read, options)
  }

  /** Changes nothing. What a contract reverts with is a refusal with data. */
  tryCall(call: ContractCall, at: BlockTag = 'latest', options: CallOptions = {}): Promise<RpcOutcome<Hex>> {
    return this.#pool.ask('eth_call', [callOf(call), tagOf(at)], hex, options)
  }

  /** @throws MeshError CHAIN_REFUSED where the contract reverts */
  call(call: ContractCall, at: BlockTag = 'latest', options: CallOptions = {}): Promise<Hex> {
    return this.#pool.call('eth_call', [callOf(call), tagOf(at)], hex, options)
  }

  /** On what is mined: what waits may never be. */
  estimateGas(call: ContractCall, signal?: AbortSignal): Promise<RpcOutcome<bigint>> {
    return this.#pool.ask('eth_estimateGas', [callOf(call), 'latest'], quantity, { signal })
  }

  /** Undefined where the chain took it. */
  async sendRaw(raw: Uint8Array, signal?: AbortSignal): Promise<RpcRefusal | undefined> {
    const sent = await this.#pool.ask('eth_sendRawTransaction', [toHex(raw)], hash, { signal })
    return sent.kind === 'refused' ? sent.refusal : undefined
  }

  /**
   * Logs of one contract, oldest first.
   * @param topics of the filter; `undefined` in a place takes any
   */
  logs(filter: LogFilter, signal?: AbortSignal): Promise<RpcOutcome<readonly ChainLog[]>> {
    const { address, topics, fromBlock, toBlock } = filter
    const params = {
      address,
      topics: topics.map((topic) => topic ?? null),
      fromBlock: toQuantity(fromBlock),
      toBlock: toQuantity(toBlock),
    }
    return this.#pool.ask('eth_getLogs', [params], (value) => list(value, LOGS_MAX, readLog), { signal })
  }

  code(at: Address, signal?: AbortSignal): Promise<Hex> {
    return this.#pool.call('eth_getCode', [at, 'latest'], hex, { signal })
  }

  /**
   * A contract is where the network file says.
   * @param codeHash keccak-256 of the code it must have there; any code where absent
   * @throws MeshError CONTRACT_CODE
   */
  async requireCode(
    {
      contract,
      address,
      codeHash,
    }: { readonly contract: string; readonly address: Address; readonly codeHash?: Hash32 },
    hasher: Pick<Hasher, 'keccak256'>,
    signal?: AbortSignal,
  ): Promise<void> {
    const code = await this.code(address, signal)
    const wrong = (why: string): MeshError => new MeshError('CONTRACT_CODE', { contract, address, why })
    if (code === '0x') throw wrong('there is no code')
    if (codeHash === undefined) return
    const found = toHex(hasher.keccak256(fromHex(code)!))
    if (found !== codeHash) throw wrong(`there is other code, of the hash ${found}`)
  }
}

const tagOf = (at: BlockTag): string => (typeof at === 'bigint' ? toQuantity(at) : at)

function callOf({ from, to, data, value }: ContractCall): Readonly<Record<string, string>> {
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    data,
    ...(value === undefined || value === 0n ? {} : { value: toQuantity(value) }),
  }
}

function readHead(value: unknown): ChainHead {
  const { number, timestamp, hash: of } = fields(value)
  return { blockNumber: quantity(number), blockTime: quantity(timestamp), blockHash: hash(of) }
}

function readFeeHistory(value: unknown): FeeHistory {
  const { baseFeePerGas, reward } = fields(value)
  const baseFees = list(baseFeePerGas, FEE_BLOCKS + 1, quantity)
  if (baseFees.length === 0) throw new TypeError('no base fee')
  const tips = optional(reward, (rows) => list(rows, FEE_BLOCKS, (row) => list(row, 1, quantity)[0] ?? 0n)) ?? []
  return { baseFees, tips }
}

function readLog(value: unknown): ChainLog {
  const log = fields(value)
  return {
    topics: list(log.topics, TOPICS_MAX, hash),
    data: hex(log.data),
    blockNumber: quantity(log.blockNumber),
    transaction: hash(log.transactionHash),
  }
}

function readReceipt(value: unknown): TransactionReceipt {
  const receipt = fields(value)
  const gasUsed = quantity(receipt.gasUsed)
  return {
    hash: hash(receipt.transactionHash),
    blockNumber: quantity(receipt.blockNumber),
    blockHash: hash(receipt.blockHash),
    succeeded: quantity(receipt.status) === 1n,
    gasUsed,
    feeWei: gasUsed * quantity(receipt.effectiveGasPrice),
  }
}
