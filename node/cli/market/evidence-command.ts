import { argument, type Command, defineCommand, defineSubcommand } from '../frame/command.ts'
import { durationText } from '../screen/durations.ts'
import { shortHex } from '../screen/short-hex.ts'
import { type Column, table } from '../screen/table.ts'
import { type ClaimJson, claimsText, claimText } from './claims-text.ts'
import { type EvidenceJson, evidenceText, FOUND_BY, NO_COURT, SIGNED_TWICE } from './evidence-text.ts'

interface EvidenceListJson {
  readonly evidence: readonly EvidenceJson[]
  readonly claims: readonly ClaimJson[]
}

const show = defineSubcommand({
  name: 'show',
  summary: 'show both statements of a contradiction',
  about:
    'Takes the address of an operator or the number of an offence, or the first characters of either. With --json: ' +
    '{"evidence": [{"nullifier", "operator", "kind", "source", "foundAtMs", "standing", "a", "b", "bytes"}]}; a and b are ' +
    '{"value", "publicKey", "signature"}, or of receipts {"value", "index", "path", "batch"}, and bytes are the message by which ' +
    'nodes tell each other.',
  examples: [{ line: 'aitbc evidence show 0x9a1dc75f', about: 'what an operator signed, field by field' }],
  arguments: { id: argument('address of an operator, or number of an offence') },
  async run({ arguments: { id }, ...context }) {
    const found = await evidenceOf(context, { id })
    if (found.evidence.length === 0 && found.claims.length === 0) {
      const { MeshError } = await import('../../../protocols/kernel/errors.ts')
      throw new MeshError('NOT_FOUND', { what: 'evidence', id })
    }
    const { out } = context
    await out.print(found, () =>
      [
        ...found.evidence.map((each) => evidenceText(each, Date.now(), out.style.dim)),
        ...found.claims.map((each) => claimText(each, Date.now())),
      ].join('\n\n'),
    )
  },
})

export const evidenceCommand: Command = defineCommand({
  name: 'evidence',
  group: 'network',
  summary: 'list operators that contradicted themselves',
  about:
    'One key that signed two things that cannot both be true gets no work from this node any more. Asks the running node; ' +
    'without one it reads what the last one left in the data folder. With --json: {"evidence": [{"nullifier", "operator", ' +
    '"kind", "source", "foundAtMs", "standing"}]}; kind is receipts, offer-heads or leases; source is own, or told by others; ' +
    'standing is how it stands with the court, and absent where there is nothing to say. "claims": [{"miner", "standing", "found", ' +
    '"atMs"}] are miners whose card did not do what their profile claims when this node probed it: not for a court, but dearer to this node.',
  examples: [
    { line: 'aitbc evidence', about: 'whom this node gives no work' },
    { line: 'aitbc evidence show 0x9a1dc75f', about: 'why' },
  ],
  commands: [show],
  async run(context) {
    const { out } = context
    const found = await evidenceOf(context, {})
    await out.print(found, () =>
      found.evidence.length === 0
        ? ['No operator is known to have contradicted itself.', ...claimsText(found.claims)].join('\n')
        : [
            table(found.evidence, COLUMNS, { width: out.width, styleTitle: out.style.dim }),
            ...claimsText(found.claims),
          ].join('\n'),
    )
  },
})

const COLUMNS: readonly Column<EvidenceJson>[] = [
  { title: 'OPERATOR', cell: ({ operator }) => operator },
  { title: 'SIGNED', cell: ({ kind }) => SIGNED_TWICE[kind] },
  { title: 'FOUND', cell: ({ foundAtMs }) => `${durationText(Math.max(0, Date.now() - foundAtMs))} ago` },
  { title: 'BY', cell: ({ source }) => FOUND_BY[source] },
  { title: 'COURT', cell: ({ standing }) => standing ?? NO_COURT, mayCut: true },
  { title: 'OFFENCE', cell: ({ nullifier }) => shortHex(nullifier) },
]

type Context = Pick<Parameters<NonNullable<Command['run']>>[0], 'config' | 'signal' | 'out'>

/** Of the running node; where none runs, what the last one left on the disk. */
async function evidenceOf(context: Context, params: { readonly id?: string }): Promise<EvidenceListJson> {
  const { reachNode } = await import('../node/node-access.ts')
  try {
    await using node = await reachNode(context)
    return await node.call<EvidenceListJson>('evidence', params)
  } catch (error) {
    const { isMeshError } = await import('../../../protocols/kernel/errors.ts')
    if (!isMeshError(error, 'NODE_NOT_RUNNING')) throw error
    return onDisk(context, params)
  }
}

async function onDisk({ config }: Context, params: unknown): Promise<EvidenceListJson> {
  const { join } = await import('node:path')
  const { listEvidence } = await import('../../control/methods/evidence-method.ts')
  const { plainJson } = await import('../../control/methods/plain-json.ts')
  const { readEvidence } = await import('../../market/read-evidence.ts')
  const { folderFiles } = await import('../../storage/data-folder.ts')
  const { settings } = await config()
  const kept = readEvidence(join(settings.dataFolder, folderFiles.evidence))
  const book = {
    kept: () => kept,
    evidence: (of: string) => kept.find(({ nullifier }) => nullifier === of),
    standing: () => undefined,
  }
  const { listClaims } = await import('../../control/methods/claims-method.ts')
  const { ClaimsFile } = await import('../../market/claims-file.ts')
  const claims = listClaims(new ClaimsFile(join(settings.dataFolder, folderFiles.claims)).read(), params)
  return plainJson({ ...listEvidence(book, params), claims }) as unknown as EvidenceListJson
}
