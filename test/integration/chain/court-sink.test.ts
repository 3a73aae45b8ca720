import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { EthersDeployer } from '../../../bootstrap/deploy/ethers-deployer.ts'
import { LOCAL_CHAIN_ID } from '../../../bootstrap/localnet/embedded-chain.ts'
import { LocalSettlement } from '../../../bootstrap/localnet/local-settlement.ts'
import { identityRegistry } from '../../../contracts/generated/identity-registry.ts'
import { meshToken } from '../../../contracts/generated/mesh-token.ts'
import { stakeVault } from '../../../contracts/generated/stake-vault.ts'
import { contractErrorName } from '../../../node/chain/contracts/contract-errors.ts'
import { ContractReader } from '../../../node/chain/contracts/contract-reader.ts'
import { contractSet } from '../../../node/chain/contracts/contract-set.ts'
import { CourtSink, type CourtTuning } from '../../../node/chain/court/court-sink.ts'
import type { Secp256k1Signer } from '../../../node/keys/secp256k1-signer.ts'
import type { EvidenceSource, KeptEvidence } from '../../../node/market/evidence-store.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { fromHex, toHex } from '../../../protocols/kernel/bytes.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, type AttemptId, address, type Hash32, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { attemptId } from '../../../protocols/statements/agreement.ts'
import { signKeyCert } from '../../../protocols/statements/key-cert.ts'
import { signStruct } from '../../../protocols/statements/signed.ts'
import { type Agreement, leaseType } from '../../../protocols/statements/struct-types.ts'
import { evidenceOf } from '../../../protocols/wire/evidence/evidence.ts'
import { COIN, GWEI } from '../../support/chain/chain-calls.ts'
import { openDesk, rpcOf } from '../../support/chain/chain-world.ts'
import { handOn, RpcServer } from '../../support/chain/rpc-server.ts'
import { newSigner } from '../../support/nodes/test-client.ts'
import { cast, digestOf, domain, type Member } from '../../support/statement-vectors/cast.ts'
import { proven } from '../../support/statement-vectors/contradiction-vectors.ts'

const STAKE = 50_000_000n
const NOW = BigInt(Math.floor(Date.now() / 1_000))
const SOON = { interval: 20 }
const quick: CourtTuning = { lookMs: 20, toldMs: 100, laterMs: 100 }
const { owner, operator, stranger } = cast

