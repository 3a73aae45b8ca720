import { type Command, defineCommand, flag } from './command.ts'

export const startCommand: Command = defineCommand({
  name: 'start',
  group: 'earn',
  summary: 'run a node until Ctrl-C',
  about:
    'What it does is set by roles: a miner rents out this machine, a router keeps a directory of offers, a client runs jobs ' +
    'for aitbc run. Log lines go to standard error and into the data folder (aitbc logs). With --json one line to standard output when the node is up: {"peer", ' +
    '"addresses", "operator", "roles", "network", "dataFolder", "gateway", "metrics"}.',
  examples: [
    { line: 'aitbc start --models characters --base-price 0.002', about: 'serve a shipped model' },
    { line: 'aitbc start --models resnet', about: 'serve one that was pulled (aitbc models pull resnet)' },
    { line: 'aitbc start --network ./my-network.json --roles client --listen ""', about: 'a client only' },
    { line: 'aitbc start --roles client --listen "" --gateway', about: 'a client that own programs ask over HTTP' },
  ],
  settings: [
    'name',
    'roles',
    'models',
    'basePrice',
    'leasePrice',
    'owner',
    'passphraseFile',
    'listen',
    'port',
    'websocketPort',
    'announce',
    'bootstrap',
    'entryPeers',
    'lanDiscovery',
    'region',
    'jobsMax',
    'exclusivePrograms',
    'schedule',
    'idleMinutes',
    'onCardInUse',
    'onBattery',
    'onMetered',
    'quiet',
    'powerMax',
    'powerLimits',
    'probesPerHour',
    'probeSeconds',
    'probeMemoryMax',
    'inputMemoryMax',
    'engineProvider',
    'engineThreads',
    'engineMemoryMax',
    'modelSpaceMax',
    'uploadMax',
    'priceMax',
    'gateway',
    'gatewayBudget',
    'logLevel',
    'logFormat',
    'logFileMax',
    'logFilesMax',
  ],
  options: {
    noKey: flag('The gateway asks for no key: every program and user of this machine may spend its budget.'),
    confirmRestored: flag('No other copy of this node runs: sign again after the data folder was restored.'),
  },
  async run(context) {
    const { runNode } = await import('./run-node.ts')
    return runNode(context)
  },
})
