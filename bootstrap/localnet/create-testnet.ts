/**
 * A whole network in one process on loopback: a bootstrap peer, miners and a client, all real. For `aitbc up`, for this
 * project's tests, and for the tests of whoever builds on the mesh.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../node/config/load-config.ts'
import type { NetworkFile } from '../../node/config/network-file.ts'
import { networksFolder } from '../../node/config/networks-folder.ts'
import type { Settings } from '../../node/config/settings.ts'
import { thisSystem } from '../../node/config/system-paths.ts'
import type { Engine } from '../../node/engines/engine.ts'
import type { LogWriter } from '../../node/events/log-writer.ts'
import { Simulated } from '../../node/gpu/simulated/simulated.ts'
import type { SimulatedCard } from '../../node/gpu/simulated/simulated-card.ts'
import { warmedBy } from '../../node/gpu/simulated/warmed-by.ts'
import { type RunningNode, startNode } from '../../node/roles/start-node.ts'
import type { Draw } from '../../protocols/kernel/draw.ts'
import { isMeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import { formatCredits } from '../../protocols/kernel/money.ts'
import { jobTypeTable } from '../../protocols/rules/pricing/job-types.ts'
import type { BootstrapPeer } from '../peer/start-bootstrap-peer.ts'
import { startDoor } from '../peer/start-door.ts'
import { LocalSettlement } from './local-settlement.ts'
import { settleClient, settleMiner } from './settle-nodes.ts'
import { writeNetworkFile } from './write-network-file.ts'

export interface TestnetOptions {
  /** Where the nodes keep their data; a temporary folder that goes with the network where absent. */
  readonly folder?: string
  /** One entry a miner: settings that differ from those of the local network, for example models and basePrice. */
  readonly miners?: readonly Readonly<Record<string, unknown>>[]
  /** Of the client; asked for as it starts, after all others, where they depend on what is free on this machine; again where a port is not any more. */
  readonly client?: Readonly<Record<string, unknown>> | (() => Promise<Readonly<Record<string, unknown>>>)
  /** The client's data folder where it is not one inside `folder`. */
  readonly clientFolder?: string
  /**
   * Money is real: an embedded chain with the contracts, miners that have staked, a client with escrow. Without it a table stands in
   * for the chain, which is quicker, and every amount is UNSETTLED.
   */
  readonly settles?: boolean
  readonly bootstrapPort?: number
  readonly log?: LogWriter
  /** Each node keeps its own log in its data folder too. */
  readonly keepLog?: boolean
  /** Handed to the miners instead of ONNX Runtime in child processes. */
  readonly engine?: Engine
  /**
   * Simulated cards, one or several a miner, each a seat that warms up by its own runs; they live `timeScale` times as fast as we do. The
   * miners see no other card then.
   */
  readonly cards?: {
    readonly each: readonly (SimulatedCard | readonly SimulatedCard[])[]
    readonly timeScale: number
  }
  /** Between miners that are nearly equal; always the best where absent, so that a test can foretell who runs a job. */
  readonly draw?: Draw
  readonly signal?: AbortSignal
  /** Hears what is being started. */
  readonly onStep?: (what: string) => void
}

export interface Testnet extends AsyncDisposable {
  readonly folder: string
  readonly network: NetworkFile
  /** For other processes: `aitbc run --network <path>`. */
  readonly networkPath: string
  /** Where money is real. */
  readonly settlement: LocalSettlement | undefined
  readonly door: BootstrapPeer
  readonly miners: readonly RunningNode[]
  /** Has the client role. */
  readonly client: RunningNode
  /** One more node, disposed with the network if it is not before. */
  add(name: string, settings: Readonly<Record<string, unknown>>): Promise<RunningNode>
}

/**
 * @param count miners with the default settings; `options.miners` says more of each
 * @example
 * await using net = await createTestnet(2, { miners: [{ models: 'characters' }, { models: 'characters', basePrice: '0.002' }] })
 * const model = await net.client.client!.findModel('characters')
 */
