/** The consent of one job to a cloud. */
import { type CloudConsent, cloudConsents } from '../../../protocols/rules/venue/choose-venue.ts'
import { usageError } from '../frame/usage-error.ts'

/** @throws MeshError COMMAND_LINE */
export function parseCloudConsent(text: string): CloudConsent {
  const consent = cloudConsents.find((word) => word === text)
  if (consent !== undefined) return consent
  throw usageError(`${text} is no answer to whether the cloud may run it`, `Give one of ${cloudConsents.join(', ')}.`)
}
