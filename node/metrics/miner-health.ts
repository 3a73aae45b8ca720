/** Whether a node without a client can do its work: what it stands on, its peers, and its offer where it has one. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import { type Check, checkOf, groundChecks, type HealthLook, type HealthNeeds } from '../gateway/node-health.ts'

export interface MinerHealthNeeds extends Omit<HealthNeeds, 'client'> {
  readonly network: string
  readonly peers: () => number
  /** Peers that were told of the offer; undefined where there is none, or it is withdrawn. */
  readonly offer: () => { readonly peers: number } | undefined
  readonly isMiner: boolean
}

export class MinerHealth implements HealthLook {
  readonly #needs: MinerHealthNeeds

  constructor(needs: MinerHealthNeeds) {
    this.#needs = needs
  }

  async look(): Promise<{ readonly ok: boolean; readonly checks: Readonly<Record<string, Check>> }> {
    const { network, peers, offer, isMiner } = this.#needs
    const connected = peers()
    const told = offer()?.peers ?? 0
    const checks: Record<string, Check> = {
      ...groundChecks(this.#needs),
      peers: { ...checkOf(connected > 0 ? undefined : new MeshError('NO_PEERS', { network })), connected },
      ...(isMiner ? { offer: { ok: told > 0, told } } : {}),
    }
    return { ok: Object.values(checks).every(({ ok }) => ok), checks }
  }
}
