/** `aitbc earnings export` and `aitbc earnings relay`: vouchers on their way through somebody else's hands. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { KeyKind } from '../../keys/keystore.ts'
import type { CommandContext } from '../frame/command.ts'
import { usageError } from '../frame/usage-error.ts'
import { networkInUse } from '../node/network-in-use.ts'
import { confirm } from '../prompts/confirm.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { amountOf } from '../screen/numbers.ts'
import { pairs } from '../screen/table.ts'
import { bySet } from './held-by-set.ts'
import { coinText } from './money-text.ts'

export interface ExportFlags {
  readonly output: string | undefined
}

/** @throws MeshError COMMAND_LINE, DATA_FOLDER_*, DISK_FULL */
export async function exportVouchers(context: CommandContext<unknown, ExportFlags>): Promise<void> {
  const { options, out } = context
  const path = options.output
  if (path === undefined) throw usageError('no file is named to write them to', 'Name it with --output vouchers.json.')
  const { join } = await import('node:path')
  const { readHeldVouchers } = await import('../../work/journal/read-held-vouchers.ts')
  const { folderFiles } = await import('../../storage/data-folder.ts')
  const { createFile } = await import('../../storage/durable-file.ts')
  const { storageError } = await import('../../storage/sqlite.ts')
  const { voucherFileText } = await import('../../work/redemption/voucher-file.ts')
  const { settings } = await context.config()
  const network = await networkInUse(context)
  const held = readHeldVouchers(join(settings.dataFolder, folderFiles.journal))
  const text = voucherFileText(
    network,
    held.map(({ bytes, grant }) => ({ voucher: bytes, grant })),
  )
  try {
    createFile(path, text, 0o644)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw usageError(`${path} is there already`, 'Name another file: none is replaced.')
    throw storageError(error, path)
  }
  const amount = credits(held.reduce((sum, { cumulative, redeemed }) => sum + cumulative - redeemed, 0n))
  await out.print({ output: path, vouchers: held.length, amount }, () =>
    [
      `${amountOf(held.length, 'voucher')} of ${unitsText(amount)} in all are in ${path}.`,
      'There is nothing secret in it: whoever relays it (aitbc earnings relay) pays the gas, and the contract pays your owner.',
    ].join('\n'),
  )
}

export interface RelayFlags {
  readonly as: 'owner' | 'operator' | 'payer' | undefined
  readonly dryRun: boolean
  readonly yes: boolean
}

/** @throws MeshError MALFORMED, NOTHING_SETTLES, KEY_MISSING, GAS_SHORT, CHAIN_*, COMMAND_LINE, CANCELLED */
export async function relayFile(context: CommandContext<{ readonly file: string }, RelayFlags>): Promise<void> {
  const { options, out } = context
  const network = await networkInUse(context)
  if (network.chain.kind === 'table') throw new MeshError('NOTHING_SETTLES', { network: network.networkId })
  const { coin } = network.chain
  const { walletDomain, walletKeys, openKeys } = await import('../wallet/wallet-keys.ts')
  const { parseVoucherFile } = await import('../../work/redemption/voucher-file.ts')
  const { file } = context.arguments
  const text = await textOf(file)
  const checked = parseVoucherFile(text, file, network, await walletDomain(context))
  const sets = bySet(network, checked, ({ value }) => value.escrow, out)
  using keys = await walletKeys(context)
  const kind = relayer((each) => keys.look(each) !== undefined, options.as)
  const from = keys.look(kind)!.address
  const { openRelay } = await import('./open-relay.ts')
  await using relay = await openRelay(context, network, from)
  const { previews, quote } = await relay.preview(sets)
  const paid = credits(previews.reduce((sum, each) => sum + each.paid, 0n))
  const vouchers = previews.map(({ set, claim, claimed, ...each }) => ({
    ...{ set, payer: claim.payer, miner: claim.miner, promised: claim.cumulative, before: claimed },
    ...{ paid: each.paid, why: each.reason },
  }))
  const refused = vouchers.filter((each) => each.paid === 0n)
  const told = { file, relayer: from, vouchers, paid, ...quote }
  if (options.dryRun || paid === 0n) {
    await out.print({ ...told, dryRun: options.dryRun, transactions: [] }, () =>
      [relayText(previews.length, paid, refused), 'Nothing was sent.'].join('\n'),
    )
    return
  }
  const payable = amountOf(previews.length - refused.length, 'voucher')
  const fee = coinText(quote.feeWei, coin)
  await confirm(
    context,
    `Relay ${payable}, ${unitsText(paid)} for their miners, from ${from}? The fee is about ${fee}.`,
    options.yes,
  )
  await openKeys(context, keys, [kind])
  using key = keys.load(kind)!
  using progress = out.progress('relaying')
  let mined = 0
  const transactions = await relay.send(sets, key.signer, (count) => {
    mined += count
    progress.update(mined, previews.length - refused.length)
  })
  await out.print({ ...told, dryRun: false, transactions }, () =>
    [
      relayText(previews.length, paid, refused),
      pairs(
        transactions.map(({ hash, blockNumber, feeWei }) => [
          `block ${blockNumber}`,
          `${hash}, ${coinText(feeWei, coin)}`,
        ]),
      ),
    ].join('\n'),
  )
}

function relayer(has: (kind: KeyKind) => boolean, wanted: RelayFlags['as']): KeyKind {
  const found = wanted ?? (['owner', 'payer', 'operator'] as const).find(has)
  if (found !== undefined && has(found)) return found
  const remedy = 'Make one with aitbc wallet new owner, and send it gas money.'
  throw new MeshError('KEY_MISSING', { kind: found ?? 'owner', remedy })
}

function relayText(count: number, paid: Credits, refused: readonly { readonly why: string }[]): string {
  const whys = new Map<string, number>()
  for (const { why } of refused) whys.set(why, (whys.get(why) ?? 0) + 1)
  const said = [...whys].map(([why, times]) => `${times} × ${why}`).join(', ')
  return `${amountOf(count, 'voucher')}, ${unitsText(paid)} to be paid${said === '' ? '' : `; refused: ${said}`}.`
}

async function textOf(path: string): Promise<string> {
  const { closeSync, fstatSync, openSync, readFileSync } = await import('node:fs')
  const { VOUCHER_FILE_BYTES_MAX } = await import('../../work/redemption/voucher-file.ts')
  const wrong = (why: string): MeshError => new MeshError('MALFORMED', { what: path, why })
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    if (fstatSync(file).size > VOUCHER_FILE_BYTES_MAX) throw wrong('it is too long')
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw error instanceof MeshError ? error : wrong((error as Error).message)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
