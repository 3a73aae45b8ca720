/** A cloud that this client has credentials for. */
import { type ErrorEntry, entry } from './error-entry.ts'

export const cloudErrors = {
  CLOUD_UNREACHABLE: entry(
    340,
    'network',
    true,
    'the cloud {provider} cannot be reached: {why}',
    'Check cloudUrl and the connection of this machine.',
  ),
  CLOUD_FAILED: entry(
    341,
    'network',
    true,
    'the cloud {provider} failed: {why}',
    'Try later; what it may have billed counts against cloudBudget.',
  ),
  CLOUD_BUSY: entry(
    342,
    'network',
    true,
    'the cloud {provider} takes nothing now: {why}',
    'Try later, or have its owner raise its limits.',
  ),
  CLOUD_REFUSED: entry(
    343,
    'local',
    false,
    'the cloud {provider} refuses the request: {why}',
    'Check cloudUrl, cloudProtocol and the model that cloudModels names.',
  ),
  CLOUD_GARBLED: entry(
    344,
    'remote',
    false,
    'the answer of the cloud {provider} breaks the rule: {rule}',
    'It is not used. Check that cloudProtocol is what the endpoint speaks.',
  ),
  CLOUD_OTHER_MODEL: entry(
    345,
    'remote',
    false,
    'the cloud {provider} was asked for {expected}, and answered with {given}',
    'It is not used. Correct cloudModels, or use another cloud.',
  ),
  CLOUD_CREDENTIAL: entry(346, 'local', false, 'the credential of the cloud cannot be used: {why}', '{remedy}'),
  CLOUD_UNMAPPED: entry(
    347,
    'caller',
    false,
    'the cloud {provider} cannot run this job: {why}',
    'Run it at the edge, or map the model to one that takes these inputs with cloudModels.',
  ),
  CLOUD_BUDGET: entry(
    348,
    'caller',
    false,
    'the cloud {provider} has {left|units} of its {budget|units} a day left, and the job may cost {needed|units}',
    'Wait until {until}, or raise cloudBudget with aitbc config set and start the node again.',
  ),
} as const satisfies Record<string, ErrorEntry>
