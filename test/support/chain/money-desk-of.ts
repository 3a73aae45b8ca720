/** The money commands' own desk over a node's keys, beside the node: as its owner would use it. */
import { join } from 'node:path'
import type { Testnet } from '../../../bootstrap/localnet/create-testnet.ts'
import type { MoneyAction } from '../../../node/chain/money-desk.ts'
import { openMoneyDesk } from '../../../node/chain/open-money-desk.ts'
import { Keystore } from '../../../node/keys/keystore.ts'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { folderFiles } from '../../../node/storage/data-folder.ts'

/** Gas costs nothing on a chain of this machine. */
const FEE_WEI_MAX = 10n ** 18n

/** One action after another, each mined before the next. */
export async function performAt(net: Testnet, dataFolder: string, ...actions: readonly MoneyAction[]): Promise<void> {
  using keys = new Keystore(join(dataFolder, folderFiles.keys), {
    crypto: await createCrypto(),
    random: systemRandom,
    clock: systemClock,
  })
  await using desk = await openMoneyDesk({
    network: net.network,
    dataFolder,
    addressOf: (kind) => keys.look(kind)?.address,
    signerOf: async (kind) => keys.load(kind)!.signer,
  })
  for (const action of actions) await desk.perform(action, { feeWeiMax: FEE_WEI_MAX, onStep: () => undefined })
}
