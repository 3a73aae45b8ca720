/** All vouchers that are held go to the chain now, or it is only said what would come of it: what `aitbc earnings redeem` asks for. */
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { PreviewedVoucher, RedemptionDesk } from './redemption-desk.ts'

/** By hand whatever is due goes, be it worth its gas or not. */
const DUST = credits(1)

export interface RedeemedVoucher {
  /** Of the network file. */
  readonly set: string
  readonly payer: string
  readonly session: string
  /** All that the voucher promises, and what of it was paid before. */
  readonly promised: Credits
  readonly before: Credits
  /** Now, or what would be. */
  readonly paid: Credits
  /** `paid`, or `would be paid`; `refused`: see `why`; `waits`: it is on its way to the chain. */
  readonly state: 'paid' | 'payable' | 'refused' | 'waits'
  readonly why: string
}

export interface RedeemedNow {
  readonly dryRun: boolean
  /** Nothing waits any more: what could be paid is paid, under enough blocks. */
  readonly settled: boolean
  readonly vouchers: readonly RedeemedVoucher[]
}

export interface RedeemNowOptions {
  readonly dryRun: boolean
  /** Longer nobody waits for the blocks: what was sent goes on. */
  readonly withinMs: number
  readonly signal: AbortSignal
  /** Vouchers that are paid for good, of those that can be. */
  readonly onProgress: (done: number, total: number) => void
}

interface AtSet {
  readonly set: string
  readonly desk: Pick<RedemptionDesk, 'preview' | 'redeemAll' | 'redeemedOn'>
}

/** Between two looks at how far it is. */
const LOOK_MS = 500

/** @throws MeshError CHAIN_*; the signal's reason */
export async function redeemNow(redemptions: readonly AtSet[], options: RedeemNowOptions): Promise<RedeemedNow> {
  const { dryRun, withinMs, signal, onProgress } = options
  const seen: { readonly at: AtSet; readonly found: PreviewedVoucher }[] = []
  for (const at of redemptions) for (const found of await at.desk.preview(signal)) seen.push({ at, found })
  if (dryRun) {
    const vouchers = seen.map(({ at, found }) =>
      asJson(at.set, found, found.paid, found.paid > 0n ? 'payable' : 'refused'),
    )
    return { dryRun, settled: false, vouchers }
  }
  const payable = seen.filter(({ found }) => found.paid > 0n)
  const isPaid = ({ at, found }: (typeof seen)[0]): boolean =>
    at.desk.redeemedOn(found.voucher.counter) >= found.claimed + found.paid
  const tell = (): void => onProgress(payable.filter(isPaid).length, payable.length)
  tell()
  const timer = setInterval(tell, LOOK_MS)
  let settled = true
  try {
    for (const { desk } of redemptions) settled = (await desk.redeemAll(withinMs, signal, DUST)) && settled
  } finally {
    clearInterval(timer)
  }
  tell()
  const vouchers = seen.map(({ at, found }) => {
    const now = at.desk.redeemedOn(found.voucher.counter)
    const paid = credits(now > found.claimed ? now - found.claimed : 0n)
    return asJson(at.set, found, paid, paid > 0n ? 'paid' : found.paid > 0n ? 'waits' : 'refused')
  })
  return { dryRun, settled, vouchers }
}

const asJson = (
  set: string,
  { claim, claimed, reason }: PreviewedVoucher,
  paid: Credits,
  state: RedeemedVoucher['state'],
): RedeemedVoucher => ({
  set,
  payer: claim.payer,
  session: claim.session,
  promised: credits(claim.cumulative),
  before: claimed,
  paid,
  state,
  why: reason,
})
