/**
 * Every setting of a node, once: what it means, its unit, its default, and an example. Longer than other files, because it is one table
 * that is read as one: help, `aitbc config` and completion show its rows in this order, and their keys are one type. What checks a value is
 * in `setting-kinds.ts` and `cloud-kinds.ts`.
 */
import { isAddress } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { PPM, SHARE_STANDARD } from '../../protocols/rules/auditing/audit-share.ts'
import { priceStrategies } from '../../protocols/rules/pricing/price-strategies.ts'
import { routingPolicies } from '../../protocols/rules/routing/routing-policy.ts'
import { TERM_MS_MAX } from '../../protocols/rules/service-level/granted-terms.ts'
import { REGION_BYTES_MAX } from '../../protocols/wire/offer/offer-body.ts'
import { type KernelSet, kernelSets } from '../engines/kernels.ts'
import { cloudMapping, cloudUrl, credentialSource, decimal, decimalAboveZero, decimalOf } from './cloud-kinds.ts'
import {
  amount,
  baseUrl,
  byteSize,
  choice,
  classBounds,
  endpointUrl,
  filePath,
  folder,
  list,
  orNone,
  price,
  type SettingKind,
  text,
  textAs,
  watchedProgram,
  weeklyWindows,
  wholeNumber,
} from './setting-kinds.ts'
import type { SystemFacts } from './system-paths.ts'
import { defaultDataFolder } from './system-paths.ts'

export interface Setting<T> {
  readonly kind: SettingKind<T>
  /** A value, or what it is on this machine. */
  readonly standard: (system: SystemFacts) => T
  /** One sentence that ends with a full stop. */
  readonly about: string
  readonly unit?: string
  readonly example: string
  /** What its flag means without a value, where it may stand so. */
  readonly bare?: string
  /** A variable of another standard that says the same, where ours does not. */
  readonly otherVariable?: string
  /** A network file may set it for all its nodes. */
  readonly byNetwork?: true
  /** A wrong value is not repeated in a message: it may be the secret that does not belong there. */
  readonly mayBeSecret?: true
}

/** A setting with its type from its kind. */
const setting = <T>(row: Setting<T>): Setting<T> => row

const PORT_MAX = 65_535
/** Where the gateway of `aitbc up` listens, and that of every example: beside the ports for peers, and of no tool that is common. */
export const GATEWAY_PORT = 8_011
const port = wholeNumber(0, PORT_MAX)
const ip = text(/^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)$/, 'it is no IP address')
const peerAddress = text(/^\/[!-~]+\/p2p\/[0-9A-Za-z]+$/, 'it is no multiaddr that ends in /p2p/<peer id>')
const multiaddr = text(/^\/[!-~]+$/, 'it is no multiaddr')
const SERVER = /^(\[[0-9a-fA-F:.]{2,45}\]|[0-9a-zA-Z.-]{1,253})(:\d{1,5})?$/
/** Far above what a house's line carries. */
const POWER_W_MAX = 100_000
const MIB = 2 ** 20
const GIB = 2 ** 30
const wholeMib = (bytes: number): number => Math.max(64, Math.floor(bytes / MIB)) * MIB

