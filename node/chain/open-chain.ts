/** What stands behind the `ChainView` port in a network: its chain, or the table of its file. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { ChainView, Clock, Hasher } from '../../protocols/kernel/ports.ts'
import { currentContracts, type NetworkFile } from '../config/network-file.ts'
import { ContractChainView } from './contracts/contract-chain-view.ts'
import { type ContractSet, requireContracts } from './contracts/contract-set.ts'
import { FixedChainView } from './fixed-chain-view.ts'
import { ChainRpc } from './rpc/chain-rpc.ts'
import type { EndpointHealth } from './rpc/rpc-endpoint.ts'
import { RpcPool } from './rpc/rpc-pool.ts'

/** A chain that settles: what reads it and what it is. */
export interface SettlingChain {
  readonly rpc: ChainRpc
  readonly pool: RpcPool
  readonly contracts: ContractSet
  readonly confirmations: number
  readonly periodSeconds: number
}

export interface OpenChain extends Disposable {
  readonly view: ChainView
  /** `undefined` where a table stands in. */
  readonly settling: SettlingChain | undefined
}

export interface OpenChainNeeds {
  readonly clock: Clock
  readonly hasher: Pick<Hasher, 'keccak256'>
  /** Own endpoints, asked instead of those of the network file. */
  readonly endpoints: readonly string[]
  /** Instead of the current set: an older one, which still pays. */
  readonly contracts?: ContractSet | undefined
  readonly onEndpoint?: (health: EndpointHealth) => void
}

/**
 * Where a chain answers, its contracts are checked at once: with other code behind the addresses nothing it says counts.
 * @throws MeshError CONTRACTS_MISSING, CHAIN_UNREACHABLE, CHAIN_WRONG, CHAIN_STALE, CONTRACT_CODE; the signal's reason
 */
export async function openChain(network: NetworkFile, needs: OpenChainNeeds, signal?: AbortSignal): Promise<OpenChain> {
  const { clock, hasher } = needs
  const { chain, networkId } = network
  if (chain.kind === 'table') {
    const view = new FixedChainView({ networkId, clock, hasher }, chain)
    return { view, settling: undefined, [Symbol.dispose]: () => undefined }
  }
  const contracts = needs.contracts ?? currentContracts(network)
  if (contracts === undefined) throw new MeshError('CONTRACTS_MISSING', { network: networkId })
  const pool = new RpcPool({
    endpoints: needs.endpoints.length > 0 ? needs.endpoints : chain.endpoints,
    chainId: BigInt(network.chainId),
    clock,
    periodSeconds: chain.periodSeconds,
    ...(needs.onEndpoint === undefined ? {} : { onChange: needs.onEndpoint }),
  })
  try {
    const rpc = new ChainRpc(pool)
    await requireContracts(rpc, contracts, hasher, signal)
    const { confirmations, periodSeconds } = chain
    return {
      view: new ContractChainView(rpc, contracts),
      settling: { rpc, pool, contracts, confirmations, periodSeconds },
      [Symbol.dispose]: () => pool[Symbol.dispose](),
    }
  } catch (error) {
    pool[Symbol.dispose]()
    throw error
  }
}
