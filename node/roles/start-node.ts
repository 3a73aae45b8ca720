/**
 * The composition root of a node: a list of parts by role. A full node is light peer, miner and router together. What only one role needs is
 * loaded with it: half of all modules are the miner's, and a command that asks one thing would wait for them.
 */

import type { Draw } from '../../protocols/kernel/draw.ts'
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, PeerId } from '../../protocols/kernel/ids.ts'
import type { OwnCoordinates } from '../client/finding/own-coordinates.ts'
import type { MeshClient } from '../client/mesh-client.ts'
import type { NetworkFile } from '../config/network-file.ts'
import type { Settings } from '../config/settings.ts'
import type { Engine } from '../engines/engine.ts'
import { EventBus } from '../events/event-bus.ts'
import type { LogWriter } from '../events/log-writer.ts'
import { initialNodeState, type NodeState, nodeStateAfter } from '../events/node-state.ts'
import type { Gateway } from '../gateway/start-gateway.ts'
import type { GpuBackend } from '../gpu/gpu-backend.ts'
import { SIMULATED } from '../gpu/simulated/simulated.ts'
import type { KeyKind } from '../keys/keystore.ts'
import { type AskPassphrase, passphraseOf } from '../keys/open-sealed-keys.ts'
import { LogFile } from '../log/log-file.ts'
import { nodeLog } from '../log/node-log.ts'
import type { ClaimBook } from '../market/claim-book.ts'
import type { Libp2pNetwork } from '../network/libp2p-network.ts'
import type { NodeKey } from '../network-node/node-key.ts'
import { NatWatch } from '../network-node/stun/nat-watch.ts'
import { systemRandom } from '../network-node/system-random.ts'
import { programVersion } from '../version.ts'
import type { SigningJournal } from '../work/journal/signing-journal.ts'
import { type EvidenceBox, startEvidence } from './chain/evidence.ts'
import { startTransactions } from './chain/transactions.ts'
import { type Auditing, openAuditing } from './client/auditing.ts'
import { startClient } from './client/client.ts'
import { type NodeCloud, startCloud } from './client/cloud.ts'
import { type Foundation, layFoundation } from './foundation.ts'
import { type NodeCards, startCards } from './miner/cards.ts'
import type { Miner } from './miner/miner.ts'
import { restoreLimits } from './miner/power-limits.ts'
import { type Content, startContent } from './network/content.ts'
import { distanceWatch, openCoordinates, startCoordinates } from './network/coordinates.ts'
import { joinNetwork } from './network/join-network.ts'
import { type Router, startRouter } from './network/router.ts'
import { Parts } from './parts.ts'
import { claimWatch, openClaims, startProber } from './probing.ts'
import { type Quality, startQuality } from './quality.ts'
import { systemClock } from './system-clock.ts'
import { startTelemetry } from './telemetry.ts'

export interface NodeOptions {
  readonly settings: Settings
  readonly network: NetworkFile
  /** Where events are shown as lines; nowhere where absent. */
  readonly log?: LogWriter
  /** Events are kept in the data folder too, as far as the settings say. */
  readonly keepLog?: boolean
  /** The owner's word that no other copy of this node runs. */
  readonly confirmRestored?: boolean
  /** Asked where a key that the roles need is sealed and the setting passphraseFile names no file; else such a node does not start. */
  readonly passphrase?: AskPassphrase
  /** The owner's word that everybody on this machine may spend what this node may: the gateway asks for no key. */
  readonly gatewayWithoutKey?: boolean
  /** Instead of ONNX Runtime in child processes; not disposed by the node. */
  readonly engine?: Engine
  /** Instead of those that see this machine's cards. */
  readonly gpuBackends?: readonly GpuBackend[]
  /** Seconds of simulated cards in one of ours, where they live faster than we do. */
  readonly cardTimeScale?: number
  /** Instead of chance, where several miners are nearly equal to the client. */
  readonly draw?: Draw
  readonly signal?: AbortSignal
}

export interface RunningNode extends AsyncDisposable {
  readonly peer: PeerId
  /** Multiaddrs with the peer's name at their end. */
  readonly addresses: () => readonly string[]
  readonly settings: Settings
  readonly network: NetworkFile
  readonly mesh: Libp2pNetwork
  readonly bus: EventBus
  readonly state: () => NodeState
  /** The client role; every role that is absent was not asked for. */
  readonly client: MeshClient | undefined
  /** Where the client has one; jobs that allow it may go there. */
  readonly cloud: NodeCloud | undefined
  readonly miner: Miner | undefined
  readonly router: Router | undefined
  /** Where it was asked for. */
  readonly gateway: Gateway | undefined
  /** Metrics and health alone, where they were asked for. */
  readonly monitor: Pick<Gateway, 'url'> | undefined
  readonly operator: Address | undefined
  /** False where a table stands in for a chain. */
  readonly settles: boolean
  readonly journal: SigningJournal
  /** Models on this disk, and how others are got. */
  readonly content: Content
  /** Contradictions that this node knows. */
  readonly evidence: EvidenceBox
  /** Of this machine, whatever the roles. */
  readonly cards: NodeCards
  /** What probes of this node found out about the claims of miners. */
  readonly claims: ClaimBook
  /** Where this node lies among others. */
  readonly coordinates: OwnCoordinates
  /** What NAT this machine is behind. */
  readonly nat: NatWatch
  /** How good miners have been, as far as this node knows. */
  readonly quality: Quality
  /** What audits of this node found out about answers; absent without the client role. */
  readonly audits: Auditing | undefined
}

