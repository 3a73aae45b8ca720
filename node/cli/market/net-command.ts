import type { Check } from '../../diagnosis/check.ts'
import type { NetJson } from '../../diagnosis/net-findings.ts'
import { type Command, type CommandContext, defineCommand, defineSubcommand } from '../frame/command.ts'
import { netMapCommand } from './net-map-command.ts'

const check = defineSubcommand({
  name: 'check',
  summary: 'check how others reach this machine, and how far away they are',
  about:
    'Asks the running node; without one a light peer joins for some seconds, and shows what can be known without listening. ' +
    'With --json: one {"number", "name", "state", "found", "remedy"} a line; "state" is ok, warn or fail. Exit code 0 where all is ' +
    'in order, 6 where something is not.',
  examples: [
    { line: 'aitbc net check', about: 'when nobody brings jobs, or nobody answers' },
    { line: 'aitbc net check --json | jq -r "select(.state != \\"ok\\").remedy"', about: 'what to do, for a script' },
  ],
  settings: ['entryPeers', 'passphraseFile'],
  async run(context) {
    const { EXIT } = await import('../../../protocols/kernel/error-projections.ts')
    const { printFindings } = await import('../node/print-findings.ts')
    const seen = await printFindings(await checksOf(context), context)
    return seen.has('fail') || seen.has('warn') ? EXIT.degraded : EXIT.done
  },
})

export const netCommand: Command = defineCommand({
  name: 'net',
  group: 'network',
  summary: "look at this machine's place in the network",
  examples: [
    { line: 'aitbc net check', about: 'can others reach this machine?' },
    { line: 'aitbc net map', about: 'which regions are served, and how far apart they are' },
  ],
  commands: [check, netMapCommand],
})

type Context = Pick<CommandContext, 'config' | 'signal' | 'out' | 'mayAsk'>

async function checksOf(context: Context): Promise<readonly Check[]> {
  const { netFindings } = await import('../../diagnosis/net-findings.ts')
  const { portsCheck } = await import('../../diagnosis/machine-checks.ts')
  const { settings } = await context.config()
  const asked = await factsOf(context)
  const about = (name: string, facts: NetJson): Check => ({ name, run: async () => netFindings[name]!(facts) })
  if (asked.via === 'node') return Object.keys(netFindings).map((name) => about(name, asked.facts))
  // What only a node that listens can know is left out: an answer for the light peer would be no answer for the machine.
  const ofAnyPeer = ['bootstrap peers', 'other peers', 'NAT', 'LAN']
  return [
    portsCheck(settings, false),
    asked.check,
    ...ofAnyPeer.flatMap((name) => (asked.facts === undefined ? [] : [about(name, asked.facts)])),
  ]
}

type Asked =
  | { readonly via: 'node'; readonly facts: NetJson }
  | { readonly via: 'light peer'; readonly facts: NetJson | undefined; readonly check: Check }

async function factsOf(context: Context): Promise<Asked> {
  const { reachMesh } = await import('../node/node-access.ts')
  const { asMeshError, throwIfAborted } = await import('../../../protocols/kernel/errors.ts')
  const { failedWith, warn } = await import('../../diagnosis/check.ts')
  const joined = (run: Check['run']): Check => ({ name: 'node', run })
  try {
    await using node = await reachMesh(context)
    using progress = context.out.progress('asking peers')
    void progress
    const facts = await node.call<NetJson>('net')
    if (node.via === 'node') return { via: 'node', facts }
    const started = 'Start it, then check again: only a node that listens can be reached. aitbc start'
    return {
      via: 'light peer',
      facts,
      check: joined(async () => warn('does not run; a light peer joined instead', started)),
    }
  } catch (error) {
    throwIfAborted(context.signal)
    const failed = failedWith(asMeshError(error))
    return { via: 'light peer', facts: undefined, check: joined(async () => failed) }
  }
}
