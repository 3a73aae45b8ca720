/** Where a chain settles, the miner takes its vouchers there with its operator key, which needs some gas money and moves no funds. */
import { asMeshError } from '../../protocols/kernel/errors.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import { RedemptionDesk } from '../work/redemption/redemption-desk.ts'
import type { Foundation } from './foundation.ts'
import type { Parts } from './parts.ts'
import type { NodeTransactions } from './transactions.ts'

/** A voucher is looked at this often at most, and ten times within the age at which it is redeemed. */
const LOOK_MS_MAX = 30_000
const LOOKS_PER_AGE = 10
const LOOK_MS_MIN = 500
const WEI_PER_GWEI = 10n ** 9n

/** `undefined` in a network without a chain. @throws MeshError DATA_FOLDER_*, DISK_FULL */
export async function startRedemption(
  parts: Parts,
  base: Foundation,
  transactions: NodeTransactions,
): Promise<RedemptionDesk | undefined> {
  const { settling, clock, bus, crypto, journal, settings } = base
  if (settling === undefined) return undefined
  const trouble = (during: string) => (error: Error) => bus.emit({ kind: 'trouble', during, error: asMeshError(error) })
  const desk = await transactions.desk()
  const ageMsMax = settings.redeemAfterSeconds * 1_000
  return parts.start(
    'redemption',
    () =>
      new RedemptionDesk({
        clock,
        hasher: crypto,
        chain: settling,
        desk,
        journal: journal.miner,
        tuning: {
          terms: { amountMin: settings.redeemAt as Credits, ageMsMax, dust: settings.redeemMin as Credits },
          lookMs: Math.max(LOOK_MS_MIN, Math.min(LOOK_MS_MAX, Math.floor(ageMsMax / LOOKS_PER_AGE))),
          feePerGasMax: BigInt(settings.gasGweiMax) * WEI_PER_GWEI,
        },
        onEvent: (event) => {
          switch (event.kind) {
            case 'sent':
              return bus.emit({ ...event, kind: 'redemption:sent' })
            case 'paid':
              return bus.emit({ ...event, kind: 'redemption:paid' })
            case 'forgotten':
              return bus.emit({ ...event, kind: 'redemption:forgotten' })
            case 'refused':
              return bus.emit({ ...event, kind: 'redemption:refused' })
          }
        },
        onFailure: trouble('redeeming vouchers'),
      }),
  )
}
