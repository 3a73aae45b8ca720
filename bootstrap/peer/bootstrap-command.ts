import { type Command, defineCommand, flag, option } from '../../node/cli/frame/command.ts'

export const bootstrapCommand: Command = defineCommand({
  name: 'bootstrap',
  group: 'network',
  summary: 'run a bootstrap peer, by which others join a network, until Ctrl-C',
  about:
    'It answers lookups, carries offers, keeps profiles and relays connections; it runs no jobs and holds no money. By UDP, on the port of the ' +
    'same number, it tells who asks where his packets come from (STUN). ' +
    '--network-out writes a network file that names it, for the nodes of the network. With --json one line when it ' +
    'is up: {"peer", "addresses", "stun", "networkFile"}.',
  examples: [
    { line: 'aitbc bootstrap --port 4011 --network-out ./my-network.json', about: 'a network of your own' },
    { line: 'aitbc start --network ./my-network.json --models characters', about: 'a miner in it' },
  ],
  settings: ['listen', 'port', 'announce', 'lanDiscovery', 'logLevel', 'logFormat'],
  options: {
    noStun: flag('Answers no STUN.'),
    networkOut: option({ value: 'file', about: 'Writes a network file that names this peer.', offers: 'files' }),
  },
  async run(context) {
    // Loading what runs it takes a second: settings that are wrong are told of before.
    await context.config()
    const { runDoor } = await import('./run-door.ts')
    return runDoor(context)
  },
})
