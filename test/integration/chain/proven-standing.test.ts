import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { EthersDeployer } from '../../../bootstrap/deploy/ethers-deployer.ts'
import { LOCAL_CHAIN_ID } from '../../../bootstrap/localnet/embedded-chain.ts'
import { LocalSettlement } from '../../../bootstrap/localnet/local-settlement.ts'
import { identityRegistry } from '../../../contracts/generated/identity-registry.ts'
import { meshToken } from '../../../contracts/generated/mesh-token.ts'
import { stakeVault } from '../../../contracts/generated/stake-vault.ts'
import { contractSet } from '../../../node/chain/contracts/contract-set.ts'
import { courtCall } from '../../../node/chain/court/court-call.ts'
import { ProvenStanding } from '../../../node/chain/proofs/proven-standing.ts'
import { RpcPool } from '../../../node/chain/rpc/rpc-pool.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { AttemptId, Hash32 } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { mappingSlot, slotAt } from '../../../protocols/rules/state-proof/storage-slot.ts'
import { type Contradiction, nullifier } from '../../../protocols/statements/contradiction.ts'
import { signKeyCert } from '../../../protocols/statements/key-cert.ts'
import { openSigned, signStruct } from '../../../protocols/statements/signed.ts'
import { leaseType, offerHeadType } from '../../../protocols/statements/struct-types.ts'
import { inOrder } from '../../../protocols/wire/evidence/evidence.ts'
import { signOffer } from '../../../protocols/wire/offer/offer.ts'
import { type Answer, type Asked, handOn, RpcServer } from '../../support/chain/rpc-server.ts'
import { cast, crypto, digestOf, domain } from '../../support/statement-vectors/cast.ts'
import { proven } from '../../support/statement-vectors/contradiction-vectors.ts'
import { body } from '../../support/wire-vectors/offer-bodies.ts'

const STAKE = 5_000_000n
const { owner, operator, session, stranger } = cast
const NOW = BigInt(Math.floor(Date.now() / 1_000))

