/** One fact a line: on a pipe it is out before the next statement runs, so a kill loses none that was said. */
import { writeSync } from 'node:fs'

export type MinerMessage =
  | { readonly kind: 'up' }
  | { readonly kind: 'voucher'; readonly counter: string; readonly cumulative: string }
  | { readonly kind: 'down' }

export interface SaidReceipt {
  readonly attempt: string
  readonly miner: string
  readonly price: string
  /** Of the whole receipt, so that two can be compared. */
  readonly digest: string
}

export type ClientMessage =
  | { readonly kind: 'up'; readonly payer: string; readonly session: string }
  | { readonly kind: 'answered'; readonly job: string; readonly label: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | ({ readonly kind: 'receipt' } & SaidReceipt)
  | { readonly kind: 'signed'; readonly miner: string; readonly cumulative: string }
  | { readonly kind: 'settled'; readonly all: boolean }

export const say = (message: MinerMessage | ClientMessage): void => {
  writeSync(1, `${JSON.stringify(message)}\n`)
}
