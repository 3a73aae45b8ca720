import { type Command, defineCommand, defineSubcommand } from '../../node/cli/frame/command.ts'

const slash = defineSubcommand({
  name: 'slash',
  summary: 'let a miner contradict itself, and see what the others and the chain make of it',
  about:
    'Starts a chain, a bootstrap peer, two miners with stake and a client on this machine. One miner answers a job; then its journal is ' +
    'broken on purpose, and it signs a second, different result of the same attempt. Its client finds the contradiction, tells the ' +
    'others, and shows it to the contract, which takes a part of the stake and tombstones the owner. Ends by itself.\n' +
    'With --json one object: {"operator", "owner", "nullifier", "contradiction", "books": [{"who", "what", "before", "after"}], ' +
    '"tombstoned", "droppedBy", "reward", "madeWhole", "rewardPayableFrom"}; amounts are decimal text in credits.',
  examples: [{ line: 'aitbc demo slash', about: 'takes some fifteen seconds' }],
  options: {},
  settings: ['logLevel', 'logFormat'],
  async run(context) {
    const { demonstrateSlash } = await import('./demonstrate-slash.ts')
    return demonstrateSlash(context)
  },
})

const audit = defineSubcommand({
  name: 'audit',
  summary: 'let a miner give false answers, and see how its client finds out and stops asking it',
  about:
    'Starts a bootstrap peer, four miners with one model and a client on this machine, without a chain. The cheapest miner gives false ' +
    'answers. The client has half of what it is answered computed again by another miner, and by a third where the two differ. From its first ' +
    'lie on others are asked before it, and at the third it gets no work any more. Ends by itself; exit code 0 where it was so, and nobody ' +
    'else was blamed.\n' +
    'With --json one object: {"liar", "starved", "caught", "lies", "jobs", "miners": [{"miner", "name", "matched", "mismatched", "inconclusive", ' +
    '"standing", "jobsBefore", "jobsAfter"}], "spent", "audits"}; amounts are decimal text in credits.',
  examples: [{ line: 'aitbc demo audit', about: 'takes some ten seconds' }],
  options: {},
  settings: ['logLevel', 'logFormat'],
  async run(context) {
    const { demonstrateAudits } = await import('./demonstrate-audits.ts')
    return demonstrateAudits(context)
  },
})

export const demoCommand: Command = defineCommand({
  name: 'demo',
  group: 'research',
  summary: 'see on this machine what the network does when something goes wrong',
  about: 'Each demonstration starts a network of its own in a folder that goes with it.',
  examples: [
    { line: 'aitbc demo slash', about: 'a miner that signs two results for one attempt' },
    { line: 'aitbc demo audit', about: 'a miner that gives false answers' },
  ],
  commands: [slash, audit],
})
