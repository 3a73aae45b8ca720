/** The redemption desks of a data folder whose node does not run: the same parts that a miner starts for it, and no others. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { NetworkFile } from '../../config/network-file.ts'
import type { Settings } from '../../config/settings.ts'
import { EventBus } from '../../events/event-bus.ts'
import type { AskPassphrase } from '../../keys/open-sealed-keys.ts'
import { passphraseOf } from '../../keys/open-sealed-keys.ts'
import { startTransactions } from '../chain/transactions.ts'
import { layFoundation } from '../foundation.ts'
import { Parts } from '../parts.ts'
import { systemClock } from '../system-clock.ts'
import { redemptionTuning, type SetRedemption, startRedemptions } from './redemption.ts'

/** The longest that a timer takes, 24 days: no command lives so long. */
const NEVER_MS = 2 ** 31 - 1

export interface OwnRedemptions extends AsyncDisposable {
  readonly redemptions: readonly SetRedemption[]
}

export interface OwnRedemptionsOptions {
  readonly settings: Settings
  readonly network: NetworkFile
  readonly passphrase?: AskPassphrase | undefined
  readonly onTrouble: (error: MeshError) => void
  readonly signal: AbortSignal
}

/** @throws MeshError DATA_FOLDER_*, KEY_MISSING, KEY_SEALED, KEY_PASSPHRASE, NOTHING_SETTLES, CHAIN_*, CANCELLED */
export async function openOwnRedemptions(options: OwnRedemptionsOptions): Promise<OwnRedemptions> {
  const { settings, network, signal, onTrouble } = options
  const bus = new EventBus(systemClock, { wants: () => false, write: () => undefined })
  bus.listen(({ event }) => {
    if (event.kind === 'trouble') onTrouble(event.error)
  })
  const parts = { clock: systemClock, onEvent: bus.emit.bind(bus) }
  const running = await Parts.start(
    parts,
    async (each) => {
      const base = await layFoundation(each, {
        ...{ settings, network, bus },
        isUp: () => false,
        keyKinds: ['operator'],
        passphrase: passphraseOf(settings.passphraseFile, options.passphrase),
      })
      if (base.settling === undefined) throw new MeshError('NOTHING_SETTLES', { network: network.networkId })
      const operator = await each.start('operator key', () => {
        const key = base.keys.load('operator')
        if (key !== undefined) return key
        throw new MeshError('KEY_MISSING', { kind: 'operator', remedy: 'A node makes it when it starts.' })
      })
      const transactions = await startTransactions(each, base, operator.signer, new Set(['miner']))
      // Only what it is told to do.
      const tuning = { ...redemptionTuning(settings), lookMs: NEVER_MS }
      return startRedemptions(each, base, transactions!, tuning)
    },
    signal,
  )
  return {
    redemptions: running.value,
    async [Symbol.asyncDispose]() {
      await running.stop()
      bus[Symbol.dispose]()
    },
  }
}
