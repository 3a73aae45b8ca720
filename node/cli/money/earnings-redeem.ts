/** `aitbc earnings redeem`: through the node that runs, else with the operator's key of the data folder. */
import { EXIT } from '../../../protocols/kernel/error-projections.ts'
import { isMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { RedeemedNow, RedeemedVoucher } from '../../work/redemption/redeem-now.ts'
import type { CommandContext } from '../frame/command.ts'
import { networkInUse } from '../node/network-in-use.ts'
import { reachNode } from '../node/node-access.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { amountOf } from '../screen/numbers.ts'
import { shortHex } from '../screen/short-hex.ts'
import { table } from '../screen/table.ts'
import { bySet } from './held-by-set.ts'

export interface RedeemFlags {
  readonly dryRun: boolean
  readonly wait: number | undefined
}

type Context = CommandContext<unknown, RedeemFlags>
type Shown = Omit<RedeemedNow, 'vouchers'> & {
  readonly vouchers: readonly (Omit<RedeemedVoucher, 'promised' | 'before' | 'paid'> & Amounts)[]
}
/** Credits, or their decimal text where a node told them. */
type Amounts = Readonly<Record<'promised' | 'before' | 'paid', bigint | string>>

const WAIT_MS = 10 * 60_000

export async function redeemByHand(context: Context): Promise<number> {
  const { options, out } = context
  const redeemed = await throughNode(context)
  await out.print(redeemed, () => redeemedText(redeemed, out))
  return options.dryRun || redeemed.settled ? EXIT.done : EXIT.degraded
}

async function throughNode(context: Context): Promise<Shown> {
  const { options, out } = context
  using progress = out.progress(options.dryRun ? 'asking the escrow' : 'redeeming')
  const onProgress = (done: number, total: number): void => {
    progress.relabel(`redeeming: ${done} of ${amountOf(total, 'voucher')} paid for good`)
    progress.update(done, Math.max(total, 1))
  }
  const params = { dryRun: options.dryRun, withinMs: options.wait ?? WAIT_MS }
  try {
    await using node = await reachNode(context)
    const onEvent = (event: unknown): void => {
      const { done, total } = event as { readonly done: number; readonly total: number }
      onProgress(done, total)
    }
    return await node.call<Shown>('redeem', params, onEvent)
  } catch (error) {
    if (!isMeshError(error, 'NODE_NOT_RUNNING')) throw error
  }
  return await (options.dryRun
    ? previewed(context)
    : byItself(context, params.withinMs, onProgress, () => progress[Symbol.dispose]()))
}

async function byItself(
  context: Context,
  withinMs: number,
  onProgress: (done: number, total: number) => void,
  hush: () => void,
): Promise<Shown> {
  const { out, signal } = context
  const { settings } = await context.config()
  const network = await networkInUse(context)
  if (network.chain.kind === 'table') throw new MeshError('NOTHING_SETTLES', { network: network.networkId })
  if ((await held(context)).length === 0) return { dryRun: false, settled: true, vouchers: [] }
  const { openOwnRedemptions } = await import('../../roles/miner/own-redemptions.ts')
  const { redeemNow } = await import('../../work/redemption/redeem-now.ts')
  const { askKeyPassphrase } = await import('../prompts/ask-key-passphrase.ts')
  await using own = await openOwnRedemptions({
    ...{ settings, network, signal },
    passphrase: askKeyPassphrase(context, hush),
    onTrouble: (error) => out.warn(`${error.message}. ${error.hint}`),
  })
  return await redeemNow(own.redemptions, { dryRun: false, withinMs, signal, onProgress })
}

/** Nothing is opened for writing, and no key is asked for. */
async function previewed(context: Context): Promise<Shown> {
  const { out, signal } = context
  const { settings } = await context.config()
  const network = await networkInUse(context)
  const { openChain } = await import('../../chain/open-chain.ts')
  const { createCrypto } = await import('../../keys/node-crypto.ts')
  const { systemClock } = await import('../../roles/system-clock.ts')
  const { previewRelay } = await import('../../work/redemption/relay-vouchers.ts')
  const { walletKeys } = await import('../wallet/wallet-keys.ts')
  const { contractSet } = await import('../../chain/contracts/contract-set.ts')
  const sets = bySet(
    network,
    (await held(context)).map(({ bytes: voucher, grant, escrow }) => ({ voucher, grant, escrow })),
    ({ escrow }) => escrow,
    out,
  )
  if (network.chain.kind === 'table') throw new MeshError('NOTHING_SETTLES', { network: network.networkId })
  const [first] = sets
  if (first === undefined) return { dryRun: true, settled: false, vouchers: [] }
  const named = network.contractSets.find(({ name }) => name === first.set)!
  const needs = { clock: systemClock, hasher: await createCrypto(), endpoints: settings.chainEndpoints }
  using chain = await openChain(network, { ...needs, contracts: contractSet(named) }, signal)
  using keys = await walletKeys(context)
  const from = (keys.look('operator')?.address ?? first.escrow) as Address
  const previews = await previewRelay(chain.settling!.rpc, sets, from, signal)
  const vouchers = previews.map(({ set, claim, claimed, paid, reason }) => ({
    set,
    payer: claim.payer,
    session: claim.session,
    promised: claim.cumulative,
    before: claimed,
    paid,
    state: paid > 0n ? ('payable' as const) : ('refused' as const),
    why: reason,
  }))
  return { dryRun: true, settled: false, vouchers }
}

async function held({ config }: Pick<Context, 'config'>) {
  const { join } = await import('node:path')
  const { readHeldVouchers } = await import('../../work/journal/read-held-vouchers.ts')
  const { folderFiles } = await import('../../storage/data-folder.ts')
  const { settings } = await config()
  return readHeldVouchers(join(settings.dataFolder, folderFiles.journal))
}

const WORDS = { paid: 'paid', payable: 'would be paid', refused: 'refused', waits: 'on its way' } as const

function redeemedText({ dryRun, settled, vouchers }: Shown, out: CommandContext['out']): string {
  if (vouchers.length === 0) return 'No voucher waits to be redeemed.'
  const rows = table(
    vouchers,
    [
      { title: 'SET', cell: ({ set }) => set },
      { title: 'PAYER', cell: ({ payer }) => shortHex(payer) },
      { title: 'PROMISED', cell: ({ promised }) => unitsText(BigInt(promised)), align: 'right' },
      { title: 'BEFORE', cell: ({ before }) => unitsText(BigInt(before)), align: 'right' },
      { title: dryRun ? 'WOULD PAY' : 'PAID', cell: ({ paid }) => unitsText(BigInt(paid)), align: 'right' },
      { title: '', cell: ({ state, why }) => (state === 'refused' ? `refused: ${why}` : WORDS[state]), mayCut: true },
    ],
    { width: out.width, styleTitle: out.style.dim },
  )
  if (dryRun) return `${rows}\nNothing was sent.`
  const rest = settled
    ? ''
    : '\nNot all of it lies under enough blocks yet: what was sent is seen to by the node, or by the next call.'
  return `${rows}${rest}`
}
