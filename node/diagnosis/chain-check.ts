/** Whether the chain of the network answers, is the right one and awake, and holds the contracts that the network file names. */
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import { type ContractSet, requireContracts } from '../chain/contracts/contract-set.ts'
import { ChainRpc } from '../chain/rpc/chain-rpc.ts'
import type { EndpointHealth } from '../chain/rpc/rpc-endpoint.ts'
import { RpcPool } from '../chain/rpc/rpc-pool.ts'
import { currentContracts, type NetworkFile } from '../config/network-file.ts'
import type { Settings } from '../config/settings.ts'
import { createCrypto } from '../keys/node-crypto.ts'
import { systemClock } from '../roles/system-clock.ts'
import { type Check, type Finding, failedWith, ok, warn } from './check.ts'

/** Asks as a node would that starts now. */
export const chainCheck = (
  { chainEndpoints }: Pick<Settings, 'chainEndpoints'>,
  network: Pick<NetworkFile, 'chain' | 'chainId' | 'contractSets' | 'networkId'>,
): Check => ({
  name: 'chain',
  async run(signal) {
    const { chain, chainId, contractSets, networkId } = network
    if (chain.kind === 'table') return ok(`${networkId} has none: a table stands in for it, and nothing settles`)
    using pool = new RpcPool({
      endpoints: chainEndpoints.length > 0 ? chainEndpoints : chain.endpoints,
      chainId: BigInt(chainId),
      clock: systemClock,
      periodSeconds: chain.periodSeconds,
    })
    const endpoints = await pool.look(signal)
    const finding = endpointsFinding(endpoints, chainId, systemClock.nowMs())
    if (finding.state === 'fail') return finding
    const hasher = await createCrypto()
    for (const { name, ...set } of contractSets) {
      try {
        await requireContracts(new ChainRpc(pool), set as ContractSet, hasher, signal)
      } catch (error) {
        const { message, hint } = asMeshError(error)
        return { state: 'fail', found: `${finding.found}; contracts ${name}: ${message}`, remedy: hint }
      }
    }
    if (currentContracts(network) === undefined) {
      const { message, hint } = new MeshError('CONTRACTS_MISSING', { network: networkId })
      return { state: 'fail', found: `${finding.found}; ${message}`, remedy: hint }
    }
    const sets = contractSets.map(({ name }) => name).join(', ')
    return { ...finding, found: `${finding.found}; the contracts of ${sets} are there` }
  },
})

/** What the endpoints of a chain add up to. */
export function endpointsFinding(endpoints: readonly EndpointHealth[], chainId: number, nowMs: number): Finding {
  const good = endpoints.filter(({ state }) => state === 'good')
  const aside = endpoints.flatMap(({ error }) => (error === undefined ? [] : [error]))
  const [first] = good
  if (first?.head === undefined) return failedWith(aside[0] ?? asMeshError(new Error('no endpoint was asked')))
  const ageSeconds = Math.max(0, Math.round(nowMs / 1_000) - Number(first.head.time))
  const tookMs = Math.round(first.tookMs ?? 0)
  const found =
    `${good.length} of ${endpoints.length} endpoints of the chain ${chainId} are well; ` +
    `${first.origin} answers after ${tookMs} ms, with block ${first.head.number} of ${ageSeconds} s ago`
  const [trouble] = aside
  return trouble === undefined ? ok(found) : warn(`${found}; ${trouble.message}`, trouble.hint)
}
