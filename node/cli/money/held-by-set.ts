/** Vouchers by the contract set of the network file whose escrow pays them. */
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { NetworkFile } from '../../config/network-file.ts'
import type { AtEscrow } from '../../work/redemption/relay-vouchers.ts'
import type { RelayedVoucher } from '../../work/redemption/voucher-file.ts'
import type { Output } from '../frame/output.ts'
import { amountOf } from '../screen/numbers.ts'

/** Those of a set that the file does not name are left out, and it is said. */
export function bySet<T extends RelayedVoucher>(
  { contractSets }: Pick<NetworkFile, 'contractSets'>,
  vouchers: readonly T[],
  escrowOf: (voucher: T) => Address,
  out: Pick<Output, 'warn'>,
): readonly AtEscrow[] {
  const named = contractSets.map(({ name: set, escrow }) => ({ set, escrow: escrow as Address }))
  const known = new Set<string>(named.map(({ escrow }) => escrow))
  const lost = vouchers.filter((each) => !known.has(escrowOf(each)))
  if (lost.length > 0) {
    const where = [...new Set(lost.map(escrowOf))].join(', ')
    out.warn(
      `The network file names no contract set with the escrow ${where}: ${amountOf(lost.length, 'voucher')} are left out.`,
    )
  }
  return named
    .map((set) => ({ ...set, vouchers: vouchers.filter((each) => escrowOf(each) === set.escrow) }))
    .filter((each) => each.vouchers.length > 0)
}
