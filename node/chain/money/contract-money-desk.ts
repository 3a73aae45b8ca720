/** The money desk over the contracts: an action becomes the calls that it is made of, and each of them one transaction. */
import { type MeshTokenTypes, meshToken } from '../../../contracts/generated/mesh-token.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { pause } from '../../../protocols/kernel/pause.ts'
import type { Clock, Random, Signer } from '../../../protocols/kernel/ports.ts'
import type { KeyKind } from '../../keys/keystore.ts'
import { contractErrorName } from '../contracts/contract-errors.ts'
import { ContractReader } from '../contracts/contract-reader.ts'
import type { ContractSet } from '../contracts/contract-set.ts'
import {
  actorOf,
  type MoneyAction,
  type MoneyBooks,
  type MoneyDesk,
  type OlderBook,
  type PerformOptions,
  type Quote,
  type SentTransaction,
} from '../money-desk.ts'
import type { SettlingChain } from '../open-chain.ts'
import { estimateGas } from '../transactions/estimate-gas.ts'
import { gasLimit } from '../transactions/fee-rules.ts'
import { minedIn } from '../transactions/mined-in.ts'
import { TransactionDesk } from '../transactions/transaction-desk.ts'
import type { TransactionJournal } from '../transactions/transaction-journal.ts'
import { tuningOf } from '../transactions/tuning.ts'
import { type ActionCall, callsOf, payeeOf } from './action-calls.ts'
import { explainAllowance } from './allowance-short.ts'
import { type BooksNeeds, hasSomething, readBooks, readOlderBook } from './read-books.ts'

/** Bytes of the name of one action: two actions are never taken for one. */
const ACTION_ID_BYTES = 8
/** A head that is asked for again at most so often, where an endpoint is behind the one that told of a block. */
const HEAD_TRIES = 20
const HEAD_AGAIN_MS = 250
/** Whoever waits at a terminal for a chain that says nothing is told so then; what was sent is seen to by the next command. */
const SILENCE_MS_MAX = 60_000

export interface ContractMoneyDeskNeeds extends Omit<BooksNeeds, 'rpc' | 'set'> {
  readonly chain: SettlingChain
  readonly clock: Clock
  readonly random: Random
  readonly journal: TransactionJournal
  readonly coin: string
  /** Older ones, at which something may still be. */
  readonly olderSets: readonly { readonly name: string; readonly set: ContractSet }[]
  /** A minute where absent. */
  readonly silenceMsMax?: number
  /** Goes with the desk. */
  readonly owned: AsyncDisposableStack
  signerOf(kind: KeyKind): Promise<Signer>
}

export class ContractMoneyDesk implements MoneyDesk {
  readonly coin: string
  readonly #needs: ContractMoneyDeskNeeds
  readonly #token: ContractReader<MeshTokenTypes>

  constructor(needs: ContractMoneyDeskNeeds) {
    this.coin = needs.coin
    this.#needs = needs
    this.#token = new ContractReader(needs.chain.rpc, meshToken, needs.chain.contracts.token)
  }

