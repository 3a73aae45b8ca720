/** A door and a client in this process and a miner in another: what every benchmark of jobs needs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeNetworkFile } from '../../../bootstrap/localnet/write-network-file.ts'
import { startDoor } from '../../../bootstrap/peer/start-door.ts'
import { loadConfig } from '../../../node/config/load-config.ts'
import { networksFolder } from '../../../node/config/networks-folder.ts'
import { thisSystem } from '../../../node/config/system-paths.ts'
import { type RunningNode, startNode } from '../../../node/roles/start-node.ts'
import { BenchChild } from './child.ts'

export interface MeshSide extends AsyncDisposable {
  readonly client: RunningNode
  readonly miner: BenchChild<unknown>
  readonly networkPath: string
  readonly folder: string
}

/**
 * @param clientFlags settings of the client beside its role
 * @param sharedRuns setting of the miner
 */
export async function startMeshSide(
  modelPath: string,
  engineThreads: number,
  clientFlags: Readonly<Record<string, unknown>> = {},
  sharedRuns: 'on' | 'off' = 'on',
): Promise<MeshSide> {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'aitbc-bench-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const networkPath = join(folder, 'network.json')
  const config = (network: string, dataFolder: string, flags: Readonly<Record<string, unknown>> = {}) =>
    loadConfig({
      networksFolder: networksFolder(),
      system: { ...thisSystem(), env: {} },
      systemFile: join(folder, 'none'),
      flags: { network, dataFolder, lanDiscovery: 'off', ...flags },
    })
  const door = stack.use(
    await startDoor({ network: config('local', folder).network, listen: ['/ip4/127.0.0.1/tcp/0'] }),
  )
  writeNetworkFile(networkPath, 'local', [{ peer: door.peer, addresses: door.addresses }])
  const args = [networkPath, join(folder, 'miner'), modelPath, String(engineThreads), sharedRuns]
  const miner = stack.use(await BenchChild.start<unknown>('miner-side.ts', args))
  const { settings, network } = config(networkPath, join(folder, 'client'), {
    roles: ['client'],
    listen: [],
    ...clientFlags,
  })
  const client = stack.use(await startNode({ settings, network }))
  const owned = stack.move()
  return { client, miner, networkPath, folder, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