/**
 * @throws MeshError DATA_FOLDER_*, KEY_FILE, KEY_SEALED, KEY_PASSPHRASE, PASSPHRASE_FILE, PORT_IN_USE, MODEL_FILE, MODEL_REFUSED, ENGINE_*, ROLE_MISSING, CANCELLED; what was up is down then
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { settings, network, signal } = options
  const startedMs = systemClock.monotonicMs()
  const logFile = options.keepLog === true ? ownLogFile(settings) : undefined
  const bus = new EventBus(systemClock, nodeLog(settings, options.log, logFile))
  let state = initialNodeState
  bus.listen((event) => {
    state = nodeStateAfter(state, event)
  })
  const parts = { clock: systemClock, onEvent: bus.emit.bind(bus) }
  try {
    const running = await Parts.start(parts, (each) => build(each, options, bus, () => state, logFile), signal)
    const { base, mesh } = running.value
    const { roles } = settings
    const facts = { version: programVersion(), network: network.networkId, roles, unclean: base.folder.wasUnclean }
    base.folder.markStarted()
    bus.emit({ kind: 'node:started', ...facts })
    const { stopped } = base.journal
    if (stopped !== undefined) bus.emit({ kind: 'signing:stopped', error: stopped })
    let stopping: Promise<void> | undefined
    const stop = async (): Promise<void> => {
      bus.emit({ kind: 'node:stopping', why: 'asked' })
      await running.stop()
      bus.emit({ kind: 'node:stopped', ranMs: systemClock.monotonicMs() - startedMs })
      bus[Symbol.dispose]()
      // After the folder's lock is gone: appended lines of two nodes do not mix, and the end of the run stands in its log.
      await logFile?.[Symbol.asyncDispose]()
    }
    return {
      peer: mesh.self,
      addresses: () => mesh.addresses(),
      settings,
      network,
      mesh,
      bus,
      state: () => state,
      client: running.value.client,
      cloud: running.value.cloud,
      miner: running.value.miner,
      router: running.value.router,
      gateway: running.value.gateway,
      monitor: running.value.monitor,
      operator: running.value.miner?.operator,
      settles: base.chain.settles,
      journal: base.journal,
      content: running.value.content,
      evidence: running.value.evidence,
      cards: running.value.cards,
      claims: running.value.claims,
      coordinates: running.value.coordinates,
      nat: new NatWatch({ clock: systemClock, random: systemRandom, servers: settings.stunServers }),
      quality: running.value.quality,
      audits: running.value.audits,
      [Symbol.asyncDispose]: () => (stopping ??= stop()),
    }
  } catch (error) {
    bus[Symbol.dispose]()
    await logFile?.[Symbol.asyncDispose]()
    throw asMeshError(error)
  }
}

interface Built {
  readonly base: Foundation
  readonly mesh: Libp2pNetwork
  readonly evidence: EvidenceBox
  readonly cards: NodeCards
  readonly claims: ClaimBook
  readonly coordinates: OwnCoordinates
  readonly quality: Quality
  readonly audits: Auditing | undefined
  readonly content: Content
  readonly client: MeshClient | undefined
  readonly cloud: NodeCloud | undefined
  readonly miner: Miner | undefined
  readonly router: Router | undefined
  readonly gateway: Gateway | undefined
  readonly monitor: Pick<Gateway, 'url'> | undefined
}

function ownLogFile({ logFileMax, logFilesMax }: Settings): LogFile | undefined {
  if (logFilesMax === 0) return undefined
  return new LogFile({ clock: systemClock, fileBytesMax: logFileMax, filesMax: logFilesMax })
}

async function build(
  parts: Parts,
  options: NodeOptions,
  bus: EventBus,
  state: () => NodeState,
  logFile: LogFile | undefined,
): Promise<Built> {
  const { settings, network } = options
  const wants = new Set(settings.roles)
  if (settings.gateway !== undefined && !wants.has('client')) {
    throw new MeshError('ROLE_MISSING', { roles: settings.roles, role: 'client' })
  }
  const confirmed = options.confirmRestored === undefined ? {} : { confirmRestored: options.confirmRestored }
  const base = await layFoundation(parts, {
    settings,
    network,
    bus,
    isUp: () => state().phase === 'running',
    ...confirmed,
    keyKinds: keysOf(wants),
    passphrase: passphraseOf(settings.passphraseFile, options.passphrase),
    onFolder: (folder) => logFile?.place({ folder: folder.file('log'), mayWrite: () => folder.reserve.space === 'ok' }),
  })
  const operator = wants.has('miner')
    ? await parts.start('operator key', () => base.keys.loadOrCreate('operator'))
    : undefined
  const key: NodeKey = operator === undefined ? { kind: 'ephemeral' } : { kind: 'operator', secret: operator.secret() }
  // A miner's are looked for in the background of all that follows.
  const cards = await startCards(parts, bus, wants.has('miner'), options.gpuBackends)
  if (operator === undefined) await restoreLimits(parts, base, { cards, timeScale: options.cardTimeScale ?? 1 })
  const mesh = await joinNetwork(parts, base, key)
  await startTelemetry(parts, base, mesh)
  const transactions = await startTransactions(parts, base, operator?.signer, wants)
  const evidence = await startEvidence(parts, base, mesh)
  if (transactions !== undefined) {
    const { startCourt } = await import('./chain/court.ts')
    await startCourt(parts, base, transactions, evidence)
  }
  const content = await startContent(parts, base, mesh)
  // A miner hears the offers of its neighbours whether it tells others of them or not: it checks its own against them.
  const router =
    wants.has('router') || operator !== undefined ? await startRouter(parts, base, mesh, evidence.watch) : undefined
  const claims = await openClaims(parts, base)
  const coordinates = await openCoordinates(parts, base)
  const quality = await startQuality(parts, base, mesh, claims)
  const watch = quality.over({
    ...distanceWatch(claimWatch(evidence.watch, claims), coordinates),
    reachOf: (peer) => mesh.reachOf(peer),
  })
  const cloud = wants.has('client') ? await startCloud(parts, base) : undefined
  const audits = wants.has('client') ? await openAuditing(parts, base, mesh, quality) : undefined
  const client =
    audits === undefined
      ? undefined
      : await startClient(parts, base, mesh, watch, transactions, {
          ...{ quality, audits, draw: options.draw, own: coordinates },
          cloud: cloud?.desk,
        })
  if (router !== undefined) quality.knows({ offerOf: (miner) => router.directory.offerOf(miner) })
  let miner: Miner | undefined
  if (operator !== undefined && router !== undefined) {
    const [{ startMiner }, { startSeats }] = await Promise.all([
      import('./miner/miner.ts'),
      import('./miner/engine.ts'),
    ])
    miner = await startMiner(parts, base, {
      ...{ mesh, content, router, transactions, cards, coordinates, signer: operator.signer },
      seats: await startSeats(parts, base, {
        cards,
        maySimulate: options.gpuBackends?.some(({ name }) => name === SIMULATED) ?? false,
        ...(options.engine === undefined ? {} : { engine: options.engine }),
      }),
      isTried: options.engine === undefined,
      timeScale: options.cardTimeScale ?? 1,
      offerOf: (miner) => client?.book.offerOf(miner),
    })
  }
  await startCoordinates(parts, base, {
    mesh,
    own: coordinates,
    offerOf: (miner) => router?.directory.offerOf(miner) ?? client?.book.offerOf(miner),
    onMeasured: (miner, rttMs) => client?.book.observe(miner, { rttMs }),
  })
  await startProber(parts, base, mesh, claims, { router, client, own: miner?.operator })
  // Last: who asks it finds everything up, and it is down before anything else is.
  const { gateway: gatewayPort, metricsPort } = settings
  let gateway: Gateway | undefined
  const budgets = () => gateway?.budgets() ?? []
  const built = {
    base,
    mesh,
    evidence,
    claims,
    coordinates,
    audits,
    quality,
    cards,
    content,
    client,
    cloud,
    miner,
    router,
  }
  if (gatewayPort === undefined && metricsPort === undefined) return { ...built, gateway, monitor: undefined }
  const { startMetrics, startMonitor } = await import('./metrics.ts')
  const measured = { ...built, state, budgets }
  const metrics = await startMetrics(parts, measured)
  const monitor = metricsPort === undefined ? undefined : await startMonitor(parts, measured, metrics, metricsPort)
  if (gatewayPort !== undefined && client !== undefined) {
    const { startNodeGateway } = await import('./client/gateway.ts')
    gateway = await startNodeGateway(parts, base, client, gatewayPort, metrics, options)
  }
  return { ...built, gateway, monitor }
}

/** The owner's key is none of them: it is cold, or for commands alone. */
const keysOf = (roles: ReadonlySet<string>): readonly KeyKind[] => [
  ...(roles.has('miner') ? (['operator'] as const) : []),
  ...(roles.has('client') ? (['payer', 'session'] as const) : []),
]
