/** Three implementations of every hash that is signed: the contracts, ethers, and protocols/statements. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Interface, type InterfaceAbi, SigningKey } from 'ethers'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileSources } from '../../contracts/build/compile-sources.ts'
import { proofsFolder } from '../../contracts/proofs/forge.ts'
import { toHex } from '../../protocols/kernel/bytes.ts'
import { networkSalt } from '../../protocols/statements/domain.ts'
import { arbitraryStruct } from '../support/arbitrary-structs.ts'
import { type Anvil, anvilBinary, sendAndMine, startAnvil } from '../support/chain/anvil.ts'
import { ethersHashes } from '../support/chain/ethers-encoding.ts'
import { cast, crypto, domain } from '../support/statement-vectors/cast.ts'
import { vectors } from '../support/statement-vectors/read.ts'
import { type AnyStruct, allTypes, isSigned } from '../support/statement-vectors/samples.ts'
import '../support/property-seed.ts'

const RUNS = 1_000
/** A call's data and memory stay small enough for a node's limit of gas. */
const VALUES_PER_CALL = 250

const binary = anvilBinary()

describe.skipIf(binary === undefined)('the contracts', () => {
  let anvil: Anvil
  let harness: Harness
  beforeAll(async () => {
    anvil = await startAnvil(binary!)
    harness = await deployHarness(anvil)
  })
  afterAll(() => anvil?.[Symbol.asyncDispose]())

  test('have the domain separator of the vectors', async () => {
    const [separator] = await harness.call('domainSeparator', [])
    expect(separator).toBe(vectors.domains[0]!.separator)
  })

  describe.each(allTypes)('$name', (type) => {
    const theirs = ethersHashes(domain, type)

    test(`hash ${RUNS} random values as ethers and the protocols do`, { timeout: 60_000 }, async () => {
      const values = fc.sample(arbitraryStruct(type), RUNS)
      const hashes = await harness.hash(type.name, values)
      expect(hashes).toEqual(values.map((value) => theirs.structHash(value)))
      expect(hashes).toEqual(values.map((value) => toHex(domain.structHash(type, value))))
    })
    test('hash the vectors to what stands in them', async () => {
      const { samples } = vectors.structs.find(({ type: name }) => name === type.name)!
      const hashes = await harness.hash(
        type.name,
        samples.map(({ value }) => value),
      )
      expect(hashes).toEqual(samples.map(({ structHash }) => structHash))
    })
    // What is hashed only, or signed by two, has no one signer.
    if (!isSigned(type)) return
    test('recover the signer of what ethers hashed and signed', async () => {
      for (const value of fc.sample(arbitraryStruct(type), 20)) {
        const { r, yParityAndS: vs } = new SigningKey(cast.operator.secret).sign(theirs.digest(value))
        const [signer] = await harness.call('signerOf', [theirs.structHash(value), { r, vs }])
        expect(String(signer).toLowerCase()).toBe(cast.operator.signer.address)
      }
    })
  })
})

interface Harness {
  call(name: string, args: readonly unknown[]): Promise<readonly unknown[]>
  hash(type: string, values: readonly unknown[]): Promise<readonly string[]>
}

async function deployHarness(anvil: Anvil): Promise<Harness> {
  const path = 'proofs/support/StructHashHarness.sol'
  const source = readFileSync(join(proofsFolder, 'support', 'StructHashHarness.sol'), 'utf8')
  const { abi, bytecode } = compileSources({ [path]: source }).get('StructHashHarness')!
  const coder = new Interface(abi as unknown as InterfaceAbi)
  const [from] = (await anvil.ask('eth_accounts')) as readonly string[]
  const data = bytecode + coder.encodeDeploy([networkSalt(crypto, domain.network.networkId)]).slice(2)
  const { contractAddress: to } = await sendAndMine(anvil, { from, data, gas: '0x989680' })
  const call = async (name: string, args: readonly unknown[]): Promise<readonly unknown[]> => {
    const result = await anvil.ask('eth_call', { to, data: coder.encodeFunctionData(name, args) }, 'latest')
    return coder.decodeFunctionResult(name, String(result))
  }
  return {
    call,
    async hash(type, values) {
      const hashes: string[] = []
      for (let from = 0; from < values.length; from += VALUES_PER_CALL) {
        const [part] = await call(`hash${type}`, [values.slice(from, from + VALUES_PER_CALL) as AnyStruct[]])
        hashes.push(...(part as string[]))
      }
      return hashes
    },
  }
}
