/**
 * What money needs on one machine: the embedded chain, one set of contracts on it, and a purse that gives nodes their first tokens
 * and gas money. All of it stays in a folder, so that a network that is started again goes on with its balances.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type ContractAddresses, deployContracts } from '../../contracts/deploy/deploy.ts'
import { presets } from '../../contracts/deploy/preset.ts'
import { meshToken } from '../../contracts/generated/mesh-token.ts'
import { contractSet, requireContracts } from '../../node/chain/contracts/contract-set.ts'
import { ChainRpc } from '../../node/chain/rpc/chain-rpc.ts'
import { RpcPool } from '../../node/chain/rpc/rpc-pool.ts'
import { Keystore } from '../../node/keys/keystore.ts'
import { createCrypto } from '../../node/keys/node-crypto.ts'
import { systemRandom } from '../../node/network-node/system-random.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { replaceFile } from '../../node/storage/durable-file.ts'
import { abortable } from '../../protocols/kernel/abortable.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { type Address, isAddress } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Crypto } from '../../protocols/kernel/ports.ts'
import { EthersDeployer } from '../deploy/ethers-deployer.ts'
import { unreadable } from './chain-state.ts'
import { EmbeddedChain, LOCAL_CHAIN_ID } from './embedded-chain.ts'

/** Gas money of everybody on a chain where it costs nothing. */
const GAS_WEI = 10n ** 20n
const BLOCK_SECONDS = 1
/** Heads that old are believed, and a network that stays up for weeks makes a tenth of the blocks. */
const IDLE_SECONDS = 10

export interface LocalSettlementOptions {
  /** The chain is kept here. */
  readonly folder: string
  readonly networkId: string
  /** A free port where absent. */
  readonly port?: number
  readonly onStep?: (what: string) => void
  readonly onFailure?: (error: MeshError) => void
  readonly signal?: AbortSignal
}

export class LocalSettlement implements AsyncDisposable {
  readonly chain: EmbeddedChain
  readonly contracts: ContractAddresses
  /** Reads the chain, as a node does. */
  readonly rpc: ChainRpc
  readonly #deployer: EthersDeployer
  readonly #owned: AsyncDisposableStack
  #giving: Promise<unknown> = Promise.resolve()

  private constructor(
    parts: Pick<LocalSettlement, 'chain' | 'contracts' | 'rpc'>,
    deployer: EthersDeployer,
    owned: AsyncDisposableStack,
  ) {
    this.chain = parts.chain
    this.contracts = parts.contracts
    this.rpc = parts.rpc
    this.#deployer = deployer
    this.#owned = owned
  }

  /** @throws MeshError LOCAL_CHAIN, PORT_IN_USE, CANCELLED, TRANSACTION_FAILED */
  static async start(options: LocalSettlementOptions): Promise<LocalSettlement> {
    const { folder, networkId, onStep = () => undefined, signal } = options
    await using stack = new AsyncDisposableStack()
    onStep('chain')
    const chain = stack.use(
      await EmbeddedChain.start({
        folder,
        blockSeconds: BLOCK_SECONDS,
        atOnce: true,
        idleSeconds: IDLE_SECONDS,
        ...(options.port === undefined ? {} : { port: options.port }),
        ...(options.onFailure === undefined ? {} : { onFailure: options.onFailure }),
        ...(signal === undefined ? {} : { signal }),
      }),
    )
    // Its newest block is as old as the last run, and who finds no newer one takes it for a chain that stands still.
    await chain.ask('evm_mine', [], signal)
    const crypto = await createCrypto()
    const keys = stack.use(new Keystore(join(folder, 'keys'), { crypto, random: systemRandom, clock: systemClock }))
    using key = keys.loadOrCreate('owner')
    const secret = key.secret()
    const deployer = stack.use(new EthersDeployer(chain.url, LOCAL_CHAIN_ID, secret))
    secret.fill(0)
    onStep('contracts')
    const rpc = new ChainRpc(stack.use(poolOf(chain)))
    const path = join(folder, 'contracts.json')
    let contracts = readAddresses(path)
    if (contracts === undefined || !(await isThere(rpc, contracts, crypto))) {
      await chain.fund(deployer.address, GAS_WEI, signal)
      contracts = await deployContracts(deployer, { networkId, preset: presets.local, governor: deployer.address })
      replaceFile(path, `${JSON.stringify(contracts, undefined, 2)}\n`, 0o644)
    }
    return new LocalSettlement({ chain, contracts, rpc }, deployer, stack.move())
  }

  /** What a network file says of it. */
  get networkPart(): Readonly<Record<string, unknown>> {
    return {
      chainId: Number(LOCAL_CHAIN_ID),
      // A block is final when it is made: nobody else makes any. Two of them leave room for a chain that was killed.
      chain: { kind: 'rpc', endpoints: [this.chain.url], periodSeconds: BLOCK_SECONDS, confirmations: 2 },
      contractSets: [{ name: 'local', ...this.contracts }],
      parameters: { stakeMin: '10' },
    }
  }

  /** Gas money for all of them, and tokens for the first. @throws MeshError LOCAL_CHAIN, TRANSACTION_FAILED; the signal's reason */
  async give(to: Address, tokens: Credits, others: readonly Address[] = [], signal?: AbortSignal): Promise<void> {
    for (const account of [to, ...others]) await this.chain.fund(account, GAS_WEI, signal)
    // One after another: transactions of one account have numbers.
    const given = this.#giving.then(() =>
      this.#deployer.call(meshToken, this.contracts.token, 'transfer', [to, tokens]),
    )
    this.#giving = given.catch(() => undefined)
    await abortable(given, signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync()
  }
}

const addressText = z.custom<Address>((value) => typeof value === 'string' && isAddress(value))
const addresses = z.strictObject({
  accessManager: addressText,
  token: addressText,
  identityRegistry: addressText,
  stakeVault: addressText,
  escrow: addressText,
  evidenceSlasher: addressText,
  leaseSlasher: addressText.optional(),
})

/** `undefined` where there is none, or nothing that could be one: then they are made anew. Exported for its test. @throws MeshError LOCAL_CHAIN */
export function readAddresses(path: string): ContractAddresses | undefined {
  if (!existsSync(path)) return undefined
  try {
    return addresses.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw unreadable(path, error)
  }
}

const poolOf = ({ url }: EmbeddedChain): RpcPool =>
  new RpcPool({
    endpoints: [url],
    chainId: LOCAL_CHAIN_ID,
    clock: systemClock,
    periodSeconds: BLOCK_SECONDS,
    // Where this machine slept its newest block is old, and still the newest.
    isSteady: false,
  })

/** A chain that was lost, or that an older program made, does not have them. */
async function isThere(rpc: ChainRpc, contracts: ContractAddresses, crypto: Crypto): Promise<boolean> {
  try {
    await requireContracts(rpc, contractSet(contracts), crypto)
    return true
  } catch (error) {
    if (error instanceof MeshError && error.code === 'CONTRACT_CODE') return false
    throw error
  }
}
