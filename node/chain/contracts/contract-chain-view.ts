/** The chain behind the `ChainView` port: what the contracts say at the newest block. */
import { type EscrowTypes, escrow } from '../../../contracts/generated/escrow.ts'
import { type IdentityRegistryTypes, identityRegistry } from '../../../contracts/generated/identity-registry.ts'
import { type StakeVaultTypes, stakeVault } from '../../../contracts/generated/stake-vault.ts'
import { type Address, ZERO_ADDRESS } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Assurance, ChainHead, ChainView, CounterKey, Standing } from '../../../protocols/kernel/ports.ts'
import type { ChainRpc } from '../rpc/chain-rpc.ts'
import { ContractReader, readTogether } from './contract-reader.ts'
import type { ContractSet } from './contract-set.ts'

export class ContractChainView implements ChainView {
  readonly settles = true
  readonly #rpc: ChainRpc
  readonly #escrow: ContractReader<EscrowTypes>
  readonly #registry: ContractReader<IdentityRegistryTypes>
  readonly #vault: ContractReader<StakeVaultTypes>

  constructor(rpc: ChainRpc, set: ContractSet) {
    this.#rpc = rpc
    this.#escrow = new ContractReader(rpc, escrow, set.escrow)
    this.#registry = new ContractReader(rpc, identityRegistry, set.identityRegistry)
    this.#vault = new ContractReader(rpc, stakeVault, set.stakeVault)
  }

  head(signal?: AbortSignal): Promise<ChainHead> {
    return this.#rpc.head(signal)
  }

  async assuranceOf({ payer, session, miner, collection }: CounterKey, signal?: AbortSignal): Promise<Assurance> {
    // Of one block: what a redemption in between added to the one it took from the other.
    const [assured, claimed, held, account] = await readTogether<
      EscrowTypes,
      ['assuredTo', 'claimedOf', 'sessionOf', 'accountOf']
    >(
      this.#escrow,
      [
        { name: 'assuredTo', args: [payer, miner] },
        { name: 'claimedOf', args: [payer, session, miner, collection] },
        { name: 'sessionOf', args: [payer, session] },
        { name: 'accountOf', args: [payer] },
      ],
      signal,
    )
    return {
      assured: credits(assured),
      claimed: credits(claimed),
      spent: credits(held.spent),
      // Revoked from a time on: what is promised until then may come too late to be redeemed.
      payer: account.owed > 0n ? 'owes' : held.revokedFrom > 0n ? 'revoked' : 'good',
    }
  }

  async spentBy(payer: Address, session: Address, signal?: AbortSignal): Promise<Credits> {
    return credits((await this.#escrow.read('sessionOf', [payer, session], signal)).spent)
  }

  async standingOf(operator: Address, signal?: AbortSignal): Promise<Standing> {
    const [owner, isActive] = await Promise.all([
      this.#registry.read('ownerOf', [operator], signal),
      this.#registry.read('isActive', [operator], signal),
    ])
    if (owner === ZERO_ADDRESS) return { owner: undefined, isActive: false, stake: credits(0) }
    const stake = await this.#vault.read('standingOf', [owner], signal)
    return { owner: owner as Address, isActive, stake: credits(stake) }
  }
}
