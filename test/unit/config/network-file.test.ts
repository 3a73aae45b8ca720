import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { currentContracts, escrowAddress, isSupported, parseNetworkFile } from '../../../node/config/network-file.ts'

const local = (): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL('../../../bootstrap/networks/local.json', import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >
const changed = (change: object): Record<string, unknown> => ({ ...local(), ...change })
const ADDRESS = `0x${'AB'.repeat(20)}`
const contracts = {
  token: ADDRESS,
  identityRegistry: ADDRESS,
  stakeVault: ADDRESS,
  escrow: ADDRESS,
  evidenceSlasher: ADDRESS,
  accessManager: ADDRESS,
}
const onChain = { kind: 'rpc', endpoints: ['http://127.0.0.1:8545'], periodSeconds: 12, confirmations: 3 }

describe('a network file', () => {
  test('of the local network is valid, and gives everyone something', () => {
    const network = parseNetworkFile(local(), 'local.json')
    expect(network.parameters).toEqual({
      chunkCredits: 50_000n,
      windowChunks: 4,
      protocolFeeBasisPoints: 100,
      stakeMin: 0n,
    })
    expect(network.chain).toMatchObject({ everyone: { escrow: 1_000_000_000n, stake: 1_000_000_000n } })
    expect(escrowAddress(network)).toBe(`0x${'0'.repeat(40)}`)
  })

  test('folds the case of addresses, which differs between wallets', () => {
    const network = parseNetworkFile(changed({ contractSets: [{ name: 'v1', ...contracts }] }), 'x')
    expect(escrowAddress(network)).toBe(ADDRESS.toLowerCase())
  })

  test('on a chain names its endpoints, and the contracts to settle with', () => {
    const network = parseNetworkFile(changed({ chain: onChain, contractSets: [{ name: 'v1', ...contracts }] }), 'x')
    expect(network.chain).toEqual({ ...onChain, coin: 'ETH' })
    const retired = [{ name: 'v1', ...contracts, redeemOnly: true }]
    for (const contractSets of [[], retired]) {
      const undeployed = parseNetworkFile(changed({ chain: onChain, contractSets }), 'x')
      expect(currentContracts(undeployed)).toBeUndefined()
    }
    const chain = { ...onChain, endpoints: ['ftp://chain.example'] }
    expect(() => parseNetworkFile(changed({ chain, contractSets: [{ name: 'v1', ...contracts }] }), 'x')).toThrow(
      /no http or https address/,
    )
  })

  test('may name a court of leases, and one without it stays valid', () => {
    const courts = (set: object) =>
      currentContracts(parseNetworkFile(changed({ contractSets: [{ name: 'v1', ...set }] }), 'x'))
    expect(courts(contracts)).not.toHaveProperty('leaseSlasher')
    expect(courts({ ...contracts, leaseSlasher: ADDRESS })?.leaseSlasher).toBe(ADDRESS.toLowerCase())
  })

  test('names the newest contracts for new vouchers and keeps the old ones', () => {
    const old = { name: 'v1', ...contracts, redeemOnly: true }
    const current = { name: 'v2', ...contracts, escrow: `0x${'02'.repeat(20)}` }
    const network = parseNetworkFile(changed({ contractSets: [old, current] }), 'x')
    expect(escrowAddress(network)).toBe(current.escrow)
    expect(network.contractSets).toHaveLength(2)
  })

  test('is refused where two sets are current, or have one name', () => {
    const set = { name: 'v1', ...contracts }
    const both = [set, { ...set, name: 'v2' }]
    expect(() => parseNetworkFile(changed({ contractSets: both }), 'x')).toThrow(/all others are redeemOnly/)
    const twice = [set, { ...set, redeemOnly: true }]
    expect(() => parseNetworkFile(changed({ contractSets: twice }), 'x')).toThrow(/two sets have this name/)
  })

  test.each([
    [{ chainId: 0 }, 'chainId'],
    [{ networkId: 'My Network' }, 'networkId'],
    [{ preset: 'moon' }, 'preset'],
    [{ minimumVersion: '1' }, 'minimumVersion'],
    [{ bootstrap: [{ peer: 'short', addresses: ['/ip4/1.1.1.1/tcp/1'] }] }, 'bootstrap.0.peer'],
    [{ chain: { kind: 'table', head: { number: 1, time: -1 } } }, 'chain.head.time'],
    [
      { chain: { kind: 'table', head: { number: 1, time: 1 }, stakes: [{ owner: '0x1', amount: '1' }] } },
      'chain.stakes.0.owner',
    ],
    [{ deprecations: [{ what: 'job/1', from: 'soon', instead: 'job/2' }] }, 'deprecations.0.from'],
  ])('with %j is refused, and the place is named', (change, key) => {
    expect(() => parseNetworkFile(changed(change), 'x')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', facts: expect.objectContaining({ key }) }),
    )
  })

  test('with a missing part is refused', () => {
    for (const key of Object.keys(local())) {
      if (key === 'settings') continue
      const { [key]: _, ...rest } = local()
      expect(() => parseNetworkFile(rest, 'x'), key).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', facts: expect.objectContaining({ key }) }),
      )
    }
  })

  test('with an unknown key is refused with the nearest one', () => {
    expect(() => parseNetworkFile(changed({ bootstraps: [] }), 'x')).toThrow(
      expect.objectContaining({ code: 'CONFIG_KEY_UNKNOWN', hint: 'Did you mean bootstrap?' }),
    )
    const chain = { kind: 'table', head: { number: 1, time: 1, hash: '0x' } }
    expect(() => parseNetworkFile(changed({ chain }), 'x')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_KEY_UNKNOWN',
        facts: expect.objectContaining({ key: 'chain.head.hash' }),
      }),
    )
  })

  test('says which versions may take part', () => {
    const network = parseNetworkFile(changed({ minimumVersion: '1.2.3' }), 'x')
    for (const version of ['1.2.3', '1.2.4', '1.3.0', '2.0.0', '1.2.3-beta'])
      expect(isSupported(network, version), version).toBe(true)
    for (const version of ['1.2.2', '1.1.9', '0.9.9', '1']) expect(isSupported(network, version), version).toBe(false)
  })
})
