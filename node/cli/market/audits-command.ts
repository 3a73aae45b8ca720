import { argument, type Command, defineCommand, defineSubcommand } from '../frame/command.ts'
import { table } from '../screen/table.ts'
import { type AuditsJson, auditColumns, auditsHead, auditText, MINER_COLUMNS, toldText } from './audits-text.ts'

const show = defineSubcommand({
  name: 'show',
  summary: 'show audits of one miner, or one audit, with what they rest on',
  about:
    'Takes the address of a miner or the hash of a receipt, or the first characters of either. With --json as aitbc audits, with ' +
    '"receipt" and "agreement" of each party where an answer was found false: the signed receipt with its path, and what it is about.',
  examples: [{ line: 'aitbc audits show 0x9a1dc75f', about: 'why a miner gets no work' }],
  arguments: { id: argument('address of a miner, or hash of a receipt') },
  async run({ arguments: { id }, ...context }) {
    const found = await auditsFound(context, { id })
    if (found.audits.length === 0) {
      const { MeshError } = await import('../../../protocols/kernel/errors.ts')
      throw new MeshError('NOT_FOUND', { what: 'audit', id })
    }
    const { out } = context
    await out.print(found, () => found.audits.map((row) => auditText(row, Date.now(), out.style.dim)).join('\n\n'))
  },
})

export const auditsCommand: Command = defineCommand({
  name: 'audits',
  group: 'network',
  summary: 'show what was found of the answers of miners',
  about:
    'A node has some of the answers that it gets computed once more by another miner, and by a third where the two differ. Asks the ' +
    'running node; without one it reads what the last one left in the data folder. With --json: {"share", "budget": {"share", "spent", ' +
    '"audits", "room"}, "deters", "open", "miners": [{"miner", "standing", "factor", "share", "matched", "mismatched", "inconclusive"}], ' +
    '"audits": [{"drawn", "atMs", "model", "kernelClass", "kernelText", "tolerance", "by", "share", "parties": [{"role", "miner", ' +
    '"outcome", "why", "attempt", "outputRoot"}], "where", "error", "cost"}], "told"}; shares are parts in a million, amounts decimal ' +
    'text in credits; standing is untested, unproven, proven, doubted or lying; "told" is what clients say of this node\'s own miner: {"matched", ' +
    '"mismatched", "inconclusive", "unfair", "falseSecrets"}, null without that role.',
  examples: [
    { line: 'aitbc audits', about: 'who was looked at, and what it cost' },
    { line: 'aitbc audits show 0x9a1dc75f', about: 'all that was found of one miner' },
    { line: 'aitbc config set auditShare 2', about: 'look at fewer; 0 looks at none' },
  ],
  commands: [show],
  async run(context) {
    const { out } = context
    const found = await auditsFound(context, {})
    await out.print(found, () => {
      const shown = { width: out.width, styleTitle: out.style.dim }
      const told = toldText(found)
      return [
        auditsHead(found),
        ...(found.miners.length === 0 ? [] : ['', table(found.miners, MINER_COLUMNS, shown)]),
        ...(found.audits.length === 0 ? [] : ['', table(found.audits, auditColumns(Date.now()), shown)]),
        ...(told === undefined ? [] : ['', told]),
      ].join('\n')
    })
  },
})

type Context = Pick<Parameters<NonNullable<Command['run']>>[0], 'config' | 'signal' | 'out'>

/** Of the running node; where none runs, what the last one left on the disk. */
async function auditsFound(context: Context, params: { readonly id?: string }): Promise<AuditsJson> {
  const { reachNode } = await import('../node/node-access.ts')
  try {
    await using node = await reachNode(context)
    return await node.call<AuditsJson>('audits', params)
  } catch (error) {
    const { isMeshError } = await import('../../../protocols/kernel/errors.ts')
    if (!isMeshError(error, 'NODE_NOT_RUNNING')) throw error
    return onDisk(context, params)
  }
}

async function onDisk({ config }: Context, params: unknown): Promise<AuditsJson> {
  const { join } = await import('node:path')
  const { AuditBook } = await import('../../client/auditing/audit-book.ts')
  const { auditsOf } = await import('../../control/methods/audits-method.ts')
  const { plainJson } = await import('../../control/methods/plain-json.ts')
  const { readAudits } = await import('../../market/auditing/audit-store.ts')
  const { systemClock } = await import('../../roles/system-clock.ts')
  const { folderFiles } = await import('../../storage/data-folder.ts')
  const { settings } = await config()
  const book = new AuditBook(systemClock, readAudits(join(settings.dataFolder, folderFiles.audits)))
  return plainJson(auditsOf({ settings, book, told: null }, params)) as unknown as AuditsJson
}
