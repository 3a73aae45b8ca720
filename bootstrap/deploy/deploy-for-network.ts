/** What `aitbc contracts deploy` does: look, price, ask, send step by step, look again, and write the network file. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type DeployOptions, deployContracts } from '../../contracts/deploy/deploy.ts'
import { type PresetName, presets } from '../../contracts/deploy/preset.ts'
import { contractErrorName } from '../../node/chain/contracts/contract-errors.ts'
import { openWalletFolder, WALLET_FOLDER } from '../../node/chain/open-money-desk.ts'
import { ChainRpc } from '../../node/chain/rpc/chain-rpc.ts'
import { gasShort } from '../../node/chain/transactions/gas-short.ts'
import { TransactionDesk } from '../../node/chain/transactions/transaction-desk.ts'
import { TransactionJournal } from '../../node/chain/transactions/transaction-journal.ts'
import { tuningOf } from '../../node/chain/transactions/tuning.ts'
import type { CommandContext } from '../../node/cli/frame/command.ts'
import { usageError } from '../../node/cli/frame/usage-error.ts'
import { confirm } from '../../node/cli/prompts/confirm.ts'
import type { NetworkFile } from '../../node/config/network-file.ts'
import { isShipped } from '../../node/config/networks-folder.ts'
import { createCrypto } from '../../node/keys/node-crypto.ts'
import { systemRandom } from '../../node/network-node/system-random.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { toHex } from '../../protocols/kernel/bytes.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import { chainOf, inspect, poolOf } from './check-contracts.ts'
import { openDeployer } from './deployer-key.ts'
import {
  type Deployment,
  type DeploymentTerms,
  deploymentPath,
  takeUpDeployment,
  writeDeployment,
} from './deployment-file.ts'
import { doneText, type Priced, planText } from './deployment-text.ts'
import { JournalledDeployer } from './journalled-deployer.ts'
import { planDeployment } from './plan-deployment.ts'
import { priceDeployment } from './price-deployment.ts'
import { requireToken } from './require-token.ts'
import { namedSet, nextSetName, setNetworkContracts } from './set-network-contracts.ts'

export interface DeployFlags {
  readonly preset: PresetName | undefined
  readonly governor: Address | undefined
  readonly token: Address | undefined
  readonly tokenBurns: boolean
  readonly name: string | undefined
  readonly key: string | undefined
  readonly keyPassphraseFile: string | undefined
  readonly rpc: string | undefined
  readonly dryRun: boolean
  readonly yes: boolean
}

export type DeployContext = CommandContext<unknown, DeployFlags>

const ID_BYTES = 8

/** @throws MeshError what stands in the way; what is reached is kept, and the next call goes on with it */
export async function deployForNetwork(context: DeployContext): Promise<void> {
  const { options, out, signal } = context
  const preset = requirePreset(options)
  const { network, path } = await networkOf(context)
  const chain = chainOf(network)
  const name = setName(network, options.name)
  using pool = await poolOf(context, network, options.rpc)
  const rpc = new ChainRpc(pool)
  await using deployer = await openDeployer(context)
  const terms = termsOf(options, network, preset, deployer.address)
  const file = deploymentPath(path)
  const deployment = takeUpDeployment(file, terms, {
    id: toHex(systemRandom.bytes(ID_BYTES)).slice(2),
    fromBlock: Number((await rpc.head(signal)).blockNumber),
  })
  const plan = deployOptions(terms)
  const priced = await price(context, rpc, deployment, plan)
  const short = shortOf(priced, network)
  if (options.dryRun) {
    if (short !== undefined) out.warn(`${short.message}. ${short.hint}`)
    const { networkId } = network
    const { deployer: from, governor } = terms
    const shown = { network: networkId, deployer: from, governor, preset, dryRun: true, ...priced }
    return out.print(shown, () => planText({ name, network, terms, chain, priced }))
  }
  if (short !== undefined) throw short
  out.say(planText({ name, network, terms, chain, priced }))
  await confirm(context, `Deploy this on the chain ${network.chainId}?`, options.yes)
  const signer = await deployer.signer()
  const { dataFolder } = (await context.config()).settings
  const reached = await send(context, { rpc, signer, dataFolder, file, deployment, plan, priced, chain, network })
  const set = namedSet(name, reached.addresses, reached.deployment.fromBlock)
  const findings = await (async () => {
    using progress = out.progress('reading the contracts')
    void progress
    return await inspect(rpc, network, set, { preset, governor: terms.governor }, signal)
  })()
  const bad = findings.find(({ state }) => state === 'fail')
  if (bad !== undefined) throw new MeshError('CONTRACTS_FAULTY', { ...bad })
  for (const { state, what, found, expected } of findings)
    if (state === 'warn') out.warn(`${what}: ${found}; expected ${expected}`)
  setNetworkContracts(path, set)
  const finished = { ...reached.deployment, set: name }
  writeDeployment(file, finished)
  const { deployer: from, governor } = terms
  const { steps } = finished
  const feeWei = steps.reduce((sum, step) => sum + BigInt(step.feeWei ?? 0), 0n)
  await out.print({ network: network.networkId, set, deployer: from, governor, preset, steps, feeWei }, () =>
    doneText({ set, path, steps, feeWei, coin: chain.coin, checks: findings.length }),
  )
}

