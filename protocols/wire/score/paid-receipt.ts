/** A receipt of a job that somebody paid for, with the agreement that says who. */
import { toHex } from '../../kernel/bytes.ts'
import { type Codec, record } from '../../kernel/codec.ts'
import type { Address, AttemptId } from '../../kernel/ids.ts'
import { BatchCheck, type ProvenReceipt, provenReceiptCodec } from '../../statements/receipt-batch.ts'
import { signatureFault } from '../../statements/signed.ts'
import { structCodec } from '../../statements/struct-codec.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import { type Agreement, agreementType, receiptBatchType, receiptStatus } from '../../statements/struct-types.ts'

export interface PaidReceipt {
  readonly agreement: Agreement
  readonly proven: ProvenReceipt
}

/** 340 bytes of agreement, 590 of receipt, path and batch. */
export const PAID_RECEIPT_BYTES_MAX = 960

export const paidReceiptCodec: Codec<PaidReceipt> = {
  ...record<PaidReceipt>({ agreement: structCodec(agreementType), proven: provenReceiptCodec }),
  bytesMax: PAID_RECEIPT_BYTES_MAX,
}

/** Batches whose signature was checked: receipts of one came together, and are asked for together. */
const BATCHES_MAX = 64

/** Checks receipts of one rater, each batch's signature once. */
export class PaidReceiptCheck {
  readonly #domain: SigningDomain
  readonly #rater: Address
  readonly #batches = new Map<string, BatchCheck | undefined>()

  constructor(domain: SigningDomain, rater: Address) {
    this.#domain = domain
    this.#rater = rater
  }

  /** The attempt that it is about; undefined where it proves no finished job of this rater. */
  attemptOf({ agreement, proven }: PaidReceipt): AttemptId | undefined {
    const { receipt } = proven
    if (agreement.payer !== this.#rater || agreement.operator !== receipt.operator) return undefined
    if (receipt.status !== receiptStatus.finished || receipt.price > agreement.priceMax) return undefined
    const id = toHex(this.#domain.structHash(agreementType, agreement)) as AttemptId
    if (id !== receipt.agreement) return undefined
    return this.#batchOf(proven)?.holds(receipt, proven) === true ? id : undefined
  }

  #batchOf({ batch }: ProvenReceipt): BatchCheck | undefined {
    const key = `${toHex(batch.signature)}/${batch.value.root}`
    if (this.#batches.has(key)) return this.#batches.get(key)
    const isGood = signatureFault(this.#domain, receiptBatchType, batch) === undefined
    const check = isGood ? new BatchCheck(this.#domain, batch.value) : undefined
    if (this.#batches.size >= BATCHES_MAX) this.#batches.delete(this.#batches.keys().next().value!)
    this.#batches.set(key, check)
    return check
  }
}