let folder: string
let local: LocalSettlement
let wallet: EthersDeployer
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aitbc-test-'))
  local = await LocalSettlement.start({ folder, networkId: domain.network.networkId })
  await local.give(owner.signer.address, credits(2n * STAKE))
  wallet = new EthersDeployer(local.chain.url, LOCAL_CHAIN_ID, Buffer.from(owner.secret.slice(2), 'hex'))
  const { token, stakeVault: vault, identityRegistry: registry } = local.contracts
  await wallet.call(meshToken, token, 'approve', [vault, STAKE])
  await wallet.call(stakeVault, vault, 'stake', [STAKE])
  for (const each of [operator, session]) {
    const cert = {
      owner: owner.signer.address,
      operator: each.signer.address,
      notBefore: NOW - 60n,
      notAfter: NOW + 3_600n,
    }
    const { ownerSignature, operatorSignature } = signKeyCert(domain, cert, owner.signer, each.signer)
    const [first, second] = [ownerSignature, operatorSignature].map((of) => ({
      r: toHex(of.subarray(0, 32)),
      vs: toHex(of.subarray(32)),
    }))
    await wallet.call(identityRegistry, registry, 'authorise', [cert, first!, second!])
  }
})
afterAll(async () => {
  wallet[Symbol.dispose]()
  await local[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

type Lie = (asked: Asked, truth: () => Promise<Answer>) => Answer | Promise<Answer>
const honest: Lie = (_, truth) => truth()

/** One endpoint for each, all of one chain. */
async function standing(...lies: readonly Lie[]) {
  const servers = await Promise.all(
    lies.map((lie) => RpcServer.start((asked) => lie(asked, () => handOn(local.chain.url, asked)))),
  )
  const pool = new RpcPool({
    endpoints: servers.map(({ origin }) => origin),
    chainId: LOCAL_CHAIN_ID,
    clock: systemClock,
    periodSeconds: 1,
    isSteady: false,
  })
  onTestFinished(() => pool[Symbol.dispose]())
  const contracts = contractSet(local.contracts)
  return { servers, pool, proven: new ProvenStanding({ pool, contracts, hasher: crypto, clock: systemClock }) }
}

/** The same answer with some text in it replaced. */
const spoilt =
  (method: string, from: RegExp, to: string): Lie =>
  async (asked, truth) => {
    const answer = await truth()
    return asked.method === method ? (JSON.parse(JSON.stringify(answer).replace(from, to)) as Answer) : answer
  }
/** A head of its own, of the right number: a block that nobody else has. */
const forked = spoilt('eth_getBlockByNumber', /"stateRoot":"0x.{8}/, '"stateRoot":"0xeeeeeeee')
/** Whatever is asked, the account of a stranger. */
const falseProof: Lie = (asked, truth) =>
  asked.method === 'eth_getProof'
    ? handOn(local.chain.url, { ...asked, params: [stranger.signer.address, ...asked.params.slice(1)] })
    : truth()

describe('the standing of a miner', () => {
  test('is what the contracts hold, proven against a block that the endpoints agree on', async () => {
    const { proven, pool } = await standing(honest, honest, honest)
    const found = await proven.standingOf(operator.signer.address)
    expect(found).toMatchObject({ owner: owner.signer.address, isActive: true, stake: STAKE })
    expect(found.head).toMatchObject({ agreeing: 3, endpoints: 3 })
    const none = await proven.standingOf(stranger.signer.address)
    expect(none).toMatchObject({ owner: undefined, isActive: false, stake: 0n })
    expect(pool.health.map(({ state }) => state)).toEqual(['good', 'good', 'good'])
  })

  test.each<[what: string, lie: Lie, agreeing: number]>([
    ['shows another block', forked, 2],
    ['is down', () => 'hang up', 2],
    ['says that the chain is further than it is', spoilt('eth_blockNumber', /0x[0-9a-f]+/, '0xffffff'), 3],
    ['says that the chain is where it was long ago', spoilt('eth_blockNumber', /0x[0-9a-f]+/, '0x1'), 3],
    ['is slow', async (_, truth) => pause(400).then(truth), 3],
  ])('is found where one of three %s', async (_, lie, agreeing) => {
    const { proven } = await standing(lie, honest, honest)
    const found = await proven.standingOf(operator.signer.address)
    expect(found).toMatchObject({ stake: STAKE, head: { agreeing, endpoints: 3 } })
    expect(found.head.number).toBeGreaterThan(10n)
  })

  test('is not believed of two that disagree, or of one where two are down', async () => {
    const error = { code: 'STATE_UNPROVEN' }
    await expect((await standing(forked, honest)).proven.standingOf(operator.signer.address)).rejects.toMatchObject(
      error,
    )
    const down: Lie = () => 'hang up'
    const { proven } = await standing(down, honest, down)
    await expect(proven.standingOf(operator.signer.address)).rejects.toMatchObject({
      ...error,
      message: expect.stringContaining('1 of 3 endpoints'),
    })
  })

  test('is not read at another block than the one that was asked for', async () => {
    const older: Lie = (asked, truth) =>
      asked.method === 'eth_getBlockByNumber' && asked.params[0] !== 'latest'
        ? handOn(local.chain.url, { ...asked, params: ['0x1', false] })
        : truth()
    const { proven } = await standing(older)
    await expect(proven.standingOf(operator.signer.address)).rejects.toMatchObject({ code: 'STATE_UNPROVEN' })
  })

  test('is asked of the next endpoint where one gives nodes that prove nothing', async () => {
    const lies: readonly Lie[] = [
      falseProof,
      spoilt('eth_getProof', /"accountProof":\[.*?\]/, '"accountProof":[]'),
      spoilt('eth_getProof', /"proof":\["0x..../, '"proof":["0xffff'),
      spoilt('eth_getProof', /"storageProof":\[.*\]/, '"storageProof":[]'),
      spoilt('eth_getProof', /"result":.*/, '"result":null}'),
    ]
    for (const lie of lies) {
      const { proven, pool } = await standing(lie, honest)
      expect(await proven.standingOf(operator.signer.address)).toMatchObject({ stake: STAKE, isActive: true })
      expect(pool.health[0]!.state).toBe('aside')
    }
    await expect((await standing(falseProof)).proven.standingOf(operator.signer.address)).rejects.toMatchObject({
      code: 'CHAIN_UNREACHABLE',
    })
  })

  test('counts no stake that thaws', async () => {
    await wallet.call(stakeVault, local.contracts.stakeVault, 'thaw', [2_000_000n])
    const { proven } = await standing(honest)
    expect(await proven.standingOf(operator.signer.address)).toMatchObject({
      stake: STAKE - 2_000_000n,
      isActive: true,
    })
  })

  test('ends with the revocation of its key, after the delay', async () => {
    await wallet.call(identityRegistry, local.contracts.identityRegistry, 'revoke', [operator.signer.address])
    const ask = async () => (await standing(honest)).proven.standingOf(operator.signer.address)
    expect(await ask()).toMatchObject({ isActive: true })
    await local.chain.ask('evm_increaseTime', [61])
    await local.chain.ask('evm_mine')
    expect(await ask()).toMatchObject({ owner: owner.signer.address, isActive: false })
  })

  test('is asked for once by many, and each may give up alone', async () => {
    const { proven, servers } = await standing(honest)
    const gone = expect(proven.standingOf(operator.signer.address, AbortSignal.abort())).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    const asked = await Promise.all([1, 2, 3].map(() => proven.standingOf(operator.signer.address)))
    await gone
    expect(asked).toHaveLength(3)
    expect(servers[0]!.times('eth_blockNumber')).toBe(1)
  })

  test('ends with a contradiction of any key of its owner, which a court takes as this node keeps it', async () => {
    const ask = async () => (await standing(honest)).proven.standingOf(session.signer.address)
    const before = await ask()
    expect(before).toMatchObject({ owner: owner.signer.address, isActive: true })
    const [a, b] = [1_000n, 2_000n].map((price) => proven({ price: credits(price), blockTime: NOW }, 2, 5))
    const heads = [1, 2].map((jobs) => {
      const { bytes } = signOffer(domain, operator.signer, { ...body, jobs }, NOW * 1_000n, Number(NOW) * 1_000)
      return openSigned(domain, offerHeadType, bytes)
    })
    const leased = ['a', 'b'].map((word) =>
      signStruct(
        domain,
        leaseType,
        {
          ...{ operator: operator.signer.address, card: toHex(digestOf('card')) as Hash32 },
          ...{ startsAt: NOW, endsAt: NOW + 3_600n, agreement: toHex(digestOf(word)) as AttemptId },
        },
        operator.signer,
      ),
    )
    const evidence: readonly Contradiction[] = [
      { kind: 'receipts', a: a!, b: b! },
      { kind: 'offer-heads', a: heads[0]!, b: heads[1]! },
      { kind: 'leases', a: leased[0]!, b: leased[1]! },
    ]
    const reporter = stranger.signer.address
    await local.chain.fund(reporter, 10n ** 18n)
    await local.chain.ask('anvil_impersonateAccount', [reporter])
    for (const each of evidence) {
      const call = { from: reporter, ...courtCall(contractSet(local.contracts), inOrder(domain, each)) }
      const sent = await local.chain.ask('eth_sendTransaction', [call])
      await expect.poll(() => local.chain.ask('eth_getTransactionReceipt', [sent])).toMatchObject({ status: '0x1' })
      const { _punishedAt } = identityRegistry.storage
      const slot = mappingSlot(crypto, nullifier(crypto, each), slotAt(BigInt(_punishedAt!)))
      const at = await local.chain.ask('eth_getStorageAt', [local.contracts.identityRegistry, slot, 'latest'])
      expect(BigInt(at as string)).toBeGreaterThan(NOW)
      // Once only.
      await expect(local.chain.ask('eth_call', [call, 'latest'])).rejects.toThrow()
    }
    const after = await ask()
    expect(after).toMatchObject({ owner: owner.signer.address, isActive: false })
    expect(after.stake).toBeLessThan(before.stake)
  })
})
