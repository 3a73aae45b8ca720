import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { SignedKeyCert } from '../../../protocols/statements/key-cert.ts'
import type { OpenMoneyDesk } from '../../chain/money-desk.ts'
import { type CommandContext, defineSubcommand, type Subcommand } from '../frame/command.ts'
import { moneySettings } from '../money/money-access.ts'
import { ACTION_JSON, actionOptions, performAction } from '../money/perform-action.ts'
import { existingKey, isoOf, walletDomain, walletKeys } from './wallet-keys.ts'

export const walletRegisterCommand = (open: OpenMoneyDesk): Subcommand =>
  defineSubcommand({
    name: 'register',
    summary: 'tell the chain who owns the operator',
    about:
      'Shows the certificate (aitbc wallet certify) to the registry, which binds the operator to this owner and to no other, ever; from ' +
      'then on its vouchers are paid to the owner, and its stake counts for the offers. Sent and paid by the operator. Also prolongs a ' +
      `binding that would end. With --json: ${ACTION_JSON}.`,
    examples: [
      { line: 'aitbc wallet register --dry-run', about: 'what it would cost' },
      { line: 'aitbc wallet register', about: 'after aitbc wallet certify' },
    ],
    options: actionOptions,
    settings: moneySettings,
    async run({ options, ...context }) {
      const certificate = await ownCertificate(context)
      const { owner, operator, notAfter } = certificate.value
      await performAction(context, open, options, {
        action: { kind: 'register', certificate },
        does: () => `bind the operator ${operator} to the owner ${owner} for good`,
        done: () => `The operator ${operator} is bound to ${owner} until ${isoOf(notAfter).slice(0, 10)}.`,
      })
    },
  })

/** @throws MeshError CERTIFICATE_INVALID, NOT_FOUND, KEY_FILE */
async function ownCertificate(context: Pick<CommandContext, 'config' | 'signal'>): Promise<SignedKeyCert> {
  const { certificateFault, readCertificate } = await import('../../keys/certificate-file.ts')
  const { settings } = await context.config()
  using keys = await walletKeys(context)
  const certificate = readCertificate(settings.dataFolder)
  if (certificate === undefined) {
    throw new MeshError('CERTIFICATE_INVALID', { why: 'there is none yet (aitbc wallet certify makes it)' })
  }
  const { address: operator } = existingKey(keys, 'operator')
  const facts = { operator, owner: settings.owner, nowMs: Date.now() }
  const why = certificateFault(await walletDomain(context), certificate, facts)
  if (why !== undefined) throw new MeshError('CERTIFICATE_INVALID', { why })
  return certificate
}
