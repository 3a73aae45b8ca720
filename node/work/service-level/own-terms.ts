/** What this miner grants, by its settings. */
import { assert } from '../../../protocols/kernel/errors.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import { defaultTerms, termsFault } from '../../../protocols/rules/service-level/granted-terms.ts'
import type { Terms } from '../../../protocols/statements/struct-types.ts'
import type { Settings } from '../../config/settings.ts'

/** Share of the agreed price: 1 percent is 100 basis points. */
const BP_PER_PERCENT = 100

type ServiceSettings = Pick<
  Settings,
  'sla' | 'slaStartMs' | 'slaStallMs' | 'slaClassesMs' | 'slaCompensation' | 'slaDrawStake'
>

/**
 * `undefined` where the owner grants none.
 * @param stakeMin of the network: with it an owner is drawn for certain unless the settings say otherwise
 */
export function ownTerms(settings: ServiceSettings, stakeMin: Credits): Terms | undefined {
  if (settings.sla === 'off') return undefined
  const [realtimeMs, fastMs, standardMs] = settings.slaClassesMs
  const terms: Terms = {
    ...defaultTerms((settings.slaDrawStake ?? stakeMin) as Credits),
    startMsMax: settings.slaStartMs,
    stallMsMax: settings.slaStallMs,
    realtimeMs,
    fastMs,
    standardMs,
    compensationBp: settings.slaCompensation * BP_PER_PERCENT,
  }
  const fault = termsFault(terms)
  assert(fault === undefined, `settings make terms: ${fault}`)
  return terms
}
