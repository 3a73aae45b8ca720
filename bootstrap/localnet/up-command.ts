import { type Command, defineCommand, flag, option } from '../../node/cli/frame/command.ts'
import { wholeNumber } from '../../node/cli/frame/usage-error.ts'

export const upCommand: Command = defineCommand({
  name: 'up',
  group: 'use',
  summary: 'start a whole network on this machine and see its market at work',
  about:
    'A chain with the contracts, a bootstrap peer, three miners with stake, different prices and models, and a client with escrow, ' +
    'all real, on loopback. The client runs one picture, before two witnesses, and one text. Then the market is shown: why the next job goes where ' +
    'it goes; the cheapest miner begins to give false answers; half of the answers are audited, and work and scores follow what was found; ' +
    'where that was seen on this data folder before, the client remembers, and jobs go past who lied. ' +
    'The miners take its vouchers to the chain, and make what the client publishes of them again from its receipts. It stays up until ' +
    'Ctrl-C, and aitbc run, status, peers, models, jobs, audits and scores in another terminal speak with its client, and programs over HTTP with ' +
    'its gateway. With --json one line a job, as aitbc run prints it, then {"market": {"auditShare", "liar", "lies", "isFound", "jobsBefore", ' +
    '"jobsAfter", "auditsCost", "miners": [{"name", "miner", "price", "before", "after", "matched", "mismatched", "points", "tier"}]}}, then ' +
    '{"books", "published": {"miners", "bytes", "checked", "same"}}.\n' +
    'With --heat the miners have simulated cards, marked so, that live 30 times as fast as real ones, and the report of that story ' +
    'comes as {"heat": {"asked", "answered", "failed", "attempts", "endedByHeat", "hottestC", "cameBack"}} with --json.\n' +
    'The chain is a development chain of this machine (anvil): its tokens are worth nothing elsewhere.',
  examples: [
    { line: 'aitbc up', about: 'until Ctrl-C, with a live status' },
    { line: 'aitbc up --once', about: 'run the two jobs, see a liar found, and end' },
    { line: 'aitbc up --heat --once', about: 'see what happens to a job whose card gets too hot, and end' },
  ],
  options: {
    once: flag('Ends after the two jobs and the market: exit code 0 where both were answered and the liar was found.'),
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
    // Loading what runs it takes a second: settings that are wrong are told of before.
    await context.config()
    const { runLocalNetwork } = await import('./run-local-network.ts')
    return runLocalNetwork(context)
  },
})
