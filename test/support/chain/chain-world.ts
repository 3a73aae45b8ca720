/** A development chain with a desk on it, and contracts that are a few bytes long. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { EmbeddedChain, type EmbeddedChainOptions, LOCAL_CHAIN_ID } from '../../../bootstrap/localnet/embedded-chain.ts'
import { ChainRpc } from '../../../node/chain/rpc/chain-rpc.ts'
import { RpcPool } from '../../../node/chain/rpc/rpc-pool.ts'
import type { Hex } from '../../../node/chain/rpc/rpc-values.ts'
import {
  TransactionDesk,
  type TransactionDeskNeeds,
  type TransactionTuning,
} from '../../../node/chain/transactions/transaction-desk.ts'
import { TransactionJournal } from '../../../node/chain/transactions/transaction-journal.ts'
import type { TransactionStep } from '../../../node/chain/transactions/transaction-record.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { DataFolder } from '../../../node/storage/data-folder.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { COUNTER, GWEI, MOODY, signerOf, testTuning } from './chain-calls.ts'

const COUNTER_CODE = '0x600054600101600055' as const

/** `Error(string)` with this text. */
export function errorText(text: string): Hex {
  const word = (value: number): string => value.toString(16).padStart(64, '0')
  const bytes = new TextEncoder().encode(text)
  const padded = toHex(bytes)
    .slice(2)
    .padEnd(Math.ceil(bytes.length / 32) * 64, '0')
  return `0x08c379a0${word(32)}${word(bytes.length)}${padded}`
}

function moodyCode(refusal: Hex): Hex {
  const length = ((refusal.length - 2) / 2).toString(16).padStart(2, '0')
  // sload(1) -> jump; else count. The refusal lies behind the code, from byte 0x1d on.
  return `0x600154601057600054600101600055005b60${length}601d60003960${length}6000fd${refusal.slice(2)}`
}

export class ChainWorld {
  readonly chain: EmbeddedChain

  private constructor(chain: EmbeddedChain) {
    this.chain = chain
  }

  static async start(options: Partial<EmbeddedChainOptions> = {}): Promise<ChainWorld> {
    const chain = await EmbeddedChain.start({ folder: temporaryFolder(), ...options })
    onTestFinished(() => chain[Symbol.asyncDispose]())
    await chain.ask('anvil_setCode', [COUNTER, COUNTER_CODE])
    await chain.ask('anvil_setCode', [MOODY, moodyCode(errorText('not today'))])
    return new ChainWorld(chain)
  }

  /** How often the contract was called by what was mined. */
  async count(contract: Address = COUNTER): Promise<number> {
    return Number(await this.chain.ask('eth_getStorageAt', [contract, '0x0', 'latest']))
  }

  async setMood(isBad: boolean): Promise<void> {
    const word = `0x${(isBad ? '1' : '0').padStart(64, '0')}`
    await this.chain.ask('anvil_setStorageAt', [MOODY, `0x${'1'.padStart(64, '0')}`, word])
  }

  /** A transaction of `sender` that its desk knows nothing of, for more than its desk offers. @returns its hash */
  async foreign(sender: Address, nonce: bigint): Promise<string> {
    await this.chain.ask('anvil_impersonateAccount', [sender])
    const fee = `0x${(40n * GWEI).toString(16)}`
    const fees = { maxFeePerGas: fee, maxPriorityFeePerGas: fee }
    const call = { from: sender, to: COUNTER, data: '0x01', gas: '0x10000', nonce: `0x${nonce.toString(16)}`, ...fees }
    return String(await this.chain.ask('eth_sendTransaction', [call]))
  }

  async automine(on: boolean): Promise<void> {
    await this.chain.ask('evm_setAutomine', [on])
  }

  async mine(blocks = 1): Promise<void> {
    for (let i = 0; i < blocks; i++) await this.chain.ask('evm_mine')
  }

  /** Of the next block, in wei. */
  async baseFee(wei: bigint): Promise<void> {
    await this.chain.ask('anvil_setNextBlockBaseFeePerGas', [`0x${wei.toString(16)}`])
  }
}

export function rpcOf(endpoints: readonly string[], answerMsMax = 4_000): ChainRpc {
  const pool = new RpcPool({
    endpoints,
    chainId: LOCAL_CHAIN_ID,
    clock: systemClock,
    periodSeconds: 1,
    isSteady: false,
    answerMsMax,
  })
  onTestFinished(() => pool[Symbol.dispose]())
  return new ChainRpc(pool)
}

export interface OpenDesk extends AsyncDisposable {
  readonly desk: TransactionDesk
  readonly journal: TransactionJournal
  readonly rpc: ChainRpc
  readonly signer: Signer
  readonly steps: readonly TransactionStep[]
  readonly failures: readonly MeshError[]
  /** Resolves with the first step that fits, also one that was before. */
  step(fits: (step: TransactionStep) => boolean): Promise<TransactionStep>
}

export async function openDesk(
  url: string | readonly string[],
  options: {
    readonly folder?: string
    readonly tuning?: Partial<TransactionTuning>
    readonly signer?: Signer
    readonly needs?: Partial<TransactionDeskNeeds>
  } = {},
): Promise<OpenDesk> {
  const folder = DataFolder.open(options.folder ?? join(temporaryFolder(), 'node'), {
    clock: systemClock,
    bytes: 65_536,
  })
  const journal = await TransactionJournal.open(folder, { clock: systemClock, chainId: LOCAL_CHAIN_ID })
  const rpc = rpcOf(typeof url === 'string' ? [url] : url)
  const steps: TransactionStep[] = []
  const failures: MeshError[] = []
  const waiting = new Set<() => void>()
  const signer = options.signer ?? (await signerOf('sender'))
  const desk = new TransactionDesk({
    journal,
    chain: rpc,
    signer,
    clock: systemClock,
    tuning: { ...testTuning, ...options.tuning },
    onStep: (step) => {
      steps.push(step)
      for (const look of waiting) look()
    },
    onFailure: (error) => failures.push(error),
    ...options.needs,
  })
  let closed: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await desk[Symbol.asyncDispose]()
    await journal[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  }
  const dispose = (): Promise<void> => (closed ??= close())
  onTestFinished(dispose)
  return {
    ...{ desk, journal, rpc, signer, steps, failures },
    step: async (fits) => {
      const { promise, resolve } = Promise.withResolvers<TransactionStep>()
      const look = (): void => {
        const found = steps.find(fits)
        if (found !== undefined) resolve(found)
      }
      waiting.add(look)
      look()
      try {
        return await promise
      } finally {
        waiting.delete(look)
      }
    },
    [Symbol.asyncDispose]: dispose,
  }
}
