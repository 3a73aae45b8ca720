/**
 * How a command reaches the mesh: through the node that runs on the data folder, or, where none does, as a light peer that
 * lives as long as the command. Both answer the same methods (node/control/methods).
 */

import { isMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { NodeMethodName } from '../../control/methods/node-methods.ts'
import type { NodeOptions } from '../../roles/start-node.ts'
import type { CommandContext } from '../frame/command.ts'
import type { StatusJson } from './status-command.ts'

export interface NodeAccess extends AsyncDisposable {
  /** `node`: one was running. `light peer`: this process joined for itself. */
  readonly via: 'node' | 'light peer'
  /** @throws MeshError what the method throws; NODE_NOT_RUNNING, CANCELLED */
  call<T>(method: NodeMethodName, params?: unknown, onEvent?: OnEvent): Promise<T>
}

/** The next event waits until this one is taken. */
type OnEvent = (event: unknown) => void | Promise<void>

type Context = Pick<CommandContext, 'config' | 'signal' | 'out' | 'mayAsk'>

/** @throws MeshError NODE_NOT_RUNNING */
export async function reachNode({ config, signal, out }: Omit<Context, 'mayAsk'>): Promise<NodeAccess> {
  const { settings, origin } = await config()
  const { callControl } = await import('../../control/call-control.ts')
  const call = async <T>(method: string, params: unknown = {}, onEvent: OnEvent = () => {}): Promise<T> =>
    (await callControl(settings.dataFolder, method, params, { signal, onEvent })) as T
  const { bootstrap } = await call<StatusJson>('status')
  if (origin('network').kind === 'flag' && bootstrap.join() !== settings.bootstrap.join()) {
    out.warn('The node that runs on this data folder is in another network, and --network does not move it.')
  }
  return { via: 'node', call, [Symbol.asyncDispose]: async () => undefined }
}

/** Another `aitbc` that uses the same folder ends within seconds; then it is this one's turn. */
const FOLDER_WAIT_MS = 30_000
const FOLDER_ASK_MS = 200

interface ReachOptions {
  /** Where nobody of the network answers something is left to be done all the same. */
  readonly mayBeAlone?: boolean
}

/** The running node where there is one, else a light peer. @throws MeshError NO_BOOTSTRAP, NO_PEERS, DATA_FOLDER_*, KEY_FILE */
export async function reachMesh(context: Context, { mayBeAlone = false }: ReachOptions = {}): Promise<NodeAccess> {
  try {
    return await reachNode(context)
  } catch (error) {
    if (!isMeshError(error, 'NODE_NOT_RUNNING')) throw error
  }
  return joinForNow(context, mayBeAlone)
}

async function joinForNow(context: Context, mayBeAlone: boolean): Promise<NodeAccess> {
  const { config, signal, out } = context
  const loaded = await config()
  const { hasWayIn } = await import('../../known-peers/has-way-in.ts')
  const { searchesLan } = await import('../../config/searches-lan.ts')
  const { networkId } = loaded.network
  const nobody = new MeshError(hasWayIn(loaded.settings) ? 'NO_PEERS' : 'NO_BOOTSTRAP', { network: networkId })
  if (nobody.code === 'NO_BOOTSTRAP' && !searchesLan(loaded.settings, loaded.network)) throw nobody
  // What makes a light peer takes a second to load: where there is no way in nobody waits for it.
  const { lightOptions } = await import('../../index.ts')
  const { startNode } = await import('../../roles/start-node.ts')
  const { nodeMethods } = await import('../../control/methods/node-methods.ts')
  const { askKeyPassphrase, passphraseOption } = await import('../prompts/ask-key-passphrase.ts')
  using progress = out.progress('joining the network')
  const passphrase = passphraseOption(askKeyPassphrase(context, () => progress[Symbol.dispose]()))
  const node = await onceFree(
    () => startNode({ ...withoutAudits(lightOptions(loaded)), ...passphrase, signal }),
    signal,
  )
  if (node.mesh.connectedPeers().length === 0 && !mayBeAlone) {
    await node[Symbol.asyncDispose]()
    throw nobody
  }
  const methods = nodeMethods(node, () => undefined)
  return {
    via: 'light peer',
    call: async <T>(method: NodeMethodName, params: unknown = {}, onEvent: OnEvent = () => {}) => {
      const emit = async (event: unknown): Promise<void> => onEvent(event)
      return (await methods[method](params, { signal, emit })) as T
    },
    async [Symbol.asyncDispose]() {
      using leaving = out.progress('paying what is owed and leaving the network')
      void leaving
      await node[Symbol.asyncDispose]()
    },
  }
}

/** It is gone before another miner could have answered. */
const withoutAudits = (options: NodeOptions): NodeOptions => ({
  ...options,
  settings: { ...options.settings, auditShare: 0 },
})

/** Waits for a data folder that another short command holds. @throws MeshError DATA_FOLDER_IN_USE */
async function onceFree<T>(start: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const { setTimeout: wait } = await import('node:timers/promises')
  const untilMs = performance.now() + FOLDER_WAIT_MS
  for (;;) {
    try {
      return await start()
    } catch (error) {
      if (!isMeshError(error, 'DATA_FOLDER_IN_USE') || performance.now() > untilMs) throw error
      await wait(FOLDER_ASK_MS, undefined, { signal })
    }
  }
}