export const settings = {
  dataFolder: setting({
    kind: folder,
    standard: defaultDataFolder,
    about: 'Where the node keeps its keys, its journal and its models.',
    example: '/var/lib/aitbc',
  }),
  network: setting({
    kind: text(),
    standard: () => 'local',
    about: 'The network to join: the name of a network that is shipped, or the path of a network file.',
    example: './my-network.json',
  }),
  name: setting({
    kind: text(/^[^\p{C}]{1,64}$/u, 'it is longer than 64 characters or cannot be printed'),
    standard: () => 'my node',
    about: 'What this node is called on its own screens; other peers do not see it.',
    example: 'desk under the window',
  }),
  roles: setting({
    kind: list(choice('miner', 'client', 'router')),
    standard: () => ['miner', 'client', 'router'] as const,
    about: 'What this node does: rent out its card, run jobs elsewhere, keep a directory of offers.',
    example: 'client',
  }),
  listen: setting({
    kind: list(ip),
    standard: () => ['0.0.0.0', '::'],
    about: 'Addresses of this machine on which other peers may connect; empty for a node that only connects out.',
    example: '192.168.1.20',
    byNetwork: true,
  }),
  port: setting({
    kind: port,
    standard: () => 4_011,
    about: 'TCP port for other peers; 0 takes a free one.',
    example: '4011',
    byNetwork: true,
  }),
  websocketPort: setting({
    kind: port,
    standard: () => 4_012,
    about: 'TCP port for peers that speak WebSocket, as browsers do; 0 takes a free one.',
    example: '4012',
    byNetwork: true,
  }),
  announce: setting({
    kind: list(multiaddr),
    standard: () => [],
    about: 'Multiaddrs to tell other peers instead of the ones listened on, for example behind a forwarded port.',
    example: '/ip4/203.0.113.7/tcp/4011',
  }),
  bootstrap: setting({
    kind: list(peerAddress),
    standard: () => [],
    about: 'Peers that are asked first. Given here, they replace those of the network file.',
    example: '/dns4/door.example.org/tcp/4011/p2p/12D3KooW…',
    byNetwork: true,
  }),
  entryPeers: setting({
    kind: list(peerAddress),
    standard: () => [],
    about: 'Further peers by which to enter the network, beside the bootstrap peers; any node that listens will do.',
    example: '/ip4/203.0.113.7/tcp/4011/p2p/16Uiu2HA…',
  }),
  lanDiscovery: setting({
    kind: choice('auto', 'on', 'off'),
    standard: () => 'auto' as const,
    about:
      'Finds the nodes of this network in the LAN by multicast DNS: auto does in networks of one machine or one LAN.',
    example: 'off',
    byNetwork: true,
  }),
  timeServers: setting({
    kind: list(text(SERVER, 'it is no name or address of a time server, with :port where it is not 123')),
    standard: () => ['time.cloudflare.com', 'ptbtime1.ptb.de'],
    about:
      'Servers of NTP, asked only where other miners say that this clock is more than 30 s off; empty asks nobody.',
    example: 'ntp.example.org',
  }),
  stunServers: setting({
    kind: list(text(SERVER, 'it is no name or address of a STUN server, with :port where it is not 3478')),
    standard: () => [],
    about:
      'STUN servers on different machines: they say where packets of this machine come from, and so what NAT it is behind; empty asks nobody.',
    example: 'door.example.org:4011',
    byNetwork: true,
  }),
  region: setting({
    kind: text(
      new RegExp(`^[a-z0-9-]{1,${REGION_BYTES_MAX}}$`),
      `it has more than ${REGION_BYTES_MAX} characters or others than a-z, 0-9 and -`,
    ),
    standard: () => 'earth',
    about:
      'Where this node is, coarsely: offers are gossiped within a region. Words such as eu-west, or geo- and a geohash of one to three ' +
      'characters, tell others how far away it may be.',
    example: 'eu-west',
    byNetwork: true,
  }),
  models: setting({
    kind: list(text()),
    standard: () => [],
    about: 'Models to serve: names of models that are shipped, names or ids of pulled ones, or paths of ONNX files.',
    example: './resnet.onnx',
  }),
  basePrice: setting({
    kind: orNone(price),
    standard: () => undefined,
    about:
      'Price of one inference in the standard latency class; none asks what the market takes the work to be worth (aitbc price).',
    unit: 'token units',
    example: '0.001',
  }),
  priceStrategy: setting({
    kind: choice('auto', ...priceStrategies),
    standard: () => 'auto' as const,
    about:
      'How the price moves: fixed asks basePrice, market what the market takes the work to be worth, undercut a hundredth less than the cheapest other, demand begins with basePrice and follows how busy this node is. auto is fixed where basePrice is named, and market elsewhere.',
    example: 'demand',
  }),
  basePriceMin: setting({
    kind: orNone(price),
    standard: () => undefined,
    about: 'The least that a price which moves may ask for one inference in the standard class.',
    unit: 'token units',
    example: '0.0005',
  }),
  basePriceMax: setting({
    kind: orNone(price),
    standard: () => undefined,
    about: 'The most that a price which moves may ask for one inference in the standard class.',
    unit: 'token units',
    example: '0.01',
  }),
  energyPrice: setting({
    kind: orNone(amount),
    standard: () => undefined,
    about:
      'What a kilowatt-hour costs: no job is sold for less than its energy, where the cards tell their watts; none does not look.',
    unit: 'token units',
    example: '0.32',
  }),
  leasePrice: setting({
    kind: orNone(price),
    standard: () => undefined,
    about: 'Price of an hour in which the card serves one lessee alone; none leases it to nobody.',
    unit: 'token units',
    example: '0.25',
  }),
  sla: setting({
    kind: choice('on', 'off'),
    standard: () => 'on' as const,
    about:
      'Whether this miner grants terms of its service to clients that have its time witnessed: when it starts, what each latency class keeps to, what it owes where it does neither.',
    example: 'off',
  }),
  slaStartMs: setting({
    kind: wholeNumber(1, TERM_MS_MAX),
    // A stranger's first job may wait for the chain to say what its escrow is worth.
    standard: () => 5_000,
    about:
      'How soon this miner says that it has the input of a witnessed job; later counts as a start that never came.',
    unit: 'milliseconds',
    example: '2000',
  }),
  slaStallMs: setting({
    kind: wholeNumber(1, TERM_MS_MAX),
    standard: () => 15_000,
    about: 'How long this miner may be silent during a witnessed job; heartbeats come every 5 s.',
    unit: 'milliseconds',
    example: '10000',
  }),
  slaClassesMs: setting({
    kind: classBounds,
    standard: () => [100, 500, 2_000] as const,
    about:
      'Within what times the answers of the classes realtime, fast and standard come; a later one is paid as the class that it kept to.',
    unit: 'milliseconds',
    example: '150,800,4000',
  }),
  slaCompensation: setting({
    kind: wholeNumber(0, 200),
    standard: () => 50,
    about: 'Share of its price that this miner owes for a witnessed job that never started or stalled.',
    unit: 'percent',
    example: '100',
  }),
  slaDrawStake: setting({
    kind: orNone(amount),
    standard: () => undefined,
    about:
      "Stake with which an owner is drawn as a witness for certain; with less it is drawn that much less often. The network's least stake unless set.",
    unit: 'token units',
    example: '1000',
  }),
  witness: setting({
    kind: choice('on', 'off'),
    standard: () => 'on' as const,
    about:
      "Whether this miner signs times for others: when it first heard of a digest, for clients and miners that it isn't told about.",
    example: 'off',
  }),
  jobsMax: setting({
    kind: wholeNumber(1, 4_096),
    standard: () => 64,
    about: 'Jobs that run or wait here at once; the next one is refused as BUSY.',
    unit: 'jobs',
    example: '8',
  }),
  sharedRuns: setting({
    kind: choice('on', 'off'),
    standard: () => 'on' as const,
    about:
      'Whether waiting jobs of several clients are computed in one run, of models whose answers were tried to be the same alone and in company.',
    example: 'off',
  }),
  inputMemoryMax: setting({
    kind: byteSize(MIB, 1_024 * GIB),
    standard: ({ memoryBytes }) => wholeMib(memoryBytes / 8),
    about: 'Memory that the inputs of all jobs here may take; an eighth of the machine unless set.',
    unit: 'bytes',
    example: '512 MiB',
  }),
  engineProvider: setting<KernelSet>({
    kind: choice(...kernelSets),
    standard: () => 'cpu',
    about:
      'What computes: the processor (cpu), or a card by way of webgpu, cuda, directml or coreml. With cuda every NVIDIA card runs models, each by itself; with the others one does. A card that fails a trial runs none; a model that it cannot run whole is left to the processor.',
    example: 'webgpu',
  }),
  engineThreads: setting({
    kind: wholeNumber(1, 1_024),
    standard: ({ cores }) => cores,
    about: 'Processor threads that compute one job.',
    unit: 'threads',
    example: '4',
  }),
  engineMemoryMax: setting({
    kind: byteSize(64 * MIB, 1_024 * GIB),
    standard: ({ memoryBytes }) => wholeMib(memoryBytes / 2),
    about: 'Memory that one model may take with its inputs and outputs; half of the machine unless set.',
    unit: 'bytes',
    example: '8 GiB',
  }),
  auditShare: setting({
    kind: wholeNumber(0, 100),
    standard: () => (100 * SHARE_STANDARD) / PPM,
    about:
      'Of the answers that this node gets, how many are computed once more by another miner to see whether they are true, drawn at random; 0 audits nobody. The other miner sees the input: a job marked sensitive is never sent to it, and something made up is asked instead.',
    unit: 'percent',
    example: '2',
  }),
  auditBudget: setting({
    kind: wholeNumber(0, 100),
    standard: () => 5,
    about: 'The most that audits may cost, of what the jobs of this node cost; one begins only where it is there.',
    unit: 'percent',
    example: '10',
  }),
  probesPerHour: setting({
    kind: wholeNumber(0, 60),
    standard: () => 12,
    about: 'Miners whose claims are looked at by a probe in an hour, at times drawn at random; 0 looks at none.',
    unit: 'probes an hour',
    example: '4',
  }),
  publishScores: setting({
    kind: choice('on', 'off'),
    standard: () => 'off' as const,
    about:
      'Tells the nodes of the region how miners served this one, signed by its payer, so that all see: which miners it pays, when, how much, for which model and how long each took, and the peer it runs on. No inputs, no answers.',
    example: 'on',
    bare: 'on',
  }),
  probeSeconds: setting({
    kind: wholeNumber(0, 600),
    standard: () => 60,
    about:
      'Time of an hour that is lent to probes of others, while no job runs; 0 answers none, and what this node claims stays unproven.',
    unit: 'seconds an hour',
    example: '20',
  }),
  probeMemoryMax: setting({
    kind: byteSize(MIB, 2 * GIB),
    standard: ({ memoryBytes }) => Math.min(256 * MIB, wholeMib(memoryBytes / 4)),
    about: 'Memory that one probe may fill for its few seconds; what is not filled is not shown.',
    unit: 'bytes',
    example: '1 GiB',
  }),
  exclusivePrograms: setting({
    kind: list(watchedProgram),
    standard: () => [],
    about:
      'Programs that want this machine for themselves: while one of them runs, no jobs are taken. With @ and the number of a card, or a part of its name, one wants that card alone.',
    example: 'game.exe,blender@2',
  }),
  schedule: setting({
    kind: weeklyWindows,
    standard: () => [],
    about:
      'Hours of the week, by the clock of this machine, in which jobs are taken; always unless set (aitbc schedule). A card may have hours of its own.',
    example: 'mon-fri 18:00-08:00; sat,sun 00:00-24:00; card 2: 00:00-24:00',
  }),
  idleMinutes: setting({
    kind: wholeNumber(0, 1_440),
    standard: () => 0,
    about: 'Jobs are taken once keyboard and mouse were left alone for so long; 0 does not look.',
    unit: 'minutes',
    example: '10',
  }),
  onCardInUse: setting({
    kind: choice('pause', 'work'),
    standard: () => 'pause' as const,
    about:
      'What this node does while other programs compute on a card of this machine: pause takes no jobs for that card, and none at all where models run on the processor.',
    example: 'work',
  }),
  onBattery: setting({
    kind: choice('pause', 'work'),
    standard: () => 'pause' as const,
    about:
      'What a machine that runs on its battery does: pause takes no jobs, work runs them in small pieces, one at a time.',
    example: 'work',
  }),
  onMetered: setting({
    kind: choice('pause', 'work'),
    standard: () => 'pause' as const,
    about: 'What this node does on a connection that is paid by what goes over it, where the system says so.',
    example: 'work',
  }),
  quiet: setting({
    kind: choice('off', 'on'),
    standard: () => 'off' as const,
    about: 'Where on, the load of a card falls from 75 C on instead of 80 C, so that its fan stays slower.',
    example: 'on',
  }),
  powerMax: setting({
    kind: orNone(wholeNumber(1, POWER_W_MAX)),
    standard: () => undefined,
    about:
      'What all cards of this machine that models run on may draw together; none sets no budget. Each gets a share, by what it computes for its watts.',
    unit: 'watts',
    example: '450',
  }),
  powerLimits: setting({
    kind: choice('off', 'on'),
    standard: () => 'off' as const,
    about:
      'Whether cards are kept to their shares of powerMax by their own power limits, which the node sets and puts back when it stops; most drivers ask for administrator rights. Else by load.',
    example: 'on',
  }),
  modelSpaceMax: setting({
    kind: byteSize(MIB, 1_024 * 1_024 * GIB),
    standard: () => 32 * GIB,
    about: 'Space for models on this disk; what was not used for longest makes room, never what is in use.',
    unit: 'bytes',
    example: '100 GiB',
  }),
  uploadMax: setting({
    kind: byteSize(0, 1_024 * GIB),
    standard: () => 8 * MIB,
    about: 'Bytes of models that this node gives to others in a second, so that jobs do not suffer; 0 gives none.',
    unit: 'bytes per second',
    example: '2 MiB',
  }),
  owner: setting({
    kind: orNone(textAs(isAddress, 'it is no address: 0x and 40 lower-case hexadecimal digits')),
    standard: () => undefined,
    about: 'Cold wallet that owns the stake and gets the earnings of this node.',
    example: '0x52908400098527886e0f7030069857d2e4169ee7',
  }),
  passphraseFile: setting({
    kind: orNone(filePath),
    standard: () => undefined,
    about:
      'File for this user alone whose first line opens the sealed keys (aitbc wallet seal); a terminal is asked where there is none.',
    example: '/etc/aitbc/passphrase',
  }),
  priceMax: setting({
    kind: amount,
    standard: () => credits(10_000),
    about: 'The most that one job may cost where the request names no ceiling, all its attempts together.',
    unit: 'token units',
    example: '0.01',
  }),
  policy: setting({
    kind: choice(...routingPolicies),
    standard: () => 'latency' as const,
    about:
      'What is valued in the miner of a job that does not say: that it is near and quick, that it is cheap, or both.',
    example: 'cost',
  }),
  hedges: setting({
    kind: choice('off', 'realtime'),
    standard: () => 'off' as const,
    about:
      'Whether a second miner is asked where the first is late, and the first answer counts: for no job that does not ask for it, or for those of the realtime class.',
    example: 'realtime',
  }),
  standbyMiners: setting({
    kind: wholeNumber(0, 8),
    standard: () => 3,
    about:
      'Miners of one model that this node stays connected with while jobs of it keep coming, so that a retry need not dial; 0 keeps none. None are kept on a connection that is paid by what goes over it.',
    example: '2',
  }),
  chainEndpoints: setting({
    kind: list(endpointUrl),
    standard: () => [],
    about:
      "RPC endpoints of the chain to ask instead of the network file's, the preferred one first; they may hold a token and are shown without it.",
    example: 'https://rpc.example/v3/0123456789abcdef',
  }),
  redeemAt: setting({
    kind: amount,
    standard: () => credits(1_000_000),
    about: 'Vouchers of one client that hold this much are taken to the chain.',
    unit: 'token units',
    example: '5',
    byNetwork: true,
  }),
  redeemAfterSeconds: setting({
    kind: wholeNumber(1, 30 * 86_400),
    standard: () => 86_400,
    about: 'Vouchers that have waited so long are taken to the chain, whatever they hold above redeemMin.',
    unit: 'seconds',
    example: '604800',
    byNetwork: true,
  }),
  redeemMin: setting({
    kind: amount,
    standard: () => credits(1_000),
    about: 'Vouchers of one client that hold less are not worth their gas and stay where they are.',
    unit: 'token units',
    example: '0.05',
    byNetwork: true,
  }),
  gasGweiMax: setting({
    kind: wholeNumber(1, 1_000_000),
    standard: () => 100,
    about: 'What this node pays at most for a unit of gas. While blocks cost more, what it wants of the chain waits.',
    unit: 'gwei',
    example: '20',
    byNetwork: true,
  }),
  channelAmount: setting({
    kind: amount,
    standard: () => credits(2_000_000),
    about:
      'What this client sets aside of its escrow for a miner that it works with, each time that what the miner is assured runs low; 0 leaves that to you.',
    unit: 'token units',
    example: '5',
  }),
  sessionMax: setting({
    kind: amount,
    standard: () => credits(100_000_000),
    about:
      'What the session key, which signs while the node runs, may spend until its grant is renewed: the most that a thief of it gets.',
    unit: 'token units',
    example: '20',
  }),
  gateway: setting({
    kind: orNone(port),
    standard: () => undefined,
    about:
      'Port of the local gateway, which answers programs on this machine over HTTP; 0 takes a free one, none is off.',
    example: String(GATEWAY_PORT),
    bare: String(GATEWAY_PORT),
  }),
  gatewayBudget: setting({
    kind: amount,
    // A thousand jobs at the default price: enough to try things, and what a key that leaks costs in a day.
    standard: () => credits(1_000_000),
    about:
      'What programs may spend in a day (UTC) through the gateway under its key, or without one where none is asked for.',
    unit: 'token units',
    example: '5',
  }),
  cloudUrl: setting({
    kind: orNone(cloudUrl),
    standard: () => undefined,
    about:
      'Base URL of a cloud for jobs that allow one (aitbc run --cloud), where no miner can run them; https, or http on this machine. None is off.',
    example: 'https://inference.example.com',
  }),
  cloudProtocol: setting({
    kind: choice('oip', 'openai'),
    standard: () => 'oip' as const,
    about:
      'What the cloud speaks: the Open Inference Protocol v2 (tensors), or the protocol of OpenAI (texts), whose URL ends in /v1 mostly.',
    example: 'openai',
  }),
  cloudName: setting({
    kind: orNone(text(/^[ -~]{1,64}$/, 'it is longer than 64 characters or not printable ASCII')),
    standard: () => undefined,
    about: 'What answers and lists call the cloud; the name in its URL unless set.',
    example: 'Example Cloud',
  }),
  cloudModels: setting({
    kind: list(cloudMapping),
    standard: () => [],
    about:
      'What stands in for models at the cloud, by your word: id or name of a shipped model = its name there, with @version where that is to be held to; for OpenAI embeddings:, chat: or completions: before it, and > with the name of the output behind. Other models never go there.',
    example: 'characters=letters@2',
  }),
  cloudCredential: setting({
    kind: orNone(credentialSource),
    standard: () => undefined,
    about:
      'Where the bearer token for the cloud is: file: and a file for this user alone, or env: and a variable. It is read for each call, and never shown.',
    example: 'file:/etc/aitbc/cloud-token',
    mayBeSecret: true,
  }),
  cloudPrice: setting({
    kind: orNone(decimal),
    standard: () => undefined,
    about:
      "Price of one call by the cloud's list, in the currency of its bill; it has to be set where cloudUrl is, if to 0.",
    example: '0.002',
  }),
  cloudPriceIn: setting({
    kind: decimal,
    standard: () => decimalOf('0'),
    about: 'Price of a thousand tokens of input by the same list, where the cloud counts tokens.',
    example: '0.00015',
  }),
  cloudPriceOut: setting({
    kind: decimal,
    standard: () => decimalOf('0'),
    about: 'Price of a thousand tokens of output.',
    example: '0.0006',
  }),
  cloudUnitWorth: setting({
    kind: decimalAboveZero,
    standard: () => decimalOf('1'),
    about: 'What one unit of the token is worth to you in that currency: by this the bill becomes credits.',
    example: '0.85',
  }),
  cloudTokensMax: setting({
    kind: wholeNumber(1, 1_000_000),
    standard: () => 1_024,
    about: 'Tokens that a text of the cloud may have: with the input they are the most that a job may cost.',
    unit: 'tokens',
    example: '256',
  }),
  cloudBudget: setting({
    kind: amount,
    // As much as a key of the gateway: the bill of a program that runs wild.
    standard: () => credits(1_000_000),
    about:
      'What the cloud may cost in a day (UTC), by these prices; a job that may cost more than is left stays at the edge.',
    unit: 'token units',
    example: '5',
  }),
  metricsPort: setting({
    kind: orNone(port),
    standard: () => undefined,
    about:
      'Port of 127.0.0.1 and ::1 where Prometheus reads /metrics and a watcher /health, without a key; 0 takes a free one, none is off.',
    example: '9464',
  }),
  otlpEndpoint: setting({
    kind: orNone(baseUrl),
    standard: () => undefined,
    about:
      'Base URL of an OpenTelemetry collector, which gets the traces of jobs by OTLP over HTTP; then miners are told of them too.',
    example: 'http://127.0.0.1:4318',
    otherVariable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  }),
  logLevel: setting({
    kind: choice('debug', 'info', 'warn', 'error'),
    standard: () => 'info' as const,
    about: 'The least that is logged: error is for developers, warn for the owner, info for who uses the node.',
    example: 'warn',
  }),
  logFileMax: setting({
    kind: byteSize(64 * 2 ** 10, GIB),
    standard: () => 8 * MIB,
    about: 'Size at which a new file of the log in the data folder is begun: small enough to be mailed.',
    unit: 'bytes',
    example: '64 MiB',
  }),
  logFilesMax: setting({
    kind: wholeNumber(0, 1_000),
    standard: () => 5,
    about: 'Files of the log that are kept in the data folder, the oldest goes first; 0 keeps no log there.',
    unit: 'files',
    example: '20',
  }),
  logFormat: setting({
    kind: choice('auto', 'pretty', 'json'),
    standard: () => 'auto' as const,
    about: 'How the log is written: auto is for people on a terminal and one JSON object a line elsewhere.',
    example: 'json',
  }),
} as const

export type SettingKey = keyof typeof settings
export type Settings = { readonly [K in SettingKey]: (typeof settings)[K] extends Setting<infer T> ? T : never }

export const settingKeys = Object.keys(settings) as readonly SettingKey[]
export const isSettingKey = (key: string): key is SettingKey => Object.hasOwn(settings, key)

/** `AITBC_PRICE_MAX` of `priceMax`. */
export const variableOf = (key: SettingKey): string =>
  `AITBC_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
/** `--price-max` of `priceMax`. */
export const flagOf = (key: SettingKey): string =>
  SHORT_FLAGS[key] ?? `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
/** Flags that are typed often have a shorter name than their setting. */
const SHORT_FLAGS: Readonly<Partial<Record<SettingKey, string>>> = {
  dataFolder: '--data',
  entryPeers: '--peer',
}