  async books(signal?: AbortSignal, notBefore = 0n): Promise<MoneyBooks> {
    const { chain } = this.#needs
    let head = await chain.rpc.head(signal)
    for (let tries = 1; head.blockNumber < notBefore && tries < HEAD_TRIES; tries++) {
      await pause(this.#needs.clock, HEAD_AGAIN_MS, signal)
      head = await chain.rpc.head(signal)
    }
    return readBooks({ ...this.#needs, rpc: chain.rpc, set: chain.contracts }, head, signal)
  }

  async olderBooks(signal?: AbortSignal): Promise<readonly OlderBook[]> {
    const { chain, olderSets, addressOf } = this.#needs
    const owner = addressOf('owner')
    if (owner === undefined || olderSets.length === 0) return []
    const head = await chain.rpc.head(signal)
    const books: OlderBook[] = []
    for (const { name, set } of olderSets) {
      const book = await readOlderBook({ ...this.#needs, rpc: chain.rpc, set }, owner, head, signal)
      if (hasSomething(book)) books.push({ set: name, ...book })
    }
    return books
  }

  async quote(action: MoneyAction, signal?: AbortSignal): Promise<Quote> {
    const { chain } = this.#needs
    const sender = this.#senderOf(action)
    const calls = await this.#callsOf(action, sender, signal)
    const { baseFees, tips } = await chain.rpc.feeHistory(signal)
    const tip = tips.reduce((most, each) => (each > most ? each : most), 0n)
    const feePerGas = baseFees.at(-1)! + tip
    const transactions: { what: string; gas: bigint }[] = []
    for (const call of calls) transactions.push({ what: call.what, gas: await this.#gasOf(call, sender, signal) })
    const sum = transactions.reduce((gas, each) => gas + each.gas, 0n)
    const limit = transactions.reduce((gas, each) => gas + gasLimit(each.gas), 0n)
    return {
      sender,
      transactions,
      feeWei: sum * feePerGas,
      // The base fee doubles within six full blocks.
      feeWeiMax: limit * (2n * baseFees.at(-1)! + tip),
      coinWei: await chain.rpc.balance(sender, signal),
    }
  }

  async perform(action: MoneyAction, options: PerformOptions): Promise<readonly SentTransaction[]> {
    const { chain, journal, clock, random } = this.#needs
    const { onStep, feeWeiMax } = options
    const signer = await this.#needs.signerOf(actorOf[action.kind])
    const lost = new AbortController()
    const signal = options.signal === undefined ? lost.signal : AbortSignal.any([options.signal, lost.signal])
    let step: string = action.kind
    await using desk: TransactionDesk = new TransactionDesk({
      journal,
      chain: chain.rpc,
      signer,
      clock,
      tuning: tuningOf(chain),
      errorNames: contractErrorName,
      onStep: (told) => {
        if (told.kind === 'waiting') onStep(`${step} waits: ${told.error.message}`)
      },
      onFailure: (error) => {
        onStep(`${step} waits: ${error.message}`)
        const { looks } = desk
        const { silenceMsMax = SILENCE_MS_MAX } = this.#needs
        clock.after(silenceMsMax, () => {
          if (desk.looks === looks) lost.abort(error)
        })
      },
    })
    const calls = await this.#callsOf(action, signer.address, signal)
    const gas = await this.#limitsOf(calls, signer.address, signal)
    const id = toHex(random.bytes(ACTION_ID_BYTES)).slice(2)
    const sent: SentTransaction[] = []
    for (const { what, to, data } of calls) {
      step = what
      onStep(what)
      const intent = { purpose: `${action.kind}/${id}/${sent.length + 1}`, to, data, feePerGasMax: feeWeiMax / gas }
      await desk.submit(intent, signal).catch((error: unknown) => {
        throw explainAllowance(error, to, signer.address)
      })
      const mined = await minedIn(desk, intent.purpose, signal)
      sent.push({
        what,
        hash: mined.hash,
        blockNumber: mined.blockNumber,
        gasUsed: mined.gasUsed,
        feeWei: mined.feeWei,
      })
    }
    return sent
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#needs.owned.disposeAsync()
  }

  #senderOf(action: MoneyAction): Address {
    const kind = actorOf[action.kind]
    const sender = this.#needs.addressOf(kind)
    if (sender === undefined) throw new MeshError('KEY_MISSING', { kind })
    return sender
  }

  async #callsOf(action: MoneyAction, sender: Address, signal?: AbortSignal): Promise<readonly ActionCall[]> {
    const { chain } = this.#needs
    const payee = payeeOf(action, chain.contracts)
    const [books, allowance] = await Promise.all([
      this.books(signal),
      payee === undefined ? 0n : this.#token.read('allowance', [sender, payee], signal),
    ])
    return callsOf(action, chain.contracts, books, allowance)
  }

  async #limitsOf(calls: readonly ActionCall[], sender: Address, signal?: AbortSignal): Promise<bigint> {
    let sum = 0n
    for (const call of calls) sum += gasLimit(await this.#gasOf(call, sender, signal))
    return sum
  }

  /** @throws MeshError as {@link estimateGas} */
  async #gasOf(call: ActionCall, sender: Address, signal?: AbortSignal): Promise<bigint> {
    if (call.gasUnseen !== undefined) return call.gasUnseen
    const { rpc: chain } = this.#needs.chain
    return estimateGas({ chain, sender, errorNames: contractErrorName }, call, call.what, signal)
  }
}
