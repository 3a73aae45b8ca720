import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EthersDeployer } from '../../../bootstrap/deploy/ethers-deployer.ts'
import { LOCAL_CHAIN_ID } from '../../../bootstrap/localnet/embedded-chain.ts'
import { LOCAL_ESCROW, settleClient, settleMiner } from '../../../bootstrap/localnet/settle-nodes.ts'
import { encodeCall } from '../../../contracts/binding/contract-codec.ts'
import { escrow } from '../../../contracts/generated/escrow.ts'
import { identityRegistry } from '../../../contracts/generated/identity-registry.ts'
import { STRANGERS } from '../../../node/chain/money-desk.ts'
import { type Purse, purse } from '../../../node/client/paying/purse.ts'
import { escrowAddress } from '../../../node/config/network-file.ts'
import { readCertificate } from '../../../node/keys/certificate-file.ts'
import { Keystore } from '../../../node/keys/keystore.ts'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { createSecret } from '../../../node/keys/secp256k1-signer.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { counterId } from '../../../node/work/paying/counter-table.ts'
import { claimOf, grantProofOf } from '../../../node/work/redemption/claim-of.ts'
import { type Address, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { AGREEMENTS_HASH_START } from '../../../protocols/statements/agreements-hash.ts'
import { signStruct } from '../../../protocols/statements/signed.ts'
import { sessionGrantType } from '../../../protocols/statements/struct-types.ts'
import { bindOperators } from '../../support/chain/bind-operators.ts'
import { ChainBooks, purseOfNetwork } from '../../support/chain/chain-books.ts'
import { performAt } from '../../support/chain/money-desk-of.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { heardEvents } from '../../support/nodes/heard-events.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { domainOf, newSigner } from '../../support/nodes/test-client.ts'

const PRICE = 1_000n
const FEE = PRICE / 100n
/** A transaction, the blocks that make it final, and a look of whoever waits for it, on a machine under load. */
const SETTLED = { timeout: 25_000, interval: 50 }

let mesh: JobNetwork
let books: ChainBooks
let relay: EthersDeployer
/** Everybody who ever had a part in the money of this network. */
const people = { payers: [] as Address[], operators: [] as Address[], owners: [] as Address[], others: [] as Address[] }

beforeAll(async () => {
  const models = { thrifty: identityModel('uint8', ['n']), prompt: identityModel('uint8', ['m']) }
  const miners = [
    { models: ['thrifty'], redeemAt: '0.003', redeemAfterSeconds: 40, redeemMin: '0.0005' },
    { models: ['prompt'], redeemAt: '1000', redeemAfterSeconds: 3, redeemMin: '0.0005' },
  ].map((own) => ({ ...own, basePrice: '0.001', roles: ['miner', 'router'] }))
  mesh = await jobNetwork(models, { settles: true, miners })
  const { net } = mesh
  books = new ChainBooks(net.settlement!)
  const secret = createSecret(systemRandom)
  relay = new EthersDeployer(net.settlement!.chain.url, LOCAL_CHAIN_ID, secret)
  await net.settlement!.chain.fund(relay.address, 10n ** 20n)
  // What is given between blocks is in none: until the next one nothing could be proven of it.
  await net.settlement!.chain.ask('evm_mine')
  people.others.push(relay.address, await purseOfNetwork(join(net.folder, 'chain')))
  people.payers.push(net.client.client!.purse.payer)
  for (const miner of net.miners) {
    people.operators.push(miner.operator!)
    people.owners.push(ownerOf(miner))
  }
}, 120_000)
afterAll(async () => {
  relay[Symbol.dispose]()
  await mesh[Symbol.asyncDispose]()
})

const miner = (index: number): RunningNode => mesh.net.miners[index]!
const ownerOf = ({ settings }: RunningNode): Address => readCertificate(settings.dataFolder)!.value.owner
const escrowAt = (): Address => escrowAddress(mesh.net.network)
const conserved = (): Promise<void> => books.expectConserved(people)

/** A client with escrow of its own. */
async function newClient(name: string, amount: bigint = LOCAL_ESCROW, more: Readonly<Record<string, unknown>> = {}) {
  const { net } = mesh
  const dataFolder = join(net.folder, name)
  await settleClient({ settlement: net.settlement!, network: net.network, dataFolder }, credits(amount))
  const node = await net.add(name, { roles: ['client'], listen: [], ...more })
  people.payers.push(node.client!.purse.payer)
  return node
}

/** Jobs one after another, each paid before the next. */
async function pay(node: RunningNode, model: 'thrifty' | 'prompt', jobs: number): Promise<void> {
  for (let i = 0; i < jobs; i++) {
    await (await node.client!.infer({ model: mesh.id(model), inputs: [bytesInput(8, i)] })).receipt
    expect(await node.client!.settle()).toBe(true)
  }
}

const claimedOf = ({ client }: RunningNode, { operator }: RunningNode): Promise<bigint> =>
  books.escrow('claimedOf', [client!.purse.payer, client!.purse.session, operator!, ZERO_HASH])

const counterOf = ({ client }: RunningNode): string => counterId(client!.purse.payer, client!.purse.session)

/** What the miner's own journal says that the chain has paid it, and what it still waits for. */
function journalled(at: RunningNode, node: RunningNode) {
  const held = at.journal.miner.unredeemed(100).find(({ counter }) => counter === counterOf(node))
  return held === undefined ? 'all is redeemed' : { redeemed: held.redeemed, waits: held.cumulative - held.redeemed }
}

/** Of a job that nobody takes. */
async function whyNot(node: RunningNode, model: 'thrifty' | 'prompt') {
  const failed = await node.client!.infer({ model: mesh.id(model), inputs: [bytesInput(8)] }).then(
    () => undefined,
    (error: unknown) => error as { readonly code: string; readonly message: string; readonly hint: string },
  )
  return failed === undefined ? 'it was taken' : { code: failed.code, text: `${failed.message} ${failed.hint}` }
}

describe('vouchers become money', () => {
  test('by their amount: three of a tenth each are taken together, and the owner is credited less the fee', async () => {
    const { client } = mesh.net
    using sent = heardEvents(miner(0), 'redemption:sent')
    using paid = heardEvents(miner(0), 'redemption:paid')
    const before = await books.earned(ownerOf(miner(0)))
    await pay(client, 'thrifty', 2)
    expect(await claimedOf(client, miner(0))).toBe(0n)
    await pay(client, 'thrifty', 1)
    await expect.poll(() => claimedOf(client, miner(0)), SETTLED).toBe(3n * PRICE)
    expect(sent.events).toMatchObject([{ vouchers: 1, amount: 3n * PRICE, reasons: ['amount'] }])
    expect(await books.earned(ownerOf(miner(0)))).toBe(before + 3n * (PRICE - FEE))
    await expect.poll(() => journalled(miner(0), client), SETTLED).toBe('all is redeemed')
    expect(paid.events).toMatchObject([{ amount: 3n * PRICE, claimed: 3n * PRICE }])
    await conserved()
  })

  test('by their age: one that has waited long enough is taken, however little it holds', async () => {
    using sent = heardEvents(miner(1), 'redemption:sent')
    await pay(mesh.net.client, 'prompt', 1)
    await expect.poll(() => claimedOf(mesh.net.client, miner(1)), SETTLED).toBe(PRICE)
    expect(sent.events).toMatchObject([{ vouchers: 1, amount: PRICE, reasons: ['age'] }])
    await conserved()
  })

  test.each([
    [
      'what it keeps for strangers',
      { kind: 'thaw-channels', parts: [{ miner: STRANGERS, amount: credits(1_000_000) }] },
    ],
    ['its balance', { kind: 'thaw-balance', amount: credits(1_000_000) }],
  ] as const)('at once when the payer takes back %s', async (what, action) => {
    const leaver = await newClient(`leaver-${action.kind}`)
    using sent = heardEvents(miner(0), 'redemption:sent')
    await pay(leaver, 'thrifty', 1)
    await performAt(mesh.net, leaver.settings.dataFolder, action)
    await expect.poll(() => claimedOf(leaver, miner(0)), SETTLED).toBe(PRICE)
    expect(
      sent.events.flatMap(({ reasons }) => reasons),
      what,
    ).toEqual(['payer-leaves'])
    await conserved()
    await leaver[Symbol.asyncDispose]()
  })

  test('by whoever relays them: the miner notices and sends nothing', async () => {
    const { client } = mesh.net
    await pay(client, 'thrifty', 1)
    const held = miner(0)
      .journal.miner.unredeemed(10)
      .find(({ counter }) => counter === counterOf(client))
    expect(held).toMatchObject({ cumulative: 4n * PRICE, redeemed: 3n * PRICE })
    using sent = heardEvents(miner(0), 'redemption:sent')
    using paid = heardEvents(miner(0), 'redemption:paid')
    const proofs = held!.grant === undefined ? [] : [grantProofOf(held!.grant)]
    await relay.call(escrow, escrowAt(), 'redeemWithGrants', [proofs, [claimOf(held!.bytes)]])
    await expect.poll(() => journalled(miner(0), client), SETTLED).toBe('all is redeemed')
    const ofClient = () => paid.events.filter(({ counter }) => counter === counterOf(client))
    await expect.poll(ofClient, SETTLED).toMatchObject([{ amount: PRICE, claimed: 4n * PRICE }])
    expect(sent.events).toEqual([])
    await conserved()
  })

  test('once: a miner that starts again goes on where its journal ends', async () => {
    const { net } = mesh
    const transactions = async (): Promise<bigint> =>
      BigInt(String(await net.settlement!.chain.ask('eth_getTransactionCount', [miner(1).operator!, 'latest'])))
    const before = { claimed: await claimedOf(net.client, miner(1)), sent: await transactions() }
    await expect.poll(() => journalled(miner(1), net.client), SETTLED).toBe('all is redeemed')
    const earned = await books.earned(ownerOf(miner(1)))
    const { settings } = miner(1)
    await miner(1)[Symbol.asyncDispose]()
    const { models, basePrice, redeemAt, redeemAfterSeconds, redeemMin } = settings
    const own = { models, basePrice: '0.001', redeemAt: '1000', redeemMin: '0.0005', redeemAfterSeconds }
    expect({ basePrice, redeemAt, redeemMin }).toEqual({ basePrice: PRICE, redeemAt: 1_000_000_000n, redeemMin: 500n })
    const again = await net.add('miner-2', { roles: ['miner', 'router'], name: 'miner 2', engineThreads: 1, ...own })
    expect(journalled(again, net.client)).toBe('all is redeemed')
    // A whole look later it has sent nothing, and what comes then is one voucher, for what is new.
    using sent = heardEvents(again, 'redemption:sent')
    // It listens elsewhere now, and its offer says where.
    await expect.poll(() => whyNot(net.client, 'prompt'), SETTLED).toBe('it was taken')
    expect(await net.client.client!.settle()).toBe(true)
    await expect.poll(() => claimedOf(net.client, again), SETTLED).toBe(before.claimed + PRICE)
    expect(sent.events).toMatchObject([{ vouchers: 1, amount: PRICE }])
    expect(await transactions()).toBe(before.sent + 1n)
    expect(await books.earned(ownerOf(again))).toBe(earned + PRICE - FEE)
    await conserved()
  })
})

describe('what one client leaves behind keeps nobody else from their money:', () => {
  /** As if the miner had taken it. */
  async function hold(own: Purse, amount: bigint, atMs: number): Promise<void> {
    const bytes = own.sign(miner(0).operator!, credits(amount), AGREEMENTS_HASH_START)
    const counter = counterId(own.payer, own.session)
    const more = { agreementsHash: AGREEMENTS_HASH_START, grant: own.grant, atMs }
    await miner(0).journal.miner.recordVoucher({ counter, cumulative: credits(amount), bytes, ...more })
  }

  test('neither a grant that the escrow does not register, nor dust on a thousand counters', async () => {
    const domain = domainOf(mesh.net)
    using refused = heardEvents(miner(0), 'redemption:refused')
    const signer = newSigner()
    const most = credits(1_000_000)
    const grant = signStruct(
      domain,
      sessionGrantType,
      {
        payer: signer.address,
        session: signer.address,
        escrow: escrowAt(),
        collectionsHash: ZERO_HASH,
        maxTotal: most,
        maxPerMiner: most,
        notAfter: BigInt(Math.floor(Date.now() / 1_000)) + 86_400n,
        nonce: 1n,
      },
      signer,
    )
    const poison = purse(domain, escrowAt(), signer, grant)
    await Promise.all(Array.from({ length: 1_100 }, () => hold(purse(domain, escrowAt(), newSigner()), 1n, 2)))
    const honest = await newClient('honest')
    await pay(honest, 'thrifty', 2)
    // Too little for a transaction of its own, and worth its place in that of another.
    await hold(poison, 2n * PRICE, Date.now())
    await pay(honest, 'thrifty', 1)
    await expect.poll(() => claimedOf(honest, miner(0)), SETTLED).toBe(3n * PRICE)
    expect(refused.events).toMatchObject([
      { counter: counterId(poison.payer, poison.session), reason: expect.stringContaining('GrantToPayerItself') },
    ])
    await conserved()
    await honest[Symbol.asyncDispose]()
  })
})

describe('credit ends where the escrow does', () => {
  test('a client whose escrow is used up is told so, and goes on when it has set more aside', async () => {
    // Of a reserve each miner is assured one part of 64: two jobs, and a half.
    // Its owner sets aside by hand: a node that fills its channels would take the deposit first.
    const poor = await newClient('poor', 64n * 2_500n, { channelAmount: '0' })
    await pay(poor, 'prompt', 2)
    const refused = await whyNot(poor, 'prompt')
    expect(refused).toMatchObject({ code: 'ESCROW_SHORT', text: expect.stringContaining('aitbc escrow') })
    await mesh.net.settlement!.give(poor.client!.purse.payer, credits(1_000_000))
    await performAt(
      mesh.net,
      poor.settings.dataFolder,
      { kind: 'deposit', amount: credits(1_000_000) },
      { kind: 'fund', parts: [{ miner: miner(1).operator!, amount: credits(1_000_000) }] },
    )
    await expect.poll(() => whyNot(poor, 'prompt'), SETTLED).toBe('it was taken')
    expect(await poor.client!.settle()).toBe(true)
    await conserved()
    await poor[Symbol.asyncDispose]()
  })

  test('a client sets more of its escrow aside for a miner before that refuses, and where it starts at the end of it', async () => {
    const { net } = mesh
    // Two jobs and a half are assured by the reserve, and as much again by each filling.
    const thrifty = await newClient('filling', 64n * 2_500n, { channelAmount: '0' })
    await net.settlement!.give(thrifty.client!.purse.payer, credits(20_000))
    await performAt(net, thrifty.settings.dataFolder, { kind: 'deposit', amount: credits(20_000) })
    await pay(thrifty, 'prompt', 2)
    expect(await whyNot(thrifty, 'prompt'), 'it leaves that to its owner').toMatchObject({ code: 'ESCROW_SHORT' })
    await thrifty[Symbol.asyncDispose]()

    const again = await net.add('filling', { roles: ['client'], listen: [], channelAmount: '0.0025' })
    using filled = heardEvents(again, 'channels:filled')
    await expect.poll(() => whyNot(again, 'prompt'), SETTLED).toBe('it was taken')
    await expect
      .poll(() => filled.events[0], SETTLED)
      .toMatchObject({ miners: [miner(1).operator], amount: credits(2_500) })
    expect(await again.client!.settle()).toBe(true)
    await expect.poll(() => pay(again, 'prompt', 1).then(() => filled.events.length), SETTLED).toBeGreaterThan(1)
    await conserved()
    await again[Symbol.asyncDispose]()
  })

  test('a session key promises no more than its grant allows', async () => {
    const limited = await newClient('limited', LOCAL_ESCROW, { sessionMax: '0.0025' })
    await pay(limited, 'prompt', 2)
    expect(await whyNot(limited, 'prompt')).toMatchObject({ code: 'ESCROW_SHORT' })
    expect(limited.journal.client.promisedBy(limited.client!.purse.payer, limited.client!.purse.session)).toBe(
      2n * PRICE,
    )
    await limited[Symbol.asyncDispose]()
  })

  // Who has asked already believes the answer for a quarter of a minute: test/unit/work/paying/counter-table.test.ts.
  test('a payer that owes, and was good until then, gets no credit from whoever asks the chain now', async () => {
    const debtor = await newClient('debtor')
    const { payer } = debtor.client!.purse
    await pay(debtor, 'prompt', 1)
    using keys = await keysOf(debtor)
    const signer = keys.load('payer')!.signer
    // It signs, past its own node, far more than it has; whoever holds that shows it.
    const own = purse(domainOf(mesh.net), escrowAt(), signer)
    const voucher = own.sign(miner(0).operator!, credits(1_000_000_000_000), AGREEMENTS_HASH_START)
    await relay.call(escrow, escrowAt(), 'redeem', [[claimOf(voucher)]])
    expect((await books.escrow('accountOf', [payer])).owed).toBeGreaterThan(0n)
    expect(await whyNot(debtor, 'thrifty')).toMatchObject({ code: 'ESCROW_SHORT' })
    await conserved()
    await debtor[Symbol.asyncDispose]()
  })

  test('of 65 strangers that draw on one reserve 64 are paid, and a miner that none of it is left for takes no job', async () => {
    const { net } = mesh
    const popular = await newClient('popular', 64n * 5_000n)
    const { payer } = popular.client!.purse
    using keys = await keysOf(popular)
    const own = purse(domainOf(net), escrowAt(), keys.load('payer')!.signer)
    const bound = await bindOperators(mesh.net, relay, 65)
    people.owners.push(bound.owner)
    people.operators.push(...bound.operators)
    const strangers = bound.operators
    const vouchers = strangers.map((stranger) => claimOf(own.sign(stranger, credits(5_000n), AGREEMENTS_HASH_START)))
    expect(await books.escrow('assuredTo', [payer, strangers[64]!])).toBe(5_000n)
    await relay.call(escrow, escrowAt(), 'redeem', [vouchers])
    expect(await books.escrow('reserveOf', [payer])).toMatchObject({ drawers: 64n })
    const paid = await Promise.all(
      strangers.map((stranger) => books.escrow('claimedOf', [payer, payer, stranger, ZERO_HASH])),
    )
    expect(paid).toEqual([...new Array<bigint>(64).fill(5_000n), 0n])
    expect(await books.escrow('assuredTo', [payer, miner(0).operator!])).toBe(0n)
    expect(await whyNot(popular, 'thrifty')).toMatchObject({ code: 'ESCROW_SHORT' })
    await conserved()
    await popular[Symbol.asyncDispose]()
  })
})

describe('stake stands behind offers', () => {
  let late: RunningNode
  const shownBy = (node: RunningNode): boolean =>
    [...node.router!.directory.live()].some(({ offer }) => offer.miner === late.operator)

  test('a miner without stake is shown by no router until it has staked', async () => {
    const { net } = mesh
    using short = heardEvents(miner(0), 'stake:short')
    const settings = { models: [mesh.path('thrifty')], basePrice: '0.0005', engineThreads: 1 }
    late = await net.add('late', { roles: ['miner', 'router'], name: 'late', ...settings })
    await expect.poll(() => short.events, SETTLED).toMatchObject([{ operator: late.operator }])
    expect(shownBy(miner(0))).toBe(false)
    // Nor does a client send it work that was told of it by somebody who does not look.
    const { client } = net.client
    client!.book.put(late.miner!.board.current!)
    const met: string[] = []
    const wish = { model: mesh.id('thrifty'), inputs: [bytesInput(8)], priceMax: credits(PRICE - 1n) }
    const cheap = client!.infer({ ...wish, onEvent: (event) => event.kind === 'failed' && met.push(event.error.code) })
    await expect(cheap).rejects.toMatchObject({ code: 'NO_MINER' })
    expect(met).toEqual(['MINER_STAKE'])
    const wanted = { settlement: net.settlement!, network: net.network, dataFolder: late.settings.dataFolder }
    await settleMiner(wanted)
    people.owners.push(ownerOf(late))
    people.operators.push(late.operator!)
    // Its next offer is minutes away, and is not what is waited for.
    await expect.poll(() => shownBy(miner(0)), SETTLED).toBe(true)
    await conserved()
  }, 90_000)

  test('one whose owner is tombstoned disappears within seconds, also where nobody gossips of it', async () => {
    const { chain, contracts } = mesh.net.settlement!
    // The court itself convicts it: no node has seen evidence.
    await chain.ask('anvil_impersonateAccount', [contracts.evidenceSlasher])
    await chain.fund(contracts.evidenceSlasher as Address, 10n ** 18n)
    const data = encodeCall(identityRegistry, 'punish', [`0x${'5a'.repeat(32)}`, late.operator!])
    const sent = { from: contracts.evidenceSlasher, to: contracts.identityRegistry, data, gas: '0x100000' }
    await chain.ask('eth_sendTransaction', [sent])
    await expect.poll(() => shownBy(miner(0)), SETTLED).toBe(false)
    expect(miner(0).evidence.watch.kept()).toEqual([])
  })
})

const keysOf = async ({ settings }: RunningNode): Promise<Keystore> =>
  new Keystore(join(settings.dataFolder, 'keys'), {
    crypto: await createCrypto(),
    random: systemRandom,
    clock: systemClock,
  })
