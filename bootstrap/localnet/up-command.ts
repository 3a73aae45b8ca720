import { type Command, defineCommand, flag, option } from '../../node/cli/command.ts'
import { wholeNumber } from '../../node/cli/usage-error.ts'

export const upCommand: Command = defineCommand({
  name: 'up',
  group: 'use',
  summary: 'start a whole network on this machine and run a job in it',
  about:
    'A chain with the contracts, a bootstrap peer, three miners with stake, different prices and models, and a client with escrow, ' +
    'all real, on loopback. The client runs ' +
    'one picture and one text, and the miners take its vouchers to the chain; then the network stays up until Ctrl-C, and aitbc run, status, peers, models and jobs in ' +
    'another terminal speak with its client, and programs over HTTP with its gateway. The client tells the miners how they served it (publishScores), ' +
    'and they make that again from its receipts. With --json one line a job, as aitbc run prints it, then {"books", "published": {"miners", "bytes", "checked", "same"}}.\n' +
    'With --heat the miners have simulated cards, marked so, that live 30 times as fast as real ones, and the report of that story ' +
    'comes as {"heat": {"asked", "answered", "failed", "attempts", "endedByHeat", "hottestC", "cameBack"}} with --json.\n' +
    'The chain is a development chain of this machine (anvil): its tokens are worth nothing elsewhere.',
  examples: [
    { line: 'aitbc up', about: 'until Ctrl-C, with a live status' },
    { line: 'aitbc up --once', about: 'run the two jobs, print their answers and end' },
    { line: 'aitbc up --heat --once', about: 'see what happens to a job whose card gets too hot, and end' },
  ],
  options: {
    once: flag('Ends after the two jobs: exit code 0 where both were answered.'),
    heat: flag(
      'Then a card gets too hot: each miner has a simulated card, the fan of one stops, and its jobs go elsewhere. About a minute.',
    ),
    port: option({
      value: 'number',
      about: 'TCP port of the bootstrap peer; a free one unless given.',
      parse: wholeNumber(0, 65_535),
    }),
  },
  settings: ['logLevel', 'logFormat'],
  async run(context) {
    const { runLocalNetwork } = await import('./run-local-network.ts')
    return runLocalNetwork(context)
  },
})
