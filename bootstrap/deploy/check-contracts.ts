/** What `aitbc contracts check` does. */

import type { PresetName } from '../../contracts/deploy/preset.ts'
import { ChainRpc } from '../../node/chain/rpc/chain-rpc.ts'
import { RpcPool } from '../../node/chain/rpc/rpc-pool.ts'
import type { CommandContext } from '../../node/cli/frame/command.ts'
import { unknownWord } from '../../node/cli/frame/usage-error.ts'
import { networkInUse } from '../../node/cli/node/network-in-use.ts'
import { table } from '../../node/cli/screen/table.ts'
import type { ChainByRpc, NamedContractSet, NetworkFile } from '../../node/config/network-file.ts'
import { createCrypto } from '../../node/keys/node-crypto.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { toHex } from '../../protocols/kernel/bytes.ts'
import { EXIT } from '../../protocols/kernel/error-projections.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Hasher } from '../../protocols/kernel/ports.ts'
import { type DeploymentFinding, type Expectation, judgeDeployment } from './judge-deployment.ts'
import { readDeployment } from './read-deployment.ts'

interface CheckOptions {
  readonly set: string | undefined
  readonly preset: PresetName | undefined
  readonly governor: string | undefined
  readonly rpc: string | undefined
}

/** @throws MeshError NOTHING_SETTLES, CONTRACTS_MISSING, COMMAND_LINE, CHAIN_*, CONTRACT_CODE */
export async function checkContracts(context: CommandContext<unknown, CheckOptions>): Promise<number> {
  const { options, out, signal } = context
  const network = await networkInUse(context)
  const set = setOf(network, options.set)
  using pool = await poolOf(context, network, options.rpc)
  const { preset, governor } = options
  const findings = await (async () => {
    using progress = out.progress('reading the contracts')
    void progress
    return await inspect(new ChainRpc(pool), network, set, { preset, governor }, signal)
  })()
  if (out.json) {
    for (const finding of findings) await out.print({ set: set.name, ...finding }, () => '')
  } else await out.write(`${findingsText(findings, set, out)}\n`)
  const states = new Set(findings.map(({ state }) => state))
  return states.has('fail') ? EXIT.failed : states.has('warn') ? EXIT.degraded : EXIT.done
}

/** @throws MeshError NOTHING_SETTLES in a network without a chain */
export async function poolOf(
  { config }: Pick<CommandContext, 'config'>,
  network: NetworkFile,
  rpc: string | undefined,
): Promise<RpcPool> {
  const { settings } = await config()
  const { endpoints, periodSeconds } = chainOf(network)
  const own = rpc === undefined ? settings.chainEndpoints : [rpc]
  return new RpcPool({
    endpoints: own.length > 0 ? own : endpoints,
    chainId: BigInt(network.chainId),
    clock: systemClock,
    periodSeconds,
  })
}

/** @throws MeshError NOTHING_SETTLES */
export function chainOf({ chain, networkId }: NetworkFile): ChainByRpc {
  if (chain.kind === 'rpc') return chain
  throw new MeshError('NOTHING_SETTLES', { network: networkId })
}

/** All that is to be said of one set. */
export async function inspect(
  rpc: ChainRpc,
  network: NetworkFile,
  set: NamedContractSet,
  expected: Omit<Expectation, 'feeBasisPoints'>,
  signal: AbortSignal,
): Promise<readonly DeploymentFinding[]> {
  const hasher: Hasher = await createCrypto()
  const salt = toHex(hasher.keccak256(new TextEncoder().encode(network.networkId)))
  const facts = await readDeployment(rpc, set, salt, hasher, signal)
  const feeBasisPoints = network.parameters.protocolFeeBasisPoints
  return judgeDeployment(facts, set, { ...expected, feeBasisPoints })
}

function setOf({ contractSets, networkId }: NetworkFile, name: string | undefined): NamedContractSet {
  const found = contractSets.find((set) => (name === undefined ? !set.redeemOnly : set.name === name))
  if (found !== undefined) return found
  if (name === undefined) throw new MeshError('CONTRACTS_MISSING', { network: networkId })
  const names = contractSets.map((set) => set.name)
  throw unknownWord('contract set', name, names, `The network file has ${names.join(', ') || 'none'}.`)
}

const MARKS = { ok: '✓', warn: '!', fail: '✗' } as const

export function findingsText(
  findings: readonly DeploymentFinding[],
  set: Pick<NamedContractSet, 'name'>,
  { style, width }: CommandContext['out'],
): string {
  const rows = table(
    findings,
    [
      {
        title: '',
        cell: ({ state }) => MARKS[state],
        style: (text, { state }) => (state === 'ok' ? style.good : state === 'warn' ? style.warn : style.bad)(text),
      },
      { title: 'WHAT', cell: ({ what }) => what },
      { title: 'FOUND', cell: ({ found }) => found, mayCut: true },
      { title: 'EXPECTED', cell: ({ state, expected }) => (state === 'ok' ? '' : expected), mayCut: true },
    ],
    { width, styleTitle: style.dim },
  )
  const bad = findings.filter(({ state }) => state === 'fail').length
  return `${rows}\n${bad === 0 ? `The contracts of ${set.name} are as they should be.` : `${bad} of ${findings.length} are not as they should be.`}`
}
