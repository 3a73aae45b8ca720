/** `aitbc start`: a node, its control channel, and the log, until it is told to stop. */
import { EXIT } from '../../protocols/kernel/error-projections.ts'
import { nodeMethods } from '../control/methods/node-methods.ts'
import { serveControl } from '../control/serve-control.ts'
import type { LogWriter } from '../events/log-writer.ts'
import { type RunningNode, startNode } from '../roles/start-node.ts'
import type { CommandContext } from './command.ts'
import { logWriter } from './log-writer.ts'
import { amountOf } from './numbers.ts'

interface StartOptions {
  readonly confirmRestored: boolean
}

type Context = CommandContext<unknown, StartOptions>

export async function runNode({ config, options, out, signal }: Context): Promise<number> {
  const loaded = await config()
  const { settings, network } = loaded
  const log: LogWriter = logWriter(settings, out)
  using ended = new Ended(signal)
  await using node = await startNode({
    settings,
    network,
    log,
    signal,
    ...(options.confirmRestored ? { confirmRestored: true } : {}),
  })
  await using control = await serveControl(
    settings.dataFolder,
    nodeMethods(node, () => ended.now()),
  )
  void control
  await out.print(upOf(node), () => upText(node))
  await ended.promise
  return EXIT.done
}

/** Ends at the signal, or when the control channel says so. */
export class Ended implements Disposable {
  readonly promise: Promise<void>
  readonly #signal: AbortSignal
  readonly #resolve: () => void

  constructor(signal: AbortSignal) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.promise = promise
    this.#resolve = () => resolve()
    this.#signal = signal
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', this.#resolve, { once: true })
    // A pending promise alone does not keep the process alive; sockets may be none, as for a node that waits for its door.
    const alive = setInterval(() => undefined, 2 ** 30)
    promise.finally(() => clearInterval(alive))
  }

  now(): void {
    // The answer to whoever asked goes out first.
    setImmediate(() => this.#resolve())
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.#resolve)
    this.#resolve()
  }
}

const upOf = (node: RunningNode) => ({
  peer: node.peer,
  addresses: node.addresses(),
  operator: node.operator,
  roles: node.settings.roles,
  network: node.network.networkId,
  dataFolder: node.settings.dataFolder,
})

function upText(node: RunningNode): string {
  const { settings, network } = node
  const models = node.miner?.models.table().map(({ name }) => name) ?? []
  return [
    `${settings.name} is up: ${settings.roles.join(' + ')} on ${network.networkId}, ${amountOf(node.mesh.connectedPeers().length, 'peer')} connected.`,
    ...(models.length > 0 ? [`Serves ${models.join(', ')}.`] : []),
    ...node.addresses(),
    'Ctrl-C stops it; aitbc status shows how it stands.',
  ].join('\n')
}