export async function createTestnet(count = 3, options: TestnetOptions = {}): Promise<Testnet> {
  const { signal, onStep = () => undefined } = options
  await using stack = new AsyncDisposableStack()
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'aitbc-testnet-'))
  if (options.folder === undefined) stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  onStep('bootstrap peer')
  const networkPath = join(folder, 'network.json')
  const door = stack.use(
    await startDoor({
      network: loadNamed('local'),
      folder: join(folder, 'bootstrap'),
      listen: [`/ip4/127.0.0.1/tcp/${options.bootstrapPort ?? 0}`],
    }),
  )
  const settlement =
    options.settles === true
      ? stack.use(
          await LocalSettlement.start({
            folder: join(folder, 'chain'),
            networkId: 'local',
            onStep,
            ...(signal === undefined ? {} : { signal }),
          }),
        )
      : undefined
  const doors = [{ peer: door.peer, addresses: door.addresses }]
  const network = writeNetworkFile(networkPath, 'local', doors, settlement?.networkPart)
  const start = async (
    dataFolder: string,
    flags: Readonly<Record<string, unknown>>,
    cards: readonly SimulatedCard[] = [],
  ): Promise<RunningNode> => {
    throwIfAborted(signal)
    return startNode({
      settings: settingsOf(networkPath, dataFolder, flags),
      network,
      draw: options.draw ?? alwaysBest,
      ...(options.log === undefined ? {} : { log: options.log }),
      ...(options.keepLog === undefined ? {} : { keepLog: options.keepLog }),
      ...(options.engine === undefined ? {} : { engine: options.engine }),
      ...(cards.length === 0
        ? {}
        : { gpuBackends: [new Simulated(cards)], cardTimeScale: options.cards?.timeScale ?? 1 }),
      ...(signal === undefined ? {} : { signal }),
    })
  }
  const clientFolder = options.clientFolder ?? join(folder, 'client')
  const minerFolders = Array.from({ length: Math.max(count, options.miners?.length ?? 0) }, (_, i) =>
    join(folder, `miner-${i + 1}`),
  )
  if (settlement !== undefined) {
    onStep('stakes and escrow')
    const wanted = { settlement, network, ...(signal === undefined ? {} : { signal }) }
    await Promise.all([
      ...minerFolders.map((dataFolder) => settleMiner({ ...wanted, dataFolder })),
      settleClient({ ...wanted, dataFolder: clientFolder }),
    ])
  }
  const miners: RunningNode[] = []
  for (const [i, dataFolder] of minerFolders.entries()) {
    onStep(`miner ${i + 1}`)
    const own = options.miners?.[i] ?? {}
    const cards = [options.cards?.each[i] ?? []].flat()
    const settings = { roles: ['miner', 'router'], name: `miner ${i + 1}`, ...own }
    const miner = stack.use(await start(dataFolder, settings, cards))
    for (const card of cards) stack.use(warmedBy(miner.bus, card))
    miners.push(miner)
  }
  onStep('client')
  const startClient = async () => {
    const own = typeof options.client === 'function' ? await options.client() : options.client
    return await start(clientFolder, { roles: ['client'], listen: [], ...own })
  }
  const client = stack.use(
    await startClient().catch((error: unknown) => {
      // What was free when it was asked may be taken by now: it is asked once more.
      if (typeof options.client === 'function' && isMeshError(error, 'PORT_IN_USE')) return startClient()
      throw error
    }),
  )
  const owned = stack.move()
  return {
    folder,
    network,
    networkPath,
    settlement,
    door,
    miners,
    client,
    add: async (name, flags) => owned.use(await start(join(folder, name), flags)),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const alwaysBest: Draw = () => 0

/** What this machine's own configuration says does not reach into such a network: it is the same for everybody. */
function settingsOf(networkPath: string, dataFolder: string, flags: Readonly<Record<string, unknown>>): Settings {
  return loadConfig({
    networksFolder: networksFolder(),
    system: { ...thisSystem(), env: {} },
    systemFile: join(dataFolder, 'no-system-file'),
    // Its nodes know their door, and many such networks of one name may run side by side. Prices stand where nothing else is said.
    // What costs a witness its signature is asked for by who wants it, what is audited is chance, and who is dialled ahead is told by no test.
    flags: {
      network: networkPath,
      dataFolder,
      lanDiscovery: 'off',
      basePrice: STANDING_PRICE,
      sla: 'off',
      auditShare: 0,
      standbyMiners: 0,
      ...flags,
    },
  }).settings
}

/** Of an inference, as the market takes it before it knows more. */
const STANDING_PRICE = formatCredits(jobTypeTable.inference.base)

const loadNamed = (name: string): NetworkFile =>
  loadConfig({
    networksFolder: networksFolder(),
    system: { ...thisSystem(), env: {} },
    flags: { network: name, dataFolder: '/nonexistent' },
  }).network
