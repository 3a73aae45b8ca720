import { describe, expect, it, onTestFinished } from 'vitest'
import { EmbeddedChain, LOCAL_CHAIN_ID } from '../../../bootstrap/localnet/embedded-chain.ts'
import { encodeCall, encodeCreation } from '../../../contracts/binding/contract-codec.ts'
import { type Deployer, deployContracts } from '../../../contracts/deploy/deploy.ts'
import { presets } from '../../../contracts/deploy/preset.ts'
import type { NetworkFile } from '../../../node/config/network-file.ts'
import { chainCheck } from '../../../node/diagnosis/chain-check.ts'
import type { Finding } from '../../../node/diagnosis/check.ts'
import { runChecks } from '../../../node/diagnosis/run-checks.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { address } from '../../../protocols/kernel/ids.ts'
import { COIN } from '../../support/chain/chain-calls.ts'
import { RpcServer } from '../../support/chain/rpc-server.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const DEPLOYER = address(`0x${'de'.repeat(20)}`)

/** Sends as an account that nobody has the key of. */
function deployerOn(chain: EmbeddedChain): Deployer {
  const send = async (call: object): Promise<{ readonly contractAddress: string }> => {
    const hash = await chain.ask('eth_sendTransaction', [{ from: DEPLOYER, gas: '0xf00000', ...call }])
    let receipt: unknown = null
    while (receipt === null) receipt = await chain.ask('eth_getTransactionReceipt', [hash])
    expect(receipt).toMatchObject({ status: '0x1' })
    return receipt as { readonly contractAddress: string }
  }
  return {
    address: DEPLOYER,
    create: async (contract, args) => address((await send({ data: encodeCreation(contract, args) })).contractAddress),
    call: async (contract, to, name, args) => void (await send({ to, data: encodeCall(contract, name, args) })),
  }
}

async function startChain(): Promise<EmbeddedChain> {
  const chain = await EmbeddedChain.start({ folder: temporaryFolder(), blockSeconds: 1 })
  onTestFinished(() => chain[Symbol.asyncDispose]())
  await chain.fund(DEPLOYER, 10n * COIN)
  await chain.ask('anvil_impersonateAccount', [DEPLOYER])
  return chain
}

async function networkOn(chain: EmbeddedChain, endpoints: readonly string[] = [chain.url]) {
  const contracts = await deployContracts(deployerOn(chain), {
    networkId: 'local',
    preset: presets.local,
    governor: DEPLOYER,
  })
  return {
    networkId: 'local',
    chainId: Number(LOCAL_CHAIN_ID),
    chain: { kind: 'rpc', endpoints: [...endpoints], periodSeconds: 1, confirmations: 1 },
    contractSets: [{ name: 'first', block: 0, redeemOnly: false, ...contracts }],
  } as unknown as Pick<NetworkFile, 'networkId' | 'chain' | 'chainId' | 'contractSets'>
}

type Network = Awaited<ReturnType<typeof networkOn>>

async function checked(network: Network, chainEndpoints: readonly string[] = []): Promise<Finding> {
  for await (const finding of runChecks([chainCheck({ chainEndpoints }, network)], systemClock)) return finding
  throw new Error('a check finds something')
}

describe('the check of the chain', () => {
  it('is content where it answers and the contracts are there, and says which and how old its head is', async () => {
    const network = await networkOn(await startChain())
    const { state, found } = await checked(network)
    expect(found).toMatch(
      /^1 of 1 endpoints of the chain 31337 are well; http:\/\/127\.0\.0\.1:\d+ answers after \d+ ms, with block \d+ of \d+ s ago; the contracts of first are there$/,
    )
    expect(state).toBe('ok')
  })

  it('warns where one of several endpoints is down, without what its address holds', async () => {
    const chain = await startChain()
    const gone = await RpcServer.start(() => 'hang up')
    await gone[Symbol.asyncDispose]()
    const { state, found, remedy } = await checked(
      await networkOn(chain, [`${gone.origin}/v3/abcdef0123456789`, chain.url]),
    )
    expect(state).toBe('warn')
    expect(found).toContain(`no chain answers at ${gone.origin}: nothing listens there`)
    expect(`${found} ${remedy}`).not.toContain('abcdef')
  })

  it('fails where there is other code at an address of the network file, or none', async () => {
    const network = await networkOn(await startChain())
    const [set] = network.contractSets
    const swapped = { ...network, contractSets: [{ ...set!, escrow: set!.stakeVault }] }
    expect(await checked(swapped)).toMatchObject({ state: 'fail', found: expect.stringContaining('other code') })
    const empty = { ...network, contractSets: [{ ...set!, stakeVault: DEPLOYER }] }
    expect(await checked(empty)).toMatchObject({ state: 'fail', found: expect.stringContaining('there is no code') })
  })

  it('fails where the chain is another one, stands still, or is away; own endpoints count instead of the network’s', async () => {
    const chain = await startChain()
    const network = await networkOn(chain)
    expect((await checked({ ...network, chainId: 5 })).found).toContain('serves the chain 31337')
    const gone = 'http://127.0.0.1:9'
    expect(await checked(network, [gone])).toMatchObject({ state: 'fail', found: expect.stringContaining(gone) })
    const old = await RpcServer.start(async (asked) => {
      const hour = Math.floor(Date.now() / 1_000) - 3_600
      if (asked.method === 'eth_chainId') return { result: '0x7a69' }
      return { result: { number: '0x1', timestamp: `0x${hour.toString(16)}` } }
    })
    expect((await checked(network, [old.origin])).found).toMatch(/is behind: its newest block is 360\d s old/)
  })

  it('has nothing to find where a table stands in for a chain', async () => {
    const network = { networkId: 'lab', chainId: 1, chain: { kind: 'table' }, contractSets: [] } as unknown as Network
    expect(await checked(network)).toMatchObject({ state: 'ok', found: expect.stringContaining('nothing settles') })
  })
})
