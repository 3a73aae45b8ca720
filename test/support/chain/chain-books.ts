/** The books of a local chain, read past all of a node's own readers: where every credit is, and that none is missing. */
import { join } from 'node:path'
import { expect } from 'vitest'
import type { LocalSettlement } from '../../../bootstrap/localnet/local-settlement.ts'
import type { Contract, ContractTypes } from '../../../contracts/binding/contract.ts'
import { decodeEvent, decodeResult, encodeCall, eventTopic } from '../../../contracts/binding/contract-codec.ts'
import { type EscrowTypes, escrow } from '../../../contracts/generated/escrow.ts'
import { meshToken } from '../../../contracts/generated/mesh-token.ts'
import { stakeVault } from '../../../contracts/generated/stake-vault.ts'
import { Keystore } from '../../../node/keys/keystore.ts'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { type Address, address, ZERO_ADDRESS } from '../../../protocols/kernel/ids.ts'

type Chain = Pick<LocalSettlement, 'contracts'> & { readonly chain: Pick<LocalSettlement['chain'], 'ask'> }

/** Who may hold credits. */
export interface Holders {
  readonly payers: readonly Address[]
  readonly operators: readonly Address[]
  readonly owners: readonly Address[]
  /** Whoever holds plain tokens beside payers and owners: the purse of the network above all. */
  readonly others: readonly Address[]
}

export interface Redemption {
  readonly payer: Address
  readonly session: Address
  readonly miner: Address
  readonly owner: Address
  readonly claimed: bigint
  readonly paid: bigint
  readonly fee: bigint
}

export class ChainBooks {
  readonly #chain: Chain

  constructor(chain: Chain) {
    this.#chain = chain
  }

  async read<Types extends ContractTypes, Name extends keyof Types['functions'] & string>(
    contract: Contract<Types>,
    at: string,
    name: Name,
    args: Types['functions'][Name]['inputs'],
    block = 'latest',
  ): Promise<Types['functions'][Name]['output']> {
    const call = { to: at, data: encodeCall(contract, name, args) }
    return decodeResult(contract, name, String(await this.#chain.chain.ask('eth_call', [call, block])))
  }

  escrow<Name extends keyof EscrowTypes['functions'] & string>(
    name: Name,
    args: EscrowTypes['functions'][Name]['inputs'],
    block?: string,
  ): Promise<EscrowTypes['functions'][Name]['output']> {
    return this.read(escrow, this.#chain.contracts.escrow, name, args, block)
  }

  /** Free and locked together. */
  async earned(owner: Address, block?: string): Promise<bigint> {
    const { stakeVault: at } = this.#chain.contracts
    const { withdrawable, locked } = await this.read(stakeVault, at, 'earningsOf', [owner], block)
    return withdrawable + locked
  }

  /** All that was ever paid on vouchers, oldest first. */
  async redemptions(): Promise<readonly Redemption[]> {
    const filter = {
      address: this.#chain.contracts.escrow,
      topics: [eventTopic(escrow, 'Redeemed')],
      fromBlock: '0x0',
      toBlock: 'latest',
    }
    const logs = (await this.#chain.chain.ask('eth_getLogs', [filter])) as Parameters<typeof decodeEvent>[1][]
    return logs.map((log) => {
      const event = decodeEvent(escrow, log)
      if (event?.name !== 'Redeemed') throw new Error('the node gives logs that were not asked for')
      return event.values as unknown as Redemption
    })
  }

  /** Every credit that exists is with one of the holders, and each contract holds what it says that it owes them. */
  async expectConserved({ payers, operators, owners, others }: Holders): Promise<void> {
    const block = String(await this.#chain.chain.ask('eth_blockNumber'))
    const { contracts } = this.#chain
    const sumOf = async (amounts: readonly Promise<bigint>[]): Promise<bigint> =>
      (await Promise.all(amounts)).reduce((sum, amount) => sum + amount, 0n)
    const tokens = (account: string): Promise<bigint> =>
      this.read(meshToken, contracts.token, 'balanceOf', [account as Address], block)
    const inEscrow = payers.flatMap((payer) => [
      this.escrow('accountOf', [payer], block).then(({ balance }) => balance),
      ...[ZERO_ADDRESS, ...operators].map((miner) =>
        this.escrow('channelOf', [payer, miner], block).then(({ deposit }) => deposit),
      ),
    ])
    const inVault = owners.flatMap((owner) => [
      this.read(stakeVault, contracts.stakeVault, 'accountOf', [owner], block).then(({ total }) => total),
      this.earned(owner, block),
    ])
    expect(await tokens(contracts.escrow), 'tokens of the escrow').toBe(
      await sumOf([...inEscrow, this.escrow('unburned', [], block)]),
    )
    expect(await tokens(contracts.stakeVault), 'tokens of the vault').toBe(
      await sumOf([...inVault, this.read(stakeVault, contracts.stakeVault, 'unburned', [], block)]),
    )
    const everybody = new Set([...payers, ...owners, ...others, contracts.escrow, contracts.stakeVault])
    expect(await this.read(meshToken, contracts.token, 'totalSupply', [], block), 'all tokens').toBe(
      await sumOf([...everybody].map(tokens)),
    )
  }
}

/** The account that the tokens of a local network come from. */
export async function purseOfNetwork(chainFolder: string): Promise<Address> {
  using keys = new Keystore(join(chainFolder, 'keys'), {
    crypto: await createCrypto(),
    random: systemRandom,
    clock: systemClock,
  })
  return address(keys.look('owner')!.address)
}
