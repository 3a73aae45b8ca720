/** Amounts in what a caller of the control channel gives: decimal text, for JSON has no integers of 64 bits. */
import { z } from 'zod'
import { CREDITS_MAX } from '../../../protocols/kernel/money.ts'

export const creditParam = z
  .string()
  .refine((text) => /^\d{1,20}$/.test(text) && BigInt(text) <= CREDITS_MAX, 'it is no amount in credits')
