/** Where a chain settles, a client's escrow is set aside for the miners that it works with. */

import type { Address } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { ChannelKeeper } from '../../chain/escrow/channel-keeper.ts'
import { counterIdOf } from '../../client/paying/counter-books.ts'
import type { NodeTransactions } from '../chain/transactions.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'

/** `undefined` in a network without a chain. */
export async function startChannels(
  parts: Parts,
  { settling, chain, clock, random, bus, settings, journal, network }: Foundation,
  transactions: NodeTransactions | undefined,
  { payer, session }: { readonly payer: Address; readonly session: Address },
): Promise<ChannelKeeper | undefined> {
  if (settling === undefined || transactions === undefined) return undefined
  const [{ ChannelKeeper }, { gasCeilingWei }] = await Promise.all([
    import('../../chain/escrow/channel-keeper.ts'),
    import('../../chain/transactions/gas-ceiling.ts'),
  ])
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
        promisedTo: (miner) =>
          journal.client.counter(counterIdOf({ payer, session }, miner)).voucher?.cumulative ?? credits(0),
        filling: settings.channelAmount as Credits,
        atOnceMax: credits(
          network.parameters.chunkCredits * BigInt(network.parameters.windowChunks) + BigInt(settings.priceMax),
        ),
        feePerGasMax: gasCeilingWei(settings),
        onFilled: (miners, amount) => bus.emit({ kind: 'channels:filled', miners, amount }),
        onFailure: bus.trouble('setting escrow aside for miners'),
      }),
  )
}