let folder: string
let local: LocalSettlement
let wallet: EthersDeployer
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aitbc-test-'))
  local = await LocalSettlement.start({ folder, networkId: domain.network.networkId })
  wallet = await stakedBy(owner)
  await bind(operator, owner, wallet)
})
afterAll(async () => {
  wallet[Symbol.dispose]()
  await local[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

async function stakedBy({ signer, secret }: Member): Promise<EthersDeployer> {
  await local.give(signer.address, credits(STAKE))
  const made = new EthersDeployer(local.chain.url, LOCAL_CHAIN_ID, fromHex(secret)!)
  await made.call(meshToken, local.contracts.token, 'approve', [local.contracts.stakeVault, STAKE])
  await made.call(stakeVault, local.contracts.stakeVault, 'stake', [STAKE])
  return made
}

async function bind({ signer }: Pick<Member, 'signer'>, by: Member, from: EthersDeployer): Promise<void> {
  const cert = { owner: by.signer.address, operator: signer.address, notBefore: NOW - 60n, notAfter: NOW + 3_600n }
  const { ownerSignature, operatorSignature } = signKeyCert(domain, cert, by.signer, signer)
  const [first, second] = [ownerSignature, operatorSignature].map((of) => ({
    r: toHex(of.subarray(0, 32)),
    vs: toHex(of.subarray(32)),
  }))
  await from.call(identityRegistry, local.contracts.identityRegistry, 'authorise', [cert, first!, second!])
}

/** Of an attempt of its own. */
function evidence(word: string, source: EvidenceSource, by: Secp256k1Signer = operator.signer, at = NOW): KeptEvidence {
  const agreement = toHex(digestOf(word)) as AttemptId
  const [a, b] = [1n, 2n].map((price) => proven({ agreement, price: credits(price), blockTime: at }, 0, 1, by))
  return { ...evidenceOf(domain, { kind: 'receipts', a: a!, b: b! }), kind: 'receipts', source, foundAtMs: 1 }
}

const EVIDENCE_SECONDS = 121
const inSystemTime: Clock = {
  nowMs: () => systemClock.nowMs(),
  monotonicMs: () => systemClock.monotonicMs(),
  after: (ms, call) => systemClock.after(ms, call),
}

const balanceOf = (of: Address): Promise<bigint> =>
  new ContractReader(rpcOf([local.chain.url]), meshToken, address(local.contracts.token)).read('balanceOf', [of])

async function court({
  funded = true,
  clock = inSystemTime,
  tuning = quick,
  path = mkdtempSync(join(tmpdir(), 'aitbc-test-')),
  contracts = local.contracts,
} = {}) {
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  if (funded) await local.chain.fund(stranger.signer.address, COIN)
  const { desk, rpc, ...rest } = await openDesk(local.chain.url, {
    folder: path,
    signer: funded ? stranger.signer : newSigner(),
    needs: { errorNames: contractErrorName },
  })
  const failures: MeshError[] = []
  const sink = new CourtSink({
    chain: { rpc, contracts: contractSet(contracts) },
    desk: async () => desk,
    reporter: desk.sender,
    clock,
    feePerGasMax: 100n * GWEI,
    onFailure: (error) => failures.push(error),
    tuning,
  })
  onTestFinished(() => sink[Symbol.asyncDispose]())
  return { sink, desk, failures, path, close: rest[Symbol.asyncDispose] }
}

describe('evidence that goes to the court of a network', () => {
  test('is shown once, and stands as punished when the chain says so', async () => {
    const { sink, desk, failures, path, close } = await court()
    const found = evidence('own', 'own')
    expect(sink.standing(found.nullifier)).toBeUndefined()
    sink.take(found)
    sink.take(found)
    expect(sink.standing(found.nullifier)).toBe('is being shown to it')
    await expect.poll(() => sink.standing(found.nullifier), SOON).toContain('punished: its owner is tombstoned')
    expect([desk.find(`evidence/${found.nullifier}`)?.state !== 'failed', failures]).toEqual([true, []])
    await sink[Symbol.asyncDispose]()
    await close()
    // After a restart nothing is sent again.
    const again = await court({ path })
    again.sink.take(found)
    await expect.poll(() => again.sink.standing(found.nullifier), SOON).toContain('punished: its owner is tombstoned')
    await expect.poll(() => again.desk.open(), SOON).toEqual([])
  })

  test('of others is left to them for a while, and costs nothing where they showed it', async () => {
    const [mine, theirs] = [await court({ tuning: { ...quick, toldMs: 4_000 } }), await court()]
    const found = evidence('told', 'told')
    mine.sink.take(found)
    expect(mine.sink.standing(found.nullifier)).toBe('left to whoever found it, for now')
    theirs.sink.take({ ...found, source: 'own' })
    await expect.poll(() => mine.sink.standing(found.nullifier), SOON).toContain('punished')
    expect(mine.desk.find(`evidence/${found.nullifier}`)).toBeUndefined()
    // Nobody showed this one.
    const alone = evidence('told and forgotten', 'told')
    mine.sink.take(alone)
    await expect.poll(() => mine.sink.standing(alone.nullifier), SOON).toContain('punished')
    expect(mine.desk.find(`evidence/${alone.nullifier}`)).toBeDefined()
  })

  test('waits while nobody answers for the operator, and while gas money is missing', async () => {
    const [{ sink }, poor] = [await court(), await court({ funded: false })]
    const signer = newSigner()
    const found = evidence('unbound', 'own', signer)
    sink.take(found)
    poor.sink.take(evidence('poor', 'own'))
    await expect.poll(() => sink.standing(found.nullifier), SOON).toContain('bound to no owner')
    await expect.poll(() => poor.sink.standing(evidence('poor', 'own').nullifier), SOON).toMatch(/^waits: /)
    expect(poor.desk.open()).toEqual([])
    expect([...poor.failures]).toEqual([])
  })

  test('of two leases goes to the court of leases, and to nobody in a set without one', async () => {
    const pair = ['c', 'd'].map((word) => {
      const times = { startsAt: NOW, endsAt: NOW + 3_600n }
      const of = { operator: operator.signer.address, card: toHex(digestOf('card')) as Hash32 }
      const lease = { ...of, ...times, agreement: toHex(digestOf(word)) as AttemptId }
      return signStruct(domain, leaseType, lease, operator.signer)
    })
    const found: KeptEvidence = {
      ...evidenceOf(domain, { kind: 'leases', a: pair[0]!, b: pair[1]! }),
      ...{ kind: 'leases', source: 'own', foundAtMs: 1 },
    }
    const { leaseSlasher: _, ...before } = local.contracts
    const old = await court({ contracts: before })
    old.sink.take(found)
    await expect.poll(() => old.sink.standing(found.nullifier), SOON).toBe('no court of this network judges it')
    expect(old.desk.open()).toEqual([])
    const { sink } = await court()
    sink.take(found)
    await expect.poll(() => sink.standing(found.nullifier), SOON).toContain('punished: its owner is tombstoned')
  })

  test('that the court does not take is over, with its reason', async () => {
    const { sink, desk } = await court()
    const old = evidence('old', 'own', operator.signer, NOW - 1_000_000n)
    sink.take(old)
    await expect.poll(() => sink.standing(old.nullifier), SOON).toMatch(/^refused: .*EvidenceTooOld/)
    expect(desk.find(`evidence/${old.nullifier}`)).toBeUndefined()
  })

  test('outlasts a chain that is away, and says so once', async () => {
    const { desk } = await court()
    const server = await RpcServer.start(() => 'hang up')
    const failures: MeshError[] = []
    await using sink = new CourtSink({
      chain: { rpc: rpcOf([server.origin]), contracts: contractSet(local.contracts) },
      desk: async () => desk,
      reporter: desk.sender,
      clock: systemClock,
      feePerGasMax: 100n * GWEI,
      onFailure: (error) => failures.push(error),
      tuning: quick,
    })
    const found = evidence('away', 'own')
    sink.take(found)
    await expect.poll(() => sink.standing(found.nullifier), SOON).toMatch(/^waits: no chain answers/)
    const asked = server.asked.length
    await expect.poll(() => server.asked.length, SOON).toBeGreaterThan(asked + 2)
    expect(failures).toMatchObject([{ code: 'CHAIN_UNREACHABLE' }])
    server.answer = (each) => handOn(local.chain.url, each)
    await expect.poll(() => sink.standing(found.nullifier), SOON).toContain('punished')
  })

  test('opens no desk before there is some, and asks for one again that could not be opened', async () => {
    const { desk } = await court()
    let opened = 0
    const failures: MeshError[] = []
    await using sink = new CourtSink({
      chain: { rpc: rpcOf([local.chain.url]), contracts: contractSet(local.contracts) },
      desk: async () => {
        if (++opened <= 2) throw new MeshError('DISK_FULL', { file: 'transactions.sqlite' })
        return desk
      },
      reporter: desk.sender,
      clock: systemClock,
      feePerGasMax: 100n * GWEI,
      onFailure: (error) => failures.push(error),
      tuning: quick,
    })
    expect(opened).toBe(0)
    const found = evidence('no room', 'own')
    sink.take(found)
    await expect.poll(() => sink.standing(found.nullifier), SOON).toContain('punished')
    expect(failures).toMatchObject([{ code: 'DISK_FULL' }])
  })

  // The last one here: it moves the chain's time, behind which all other evidence is too old.
  test('of an attempt that this node paid for is opened at once, whoever found it, and makes its payer whole', async () => {
    // Of an owner that has its whole stake yet.
    using from = await stakedBy(cast.payer)
    await bind(cast.session, cast.payer, from)
    const liar = cast.session.signer
    const payer = newSigner().address
    const at = BigInt((await rpcOf([local.chain.url]).head()).blockTime)
    const agreement: Agreement = {
      ...{ payer, operator: liar.address, priceMax: credits(2), nonce: 1n, attempt: 1 },
      ...{ offerHead: ZERO_HASH, spec: ZERO_HASH, inputRoot: ZERO_HASH, policy: ZERO_HASH },
      ...{ blockNumber: 1n, blockTime: at },
    }
    const id = attemptId(domain, agreement)
    const [a, b] = [1n, 2n].map((price) => proven({ agreement: id, price: credits(price), blockTime: at }, 0, 1, liar))
    const found: KeptEvidence = {
      ...evidenceOf(domain, { kind: 'receipts', a: a!, b: b! }),
      ...{ kind: 'receipts', source: 'told', foundAtMs: 1, agreement },
    }
    let aheadMs = 0
    const clock: Clock = { ...inSystemTime, nowMs: () => systemClock.nowMs() + aheadMs }
    const { sink, failures } = await court({ tuning: { ...quick, toldMs: 3_600_000 }, clock })
    sink.take(found)
    const standing = async () => {
      await local.chain.ask('evm_mine')
      return sink.standing(found.nullifier)
    }
    await expect.poll(standing, SOON).toMatch(/^punished: .*; its reward is payable from 20/)
    const balances = () => Promise.all([payer, stranger.signer.address].map(balanceOf))
    const before = await balances()
    aheadMs = EVIDENCE_SECONDS * 1_000
    await local.chain.moveTime(EVIDENCE_SECONDS)
    await expect.poll(standing, SOON).toMatch(/^punished: .*; its reward is paid$/)
    const after = await balances()
    // Twice the price of the job to its payer, and the reporter's part to this node.
    expect([before[0], after[0]]).toEqual([0n, 4n])
    expect(after[1]).toBeGreaterThan(before[1]!)
    expect(failures).toEqual([])
  }, 30_000)
})
