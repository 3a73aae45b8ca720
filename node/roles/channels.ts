/** Where a chain settles, a client's escrow is set aside for the miners that it works with. */

import { asMeshError } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import { ChannelKeeper } from '../chain/escrow/channel-keeper.ts'
import { gasCeilingWei } from '../chain/transactions/gas-ceiling.ts'
import type { Foundation } from './foundation.ts'
import type { Parts } from './parts.ts'
import type { NodeTransactions } from './transactions.ts'

/** `undefined` in a network without a chain. */
export async function startChannels(
  parts: Parts,
  { settling, chain, clock, random, bus, settings }: Foundation,
  transactions: NodeTransactions | undefined,
  { payer, session }: { readonly payer: Address; readonly session: Address },
): Promise<ChannelKeeper | undefined> {
  if (settling === undefined || transactions === undefined) return undefined
  return parts.start(
    'channels',
    () =>
      new ChannelKeeper({
        chain: settling,
        view: chain,
        clock,
        random,
        payer,
        session,
        desk: () => transactions.payerDesk(),
        filling: settings.channelAmount as Credits,
        feePerGasMax: gasCeilingWei(settings),
        onFilled: (miners, amount) => bus.emit({ kind: 'channels:filled', miners, amount }),
        onFailure: (error) =>
          bus.emit({ kind: 'trouble', during: 'setting escrow aside for miners', error: asMeshError(error) }),
      }),
  )
}
