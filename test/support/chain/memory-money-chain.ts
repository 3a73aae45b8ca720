/** The rules of stake and escrow in memory, for the commands over them: accounts, thaws, fees, and nothing that is not asked for. */
import type {
  EarningsBook,
  EscrowBook,
  MoneyAction,
  MoneyBooks,
  MoneyDesk,
  MoneyDeskNeeds,
  OlderBook,
  OpenMoneyDesk,
  Quote,
  SentTransaction,
  StakeBook,
  Thaw,
} from '../../../node/chain/money-desk.ts'
import { actorOf, STRANGERS } from '../../../node/chain/money-desk.ts'
import { shortfall } from '../../../node/chain/money-rules.ts'
import type { KeyKind } from '../../../node/keys/keystore.ts'
import { MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'

const GAS = 50_000n
const FEE_PER_GAS_WEI = 1_000_000_000n
const STAKE_THAW_S = 150
const ESCROW_THAW_S = 60
const SHARES = 64n
const NOTHING: Thaw = { amount: credits(0), endsAtS: 0 }
const kinds: readonly KeyKind[] = ['owner', 'operator', 'payer']

interface Held {
  coinWei: bigint
  tokens: bigint
}
type Part = { deposit: bigint; thaw: Thaw }

export class MemoryMoneyChain {
  nowS = Date.UTC(2027, 0, 2) / 1_000
  blockNumber = 10n
  /** Thrown by whatever asks the chain next. */
  fails: MeshError | undefined
  /** Runs after a transaction was sent and before it is mined. */
  whileMining: (signal: AbortSignal | undefined) => void | Promise<void> = () => undefined
  readonly sent: MoneyAction[] = []
  readonly held = new Map<string, Held>()
  readonly earnings: { withdrawable: bigint; locked: { amount: bigint; untilS: number }[]; unredeemed: bigint } = {
    withdrawable: 0n,
    locked: [],
    unredeemed: 0n,
  }
  /** What is left under older contract sets. */
  older: readonly OlderBook[] = []
  stake = { total: 0n, thaw: NOTHING, locked: 0n, isTombstoned: false }
  escrow = { balance: 0n, thaw: NOTHING, owed: 0n, parts: new Map<Address, Part>() }

  give(address: Address, tokens: bigint, coinWei = 10n ** 18n): void {
    this.held.set(address, { tokens, coinWei })
  }

  readonly open: OpenMoneyDesk = async (needs) => {
    this.#ask()
    return this.#desk(needs)
  }

  /** Every credit there is: nothing is made, and nothing lost. */
  get sum(): bigint {
    const parts = [...this.escrow.parts.values()].reduce((all, { deposit }) => all + deposit, 0n)
    const wallets = [...this.held.values()].reduce((all, { tokens }) => all + tokens, 0n)
    return wallets + this.stake.total + this.escrow.balance + parts + this.earnings.withdrawable
  }

  #ask(): void {
    if (this.fails !== undefined) throw this.fails
  }

  #desk(needs: MoneyDeskNeeds): MoneyDesk {
    return {
      coin: 'ETH',
      books: async (signal) => {
        throwIfAborted(signal)
        this.#ask()
        return this.#books(needs)
      },
      olderBooks: async () => this.older,
      quote: async (action, signal) => {
        throwIfAborted(signal)
        return this.#quote(needs, action)
      },
      perform: async (action, { onStep, signal, feeWeiMax }) => {
        const quote = this.#quote(needs, action)
        if (quote.feeWei > feeWeiMax) throw new Error('dearer than what was agreed to')
        const signer = await needs.signerOf(actorOf[action.kind])
        if (signer.address !== quote.sender) throw new Error('signed by another')
        const done: SentTransaction[] = []
        for (const { what, gas } of quote.transactions) {
          onStep(`waiting for ${what}`)
          await this.whileMining(signal)
          throwIfAborted(signal)
          this.blockNumber += 1n
          const feeWei = gas * FEE_PER_GAS_WEI
          this.#held(signer.address).coinWei -= feeWei
          const hash = `0x${this.blockNumber.toString(16).padStart(64, '0')}`
          done.push({ what, hash, blockNumber: this.blockNumber, gasUsed: gas, feeWei })
        }
        this.#apply(action, signer.address)
        this.sent.push(action)
        return done
      },
      [Symbol.asyncDispose]: async () => undefined,
    }
  }

  #quote(needs: MoneyDeskNeeds, action: MoneyAction): Quote {
    this.#ask()
    const missing = shortfall(action, this.#books(needs))
    // As of a contract: whoever asks in vain is told less than whoever looked at the books first.
    if (missing !== undefined) throw new MeshError('CHAIN_REFUSED', { what: action.kind, why: missing.code })
    const kind = actorOf[action.kind]
    const sender = needs.addressOf(kind)
    if (sender === undefined) throw new MeshError('KEY_MISSING', { kind, remedy: 'Make one.' })
    const names = action.kind === 'stake' || action.kind === 'deposit' ? ['approve', action.kind] : [action.kind]
    const transactions = names.map((what) => ({ what, gas: GAS }))
    const feeWei = GAS * FEE_PER_GAS_WEI * BigInt(transactions.length)
    return { sender, transactions, feeWei, feeWeiMax: 2n * feeWei, coinWei: this.#held(sender).coinWei }
  }

  #held(address: Address): Held {
    let held = this.held.get(address)
    if (held === undefined) {
      held = { coinWei: 0n, tokens: 0n }
      this.held.set(address, held)
    }
    return held
  }

  #books(needs: MoneyDeskNeeds): MoneyBooks {
    const [owner, payer] = [needs.addressOf('owner'), needs.addressOf('payer')]
    const wallets = Object.fromEntries(
      kinds.flatMap((kind) => {
        const address = needs.addressOf(kind)
        if (address === undefined) return []
        const { coinWei, tokens } = this.#held(address)
        return [[kind, { address, coinWei, tokens: credits(tokens) }]]
      }),
    )
    return {
      blockNumber: this.blockNumber,
      blockTimeS: this.nowS,
      wallets,
      ...(owner === undefined ? {} : { stake: this.#stakeBook(owner), earnings: this.#earningsBook(owner) }),
      ...(payer === undefined ? {} : { escrow: this.#escrowBook(payer) }),
    }
  }

  #stakeBook(owner: Address): StakeBook {
    const { total, thaw, locked, isTombstoned } = this.stake
    return { owner, total: credits(total), thaw, locked: credits(locked), isTombstoned }
  }

  #earningsBook(owner: Address): EarningsBook {
    const { withdrawable, locked, unredeemed } = this.earnings
    return {
      owner,
      withdrawable: credits(withdrawable),
      locked: locked.map(({ amount, untilS }) => ({ amount: credits(amount), untilS })),
      unredeemed: { vouchers: unredeemed > 0n ? 1 : 0, amount: credits(unredeemed) },
    }
  }

  #escrowBook(payer: Address): EscrowBook {
    const { balance, thaw, owed, parts } = this.escrow
    const { deposit, thaw: reserveThaw } = parts.get(STRANGERS) ?? { deposit: 0n, thaw: NOTHING }
    const reserve = { deposit: credits(deposit), thaw: reserveThaw, share: credits(deposit / SHARES), drawers: 0 }
    const channels = [...parts]
      .filter(([miner, part]) => miner !== STRANGERS && part.deposit > 0n)
      .map(([miner, part]) => ({ miner, deposit: credits(part.deposit), thaw: part.thaw }))
    return { payer, balance: credits(balance), thaw, owed: credits(owed), reserve, channels }
  }

  #apply(action: MoneyAction, sender: Address): void {
    const held = this.#held(sender)
    const { stake, escrow } = this
    switch (action.kind) {
      case 'stake':
        held.tokens -= action.amount
        stake.total += action.amount
        return
      case 'unstake':
        stake.thaw = this.#thawed(stake.thaw, action.amount, STAKE_THAW_S)
        return
      case 'withdraw-stake': {
        const loose = stake.total - stake.locked
        const amount = stake.thaw.amount < loose ? stake.thaw.amount : loose
        stake.total -= amount
        stake.thaw = NOTHING
        held.tokens += amount
        return
      }
      case 'withdraw-earnings':
        held.tokens += this.earnings.withdrawable
        this.earnings.withdrawable = 0n
        return
      case 'deposit':
        held.tokens -= action.amount
        escrow.balance += action.amount
        return
      case 'fund':
        for (const { miner, amount } of action.parts) {
          this.#part(miner).deposit += amount
          escrow.balance -= amount
        }
        return
      case 'thaw-balance':
        escrow.thaw = this.#thawed(escrow.thaw, action.amount, ESCROW_THAW_S)
        return
      case 'thaw-channels':
        for (const { miner, amount } of action.parts) {
          const part = this.#part(miner)
          part.thaw = this.#thawed(part.thaw, amount, ESCROW_THAW_S)
        }
        return
      case 'withdraw-escrow': {
        held.tokens += this.#ended(escrow.thaw)
        escrow.balance -= this.#ended(escrow.thaw)
        if (this.#ended(escrow.thaw) > 0n) escrow.thaw = NOTHING
        for (const part of escrow.parts.values()) {
          const amount = this.#ended(part.thaw)
          held.tokens += amount
          part.deposit -= amount
          if (amount > 0n) part.thaw = NOTHING
        }
        return
      }
      case 'register':
        return
    }
  }

  #part(miner: Address): Part {
    let part = this.escrow.parts.get(miner)
    if (part === undefined) {
      part = { deposit: 0n, thaw: NOTHING }
      this.escrow.parts.set(miner, part)
    }
    return part
  }

  #thawed(thaw: Thaw, more: Credits, seconds: number): Thaw {
    return { amount: credits(thaw.amount + more), endsAtS: this.nowS + seconds }
  }

  #ended({ amount, endsAtS }: Thaw): bigint {
    return endsAtS <= this.nowS ? amount : 0n
  }
}
