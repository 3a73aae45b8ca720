/** A deployment on the screen. */
import { presets } from '../../contracts/deploy/preset.ts'
import { coinText } from '../../node/cli/money/money-text.ts'
import { durationText } from '../../node/cli/screen/durations.ts'
import { countText } from '../../node/cli/screen/numbers.ts'
import { pairs } from '../../node/cli/screen/table.ts'
import type { ChainByRpc, NamedContractSet, NetworkFile } from '../../node/config/network-file.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { DeploymentStep, DeploymentTerms } from './deployment-file.ts'

export interface Priced {
  readonly steps: readonly { readonly what: string; readonly gas: bigint; readonly done: boolean }[]
  /** Of what is left, at the fees of now. */
  readonly feeWei: bigint
  readonly feeWeiMax: bigint
  /** Nothing dearer is sent. */
  readonly feePerGasMax: bigint
  readonly coinWei: { readonly of: Address; readonly have: bigint }
}

interface Planned {
  readonly name: string
  readonly network: NetworkFile
  readonly terms: DeploymentTerms
  readonly chain: ChainByRpc
  readonly priced: Priced
}

export function planText({ name, network, terms, chain, priced }: Planned): string {
  const { preset, governor, deployer, token } = terms
  const { stakeThawSeconds, evidenceSeconds, escrowThawSeconds, moduleDelaySeconds } = presets[preset]
  const seconds = (value: bigint): string => durationText(Number(value) * 1_000)
  const done = priced.steps.filter((step) => step.done).length
  const left = priced.steps.filter((step) => !step.done)
  const gas = left.reduce((sum, step) => sum + step.gas, 0n)
  const old = network.contractSets.find(({ redeemOnly }) => !redeemOnly)
  return pairs([
    ['network', `${network.networkId}, on the chain ${network.chainId}`],
    ['contract set', `${name}${old === undefined ? '' : `; ${old.name} is redeemed only from then on`}`],
    [
      'preset',
      `${preset}: stake thaws ${seconds(stakeThawSeconds)}, escrow ${seconds(escrowThawSeconds)}, evidence ${seconds(evidenceSeconds)}`,
    ],
    ['token', token === undefined ? 'a new MeshToken, all of it for the deployer' : tokenText(token)],
    [
      'governor',
      `${governor}${governor === deployer ? ', which is the deployer' : ''}; its changes wait ${seconds(moduleDelaySeconds)}`,
    ],
    ['to send', `${left.map(({ what }) => what).join(', ')}${done > 0 ? `; ${done} are done` : ''}`],
    ['gas', `about ${countText(gas)}`],
    ['fee', `about ${coinText(priced.feeWei, chain.coin)}, at most ${coinText(priced.feeWeiMax, chain.coin)}`],
    ['paid by', `${deployer}, which has ${coinText(priced.coinWei.have, chain.coin)}`],
  ])
}

const tokenText = ({ address, burns }: NonNullable<DeploymentTerms['token']>): string =>
  `${address}${burns ? ', which can burn' : '; what is burned goes to a dead address'}`

interface Done {
  readonly set: NamedContractSet
  readonly path: string
  readonly steps: readonly DeploymentStep[]
  readonly feeWei: bigint
  readonly coin: string
  readonly checks: number
}

export function doneText({ set, path, steps, feeWei, coin, checks }: Done): string {
  const { name, redeemOnly: _, block, ...addresses } = set
  return [
    `The contracts of ${name} stand, ${checks} checks of them are good, and ${path} names them.`,
    pairs([
      ...Object.entries(addresses).map(([contract, at]) => [contract, String(at)] as const),
      ['block', String(block)],
      ['fee', `${coinText(feeWei, coin)} for ${steps.length} transactions`],
    ]),
  ].join('\n')
}
