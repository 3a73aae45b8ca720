import type { Settings } from '../../config/settings.ts'
import type { NamedFinding } from '../../diagnosis/check.ts'
import { type Command, type CommandContext, defineCommand } from '../frame/command.ts'
import type { StatusJson } from './status-command.ts'

export const doctorCommand: Command = defineCommand({
  name: 'doctor',
  group: 'earn',
  summary: 'check everything that a node needs, and say what to do about the rest',
  about:
    'Checks program, settings, data folder, keys, certificate, ports, cards, engine, models, chain, network and the running node, one after the other, and ' +
    'changes nothing. With --json: one {"number", "name", "state", "found", "remedy"} a line; "state" is ok, warn or fail. ' +
    'Exit code 0 where nothing fails, 6 where something could be better, 1 where something fails.',
  examples: [
    { line: 'aitbc doctor', about: 'before the first start, or when nothing is earned' },
    { line: 'aitbc doctor --json | jq -s "map(select(.state != \\"ok\\"))"', about: 'what is not in order' },
  ],
  async run(context) {
    const { EXIT } = await import('../../../protocols/kernel/error-projections.ts')
    const { printFindings } = await import('./print-findings.ts')
    const seen = await printFindings(await checksOf(context), context)
    return seen.has('fail') ? EXIT.failed : seen.has('warn') ? EXIT.degraded : EXIT.done
  },
})

/** Settings first: where they are wrong nothing else can be checked. */
async function checksOf(context: CommandContext) {
  const { failedWith, ok } = await import('../../diagnosis/check.ts')
  const { programCheck, folderCheck, keysCheck, portsCheck } = await import('../../diagnosis/machine-checks.ts')
  const { asMeshError } = await import('../../../protocols/kernel/errors.ts')
  let loaded: Awaited<ReturnType<CommandContext['config']>>
  try {
    loaded = await context.config()
  } catch (error) {
    const failed = failedWith(asMeshError(error))
    return [programCheck, { name: 'settings', run: async () => failed }]
  }
  const { engineCheck, modelsCheck } = await import('../../diagnosis/engine-checks.ts')
  const { kernelsCheck } = await import('../../diagnosis/kernels-check.ts')
  const { cardsCheck } = await import('../../diagnosis/cards-check.ts')
  const { cardWordsOf } = await import('../../care/named-cards.ts')
  const { powerCheck } = await import('../../diagnosis/power-check.ts')
  const { certificateCheck } = await import('../../diagnosis/certificate-check.ts')
  const { chainCheck } = await import('../../diagnosis/chain-check.ts')
  const { networkInUse } = await import('./network-in-use.ts')
  const { bootstrapCheck } = await import('../../diagnosis/network-checks.ts')
  const { settings, network } = loaded
  const status = await runningStatus(context)
  const changed = loaded.rows().filter(({ origin }) => origin !== 'the default').length
  return [
    programCheck,
    {
      name: 'settings',
      run: async () => ok(`the network ${network.networkId}; ${changed} set by you or by the network`),
    },
    folderCheck(settings, status !== undefined),
    keysCheck(settings),
    certificateCheck(settings, network),
    portsCheck(settings, status !== undefined),
    cardsCheck(cardWordsOf(settings)),
    ...(settings.powerMax === undefined && settings.powerLimits === 'off'
      ? []
      : [powerCheck({ settings, isRunning: status !== undefined })]),
    engineCheck,
    ...(settings.engineProvider === 'cpu' ? [] : [kernelsCheck(settings.engineProvider)]),
    // What a running node was started with counts, not what the next one would be.
    modelsCheck({ ...settings, ...(status === undefined ? {} : { roles: status.roles as Settings['roles'] }) }),
    chainCheck(settings, await networkInUse(context)),
    bootstrapCheck({ bootstrap: status?.bootstrap ?? settings.bootstrap }, network),
    { name: 'node', run: async () => nodeFinding(status) },
  ]
}

async function runningStatus(context: CommandContext): Promise<StatusJson | undefined> {
  const { reachNode } = await import('./node-access.ts')
  const { isMeshError } = await import('../../../protocols/kernel/errors.ts')
  try {
    await using node = await reachNode(context)
    return await node.call<StatusJson>('status')
  } catch (error) {
    if (isMeshError(error, 'NODE_NOT_RUNNING')) return undefined
    throw error
  }
}

function nodeFinding(status: StatusJson | undefined): Pick<NamedFinding, 'state' | 'found' | 'remedy'> {
  if (status === undefined) return { state: 'ok', found: 'does not run' }
  const found = `runs as ${status.roles.join(' + ')} with ${status.peers} peers`
  const [trouble] = status.troubles
  if (status.signing !== undefined)
    return { state: 'fail', found: `${found}; ${status.signing.message}`, remedy: status.signing.hint }
  if (status.peers === 0) return { state: 'fail', found, remedy: status.next }
  return trouble === undefined
    ? { state: 'ok', found }
    : { state: 'warn', found: `${found}; ${trouble.message}`, remedy: trouble.hint }
}
