/** `aitbc start`: a node, its control channel, and the log, until it is told to stop. */
import { EXIT } from '../../../protocols/kernel/error-projections.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Config } from '../../config/load-config.ts'
import { searchesLan } from '../../config/searches-lan.ts'
import type { Settings } from '../../config/settings.ts'
import { nodeMethods } from '../../control/methods/node-methods.ts'
import { serveControl } from '../../control/serve-control.ts'
import { hasWayIn } from '../../known-peers/has-way-in.ts'
import { type RunningNode, startNode } from '../../roles/start-node.ts'
import type { CommandContext } from '../frame/command.ts'
import { askKeyPassphrase, passphraseOption } from '../prompts/ask-key-passphrase.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { amountOf } from '../screen/numbers.ts'
import { Ended } from './ended.ts'
import { gatewayText } from './gateway-text.ts'
import { startLogWriter } from './log-writer.ts'

interface StartOptions {
  readonly confirmRestored: boolean
  readonly noKey: boolean
}

type Context = CommandContext<unknown, StartOptions>

export async function runNode(context: Context): Promise<number> {
  const { out, signal } = context
  const loaded = await context.config()
  const { settings } = loaded
  using ended = new Ended(signal)
  await using node = await started(loaded, context)
  await using control = await serveControl(
    settings.dataFolder,
    nodeMethods(node, () => ended.now()),
  )
  void control
  await out.print(upOf(node), () => upText(node))
  for (const line of doubts(node)) out.warn(line)
  await ended.promise
  return EXIT.done
}

async function started({ settings, network }: Config, context: Context): Promise<RunningNode> {
  const { out, signal } = context
  const { confirmRestored, noKey } = context.options
  let isUp = false
  const log = startLogWriter(settings, out, () => isUp)
  using progress = out.progress('starting the node')
  const node = await startNode({
    settings,
    network,
    log,
    keepLog: true,
    signal,
    confirmRestored,
    gatewayWithoutKey: noKey,
    ...passphraseOption(askKeyPassphrase(context, () => progress[Symbol.dispose]())),
  })
  isUp = true
  return node
}

/** What keeps a node that is up from its work, as far as it can know already. */
function doubts({ settings, network, mesh }: RunningNode): readonly string[] {
  const lines: string[] = []
  if (!hasWayIn(settings) && !searchesLan(settings, network)) {
    const error = new MeshError('NO_BOOTSTRAP', { network: network.networkId })
    lines.push(`Nobody will find this node: ${error.message}. ${error.hint}`)
  } else if (mesh.connectedPeers().length === 0 && !hasWayIn(settings)) {
    lines.push('No bootstrap peer is known: other nodes of this network are found as they come up in this LAN.')
  } else if (mesh.connectedPeers().length === 0) {
    lines.push('No bootstrap peer and none of an earlier run answers yet; they are tried again and again.')
  }
  if (settings.roles.includes('miner') && settings.models.length === 0) {
    lines.push('This miner serves no model: name some with --models, for example --models characters.')
  }
  return lines
}

const upOf = (node: RunningNode) => ({
  peer: node.peer,
  addresses: node.addresses(),
  operator: node.operator,
  roles: node.settings.roles,
  network: node.network.networkId,
  dataFolder: node.settings.dataFolder,
  gateway: node.gateway?.url,
  metrics: node.monitor === undefined ? undefined : `${node.monitor.url}/metrics`,
})

function upText(node: RunningNode): string {
  const { settings, network } = node
  const models = node.miner?.models.table().map(({ name }) => name) ?? []
  return [
    `${settings.name} is up: ${settings.roles.join(' + ')} on ${network.networkId}, ${amountOf(node.mesh.connectedPeers().length, 'peer')} connected.`,
    ...(models.length > 0 ? [`Serves ${models.join(', ')}; asks ${priceText(settings)} (aitbc price).`] : []),
    ...(settings.roles.includes('client') && settings.auditShare > 0
      ? [
          `Has ${settings.auditShare} % of the answers that it gets computed again by another miner, which sees the input, unless a job is marked sensitive (auditShare).`,
        ]
      : []),
    ...node.addresses(),
    ...(node.gateway === undefined ? [] : [gatewayText(node.gateway.url)]),
    ...(node.monitor === undefined ? [] : [`Metrics for Prometheus: ${node.monitor.url}/metrics`]),
    'Ctrl-C stops it; aitbc status shows how it stands.',
  ].join('\n')
}

const priceText = ({ basePrice }: Settings): string =>
  basePrice === undefined ? 'what its strategy says' : `${unitsText(basePrice)} an inference`
