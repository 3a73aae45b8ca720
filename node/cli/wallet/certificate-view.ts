/** The certificate of this node's operator as `aitbc wallet` shows it. */
import { asMeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { CommandContext } from '../frame/command.ts'
import { isoOf, type KeyJson, walletDomain } from './wallet-keys.ts'

export interface CertificateJson {
  readonly owner?: string
  readonly operator?: string
  readonly notBefore?: string
  readonly notAfter?: string
  /** Why it binds nobody now; undefined where it does. */
  readonly fault: string | undefined
}

export async function certificateOf(
  context: Pick<CommandContext, 'config' | 'signal'>,
  keys: readonly KeyJson[],
): Promise<CertificateJson | undefined> {
  const { certificateFault, readCertificate } = await import('../../keys/certificate-file.ts')
  const { dataFolder, owner } = (await context.config()).settings
  try {
    const certificate = readCertificate(dataFolder)
    if (certificate === undefined) return undefined
    const { value } = certificate
    const operator = keys.find(({ kind }) => kind === 'operator')?.address as Address | undefined
    const fault =
      operator === undefined
        ? 'there is no operator'
        : certificateFault(await walletDomain(context), certificate, { operator, owner, nowMs: Date.now() })
    const { notBefore, notAfter } = value
    return {
      owner: value.owner,
      operator: value.operator,
      notBefore: isoOf(notBefore),
      notAfter: isoOf(notAfter),
      fault,
    }
  } catch (error) {
    const failed = asMeshError(error)
    if (failed.fault === 'bug' || failed.code === 'CANCELLED') throw failed
    return { fault: failed.message }
  }
}

export const certificateText = ({ owner, notAfter, fault }: CertificateJson): string =>
  fault === undefined
    ? `The owner ${owner} stands behind the operator until ${notAfter?.slice(0, 10)}.`
    : `The certificate of the operator does not hold: ${fault}.`
