import { asMeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { type CommandContext, defineSubcommand } from '../command.ts'
import type { Output } from '../output.ts'
import { table } from '../table.ts'
import { allKinds, isoOf, KEY_JSON, type KeyJson, keyJson, walletDomain, walletKeys } from './wallet-keys.ts'

export const LIST_ABOUT = `The owner has stake and earnings and should lie cold; the operator is this miner's name and signs what it does; the payer has the escrow; the session signs vouchers for the payer. The last three are made when a node first needs them.

  With --json: {"dataFolder", "keys": [${KEY_JSON}], "certificate": {"owner", "operator", "notBefore", "notAfter", "fault"}}; the certificate (aitbc wallet certify) is null where there is none, its fault where it holds.`

const MEANING: Readonly<Record<KeyJson['kind'], string>> = {
  owner: 'stake and earnings',
  operator: "this miner's name",
  payer: 'escrow',
  session: 'vouchers of the payer',
}

export async function listKeys({ config, out }: Pick<CommandContext, 'config' | 'out'>): Promise<void> {
  const { dataFolder } = (await config()).settings
  const store = await walletKeys({ config })
  const keys = allKinds.flatMap((kind) => store.look(kind) ?? []).map(keyJson)
  const certificate = await certificateOf({ config }, keys)
  await out.print({ dataFolder, keys, certificate }, () =>
    [keyTable(keys, out), ...(certificate === undefined ? [] : ['', certificateText(certificate)])].join('\n'),
  )
}

interface CertificateJson {
  readonly owner?: string
  readonly operator?: string
  readonly notBefore?: string
  readonly notAfter?: string
  /** Why it binds nobody now; undefined where it does. */
  readonly fault: string | undefined
}

async function certificateOf(
  { config }: Pick<CommandContext, 'config'>,
  keys: readonly KeyJson[],
): Promise<CertificateJson | undefined> {
  const { certificateFault, readCertificate } = await import('../../keys/certificate-file.ts')
  const { dataFolder, owner } = (await config()).settings
  try {
    const certificate = readCertificate(dataFolder)
    if (certificate === undefined) return undefined
    const { value } = certificate
    const operator = keys.find(({ kind }) => kind === 'operator')?.address as Address | undefined
    const fault =
      operator === undefined
        ? 'there is no operator'
        : certificateFault(await walletDomain({ config }), certificate, { operator, owner, nowMs: Date.now() })
    const { notBefore, notAfter } = value
    return {
      owner: value.owner,
      operator: value.operator,
      notBefore: isoOf(notBefore),
      notAfter: isoOf(notAfter),
      fault,
    }
  } catch (error) {
    return { fault: asMeshError(error).message }
  }
}

const certificateText = ({ owner, notAfter, fault }: CertificateJson): string =>
  fault === undefined
    ? `The owner ${owner} stands behind the operator until ${notAfter?.slice(0, 10)}.`
    : `The certificate of the operator does not hold: ${fault}.`

function keyTable(keys: readonly KeyJson[], { style, width }: Output): string {
  if (keys.length === 0) return 'No key yet: a node makes its own when it starts; aitbc wallet new owner makes yours.'
  return table(
    keys,
    [
      { title: 'KEY', cell: ({ kind }) => kind, style: style.bold },
      { title: 'ADDRESS', cell: ({ address }) => address },
      { title: 'HAS', cell: ({ kind }) => MEANING[kind] },
      { title: 'SEALED', cell: ({ sealed }) => (sealed ? 'yes' : 'no') },
      { title: 'MADE', cell: ({ createdAt }) => createdAt.slice(0, 10) },
    ],
    { width, styleTitle: style.dim },
  )
}

export const walletListCommand = defineSubcommand({
  name: 'list',
  summary: 'list the keys of this node',
  about: LIST_ABOUT,
  examples: [{ line: 'aitbc wallet list', about: 'the same as aitbc wallet' }],
  run: listKeys,
})