function requirePreset({ preset, token, tokenBurns }: DeployFlags): PresetName {
  if (tokenBurns && token === undefined)
    throw usageError('--token-burns says something of a token that is not named', 'Name it with --token.')
  if (preset !== undefined) return preset
  throw usageError('no preset is named', 'Give --preset production for real money, or --preset local to try it out.')
}

/** @throws MeshError COMMAND_LINE for a network that lies in the program */
async function networkOf({
  config,
  program,
}: DeployContext): Promise<{ readonly network: NetworkFile; readonly path: string }> {
  const { network, networkPath: path } = await config()
  if (!isShipped(path, program.networksFolder)) return { network, path }
  throw usageError('a network file of your own is not named', 'Name it with --network ./mesh.json.')
}

function setName({ contractSets }: NetworkFile, name: string | undefined): string {
  if (name === undefined) return nextSetName({ contractSets })
  if (name === '' || name.length > 32) throw usageError('a set has a name of 1 to 32 characters', 'Name it so.')
  if (!contractSets.some((set) => set.name === name)) return name
  throw usageError(`the network file has a set ${name} already`, 'Give another --name.')
}

function termsOf(
  { governor, token, tokenBurns: burns }: DeployFlags,
  { networkId, chainId }: NetworkFile,
  preset: PresetName,
  deployer: Address,
): DeploymentTerms {
  return {
    ...{ networkId, chainId, preset, deployer, governor: governor ?? deployer },
    ...(token === undefined ? {} : { token: { address: token, burns } }),
  }
}

const deployOptions = ({ networkId, preset, governor, token }: DeploymentTerms): DeployOptions => ({
  networkId,
  preset: presets[preset],
  governor,
  ...(token === undefined ? {} : { token }),
})

async function price(
  { out, signal }: DeployContext,
  rpc: ChainRpc,
  deployment: Deployment,
  plan: DeployOptions,
): Promise<Priced> {
  using progress = out.progress('asking the chain what it costs')
  void progress
  const { deployer, token } = deployment.terms
  if (token !== undefined) await requireToken(rpc, token, deployer, await createCrypto(), signal)
  return await priceDeployment(rpc, deployer, deployment, await planDeployment(deployer, plan), signal)
}

function shortOf({ feeWei, coinWei }: Priced, { chainId, networkId }: NetworkFile): MeshError | undefined {
  const purpose = `the deployment for ${networkId}`
  return coinWei.have >= feeWei
    ? undefined
    : gasShort({ address: coinWei.of, purpose, chainId, haveWei: coinWei.have, needWei: feeWei })
}

interface Sending {
  readonly rpc: ChainRpc
  readonly signer: ConstructorParameters<typeof TransactionDesk>[0]['signer']
  readonly dataFolder: string
  readonly file: string
  readonly deployment: Deployment
  readonly plan: DeployOptions
  readonly priced: Priced
  readonly chain: ReturnType<typeof chainOf>
  readonly network: NetworkFile
}

async function send({ out, signal }: DeployContext, sending: Sending) {
  const { rpc, signer, dataFolder, file, plan, priced, chain, network } = sending
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(openWalletFolder(join(dataFolder, WALLET_FOLDER)))
  const chainId = BigInt(network.chainId)
  const journal = stack.use(await TransactionJournal.open(folder, { clock: systemClock, chainId }))
  const desk = stack.use(
    new TransactionDesk({
      ...{ journal, chain: rpc, signer, clock: systemClock },
      tuning: tuningOf(chain),
      errorNames: contractErrorName,
    }),
  )
  // Its number is durable before anything leaves under it.
  if (!existsSync(file) || sending.deployment.steps.length === 0) writeDeployment(file, sending.deployment)
  using progress = out.progress('deploying')
  const done = (): number => deployer.deployment.steps.filter((step) => step.done).length
  const deployer: JournalledDeployer = new JournalledDeployer({
    ...{ desk, chain: rpc, hasher: await createCrypto(), signal },
    path: file,
    deployment: sending.deployment,
    feePerGasMax: priced.feePerGasMax,
    onReached: (reached) => {
      writeDeployment(file, reached)
      progress.update(reached.steps.filter((step) => step.done).length, priced.steps.length)
    },
    onTransaction: (step) => {
      if (step.kind === 'waiting') out.warn(`${step.error.message}. ${step.error.hint}`)
    },
  })
  progress.update(done(), priced.steps.length)
  try {
    const addresses = await deployContracts(deployer, { ...plan, onStep: (what) => progress.relabel(what) })
    progress.relabel(`waiting until ${chain.confirmations} blocks lie on it`)
    await deployer.confirmed()
    return { addresses, deployment: deployer.deployment }
  } catch (error) {
    if (done() > 0) out.warn(`What is reached is kept in ${file}: the same command goes on with it.`)
    throw error
  }
}
