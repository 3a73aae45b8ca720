/**
 * Every way in which something can go wrong, once: by whose fault, whether trying again can help, what to say and what to do
 * next. The rows stand by subject in the folder beside this file. The projections (exit code, HTTP status, wire code, score, log level)
 * follow from the fault; see error-projections.ts.
 */
import { cardErrors } from './error-catalogue/card-errors.ts'
import { chainErrors } from './error-catalogue/chain-errors.ts'
import { cloudErrors } from './error-catalogue/cloud-errors.ts'
import { commandErrors } from './error-catalogue/command-errors.ts'
import { dataFolderErrors } from './error-catalogue/data-folder-errors.ts'
import { engineErrors } from './error-catalogue/engine-errors.ts'
import { gatewayErrors } from './error-catalogue/gateway-errors.ts'
import { inputErrors } from './error-catalogue/input-errors.ts'
import { jobErrors } from './error-catalogue/job-errors.ts'
import { keyErrors } from './error-catalogue/key-errors.ts'
import { leaseErrors } from './error-catalogue/lease-errors.ts'
import { modelErrors } from './error-catalogue/model-errors.ts'
import { nodeErrors } from './error-catalogue/node-errors.ts'
import { paymentErrors } from './error-catalogue/payment-errors.ts'
import { peerErrors } from './error-catalogue/peer-errors.ts'
import { priceErrors } from './error-catalogue/price-errors.ts'
import { requestErrors } from './error-catalogue/request-errors.ts'
import { routingErrors } from './error-catalogue/routing-errors.ts'
import { walletErrors } from './error-catalogue/wallet-errors.ts'

export type { ErrorEntry, Facts, Fault } from './error-catalogue/error-entry.ts'

/** A new row takes this number, and raises it by one: a number that was ever given out is never used for another error. */
export const WIRE_FREE_FROM = 361

export const errorCatalogue = {
  ...requestErrors,
  ...commandErrors,
  ...nodeErrors,
  ...dataFolderErrors,
  ...keyErrors,
  ...gatewayErrors,
  ...modelErrors,
  ...inputErrors,
  ...engineErrors,
  ...cardErrors,
  ...peerErrors,
  ...routingErrors,
  ...jobErrors,
  ...paymentErrors,
  ...priceErrors,
  ...leaseErrors,
  ...cloudErrors,
  ...walletErrors,
  ...chainErrors,
} as const

export type ErrorCode = keyof typeof errorCatalogue
