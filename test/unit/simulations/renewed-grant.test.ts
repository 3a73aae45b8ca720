import { describe, expect, it } from 'vitest'
import { purse } from '../../../node/client/paying/purse.ts'
import { ZERO_ADDRESS, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { openSigned, type Signed, signStruct } from '../../../protocols/statements/signed.ts'
import { type SessionGrant, sessionGrantType, voucherType } from '../../../protocols/statements/struct-types.ts'
import { VirtualWorld } from '../../../simulations/wire/virtual-world.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { virtualClientWith } from '../../support/virtual/virtual-client.ts'
import { identityModel, marketDomain, signerOf } from '../../support/virtual/virtual-market.ts'
import { virtualMiner } from '../../support/virtual/virtual-miner.ts'

const LINK = { latencyMs: 20, jitterMs: 5, bytesPerSecond: 2_500_000, lossRate: 0 }
const PRICE = 100n
const GRANT_SECONDS = 60
const MAX = credits(1_000_000)

async function scene(seed: string) {
  const world = new VirtualWorld({ seed, hasher: crypto, link: LINK })
  const miner = virtualMiner({ world, signer: signerOf(seed, 'miner'), price: PRICE, serviceMs: 40 })
  await world.clock.until(miner.join([]))
  const [payer, session] = [signerOf(seed, 'payer'), signerOf(seed, 'session')]
  let nonce = 0n
  const grant = (seconds: number): Signed<SessionGrant> => {
    const value: SessionGrant = {
      payer: payer.address,
      session: session.address,
      escrow: ZERO_ADDRESS,
      maxTotal: MAX,
      maxPerMiner: MAX,
      collectionsHash: ZERO_HASH,
      notAfter: BigInt(Math.floor(miner.node.clock.nowMs() / 1_000) + seconds),
      nonce: ++nonce,
    }
    return signStruct(marketDomain, sessionGrantType, value, payer)
  }
  const own = purse(marketDomain, ZERO_ADDRESS, session, grant(GRANT_SECONDS))
  const user = virtualClientWith(world, own, credits(1_000))
  await world.clock.until(user.node.network.connect(miner.node.network.self, miner.node.network.addresses()))
  const job = () => user.client.infer({ model: identityModel, inputs: [floats('x', [2], [1, 2])] })
  /** What the miner holds: the highest voucher, and the grant that it and its predecessors name. */
  const held = () => {
    const named = miner.journal.vouchers.map(({ bytes }) => openSigned(marketDomain, voucherType, bytes).value)
    return { cumulative: named.at(-1)?.cumulative, grants: [...new Set(named.map((voucher) => voucher.grant))] }
  }
  const disputes = () =>
    user.events.flatMap((told) => (told.kind === 'line' && told.event.kind === 'dispute' ? [told.event.error] : []))
  const stop = async (): Promise<void> => {
    await world.clock.until(user.stop())
    await world.clock.until(miner.stop())
  }
  return { world, miner, user, own, grant, job, held, disputes, stop }
}

describe('a client whose grant is renewed while it runs', () => {
  it('goes on with its counter: jobs run, and vouchers are taken, after the first grant has expired', async () => {
    const { world, user, own, grant, job, held, disputes, stop } = await scene('renewed/1')
    for (let i = 0; i < 4; i++) await world.clock.until(job())
    const first = own.grantHash
    await world.clock.advance((GRANT_SECONDS / 2) * 1_000)
    own.renew(grant(3_600))
    await world.clock.advance(GRANT_SECONDS * 1_000)
    for (let i = 0; i < 4; i++) await world.clock.until(job())
    expect(await world.clock.until(user.client.settle())).toBe(true)
    expect(held()).toEqual({ cumulative: 8n * PRICE, grants: [first, own.grantHash] })
    expect(disputes()).toEqual([])
    await stop()
  })

  it('loses no receipt and no voucher that are on their way in that moment', async () => {
    const { world, user, own, grant, job, held, disputes, stop } = await scene('renewed/2')
    await world.clock.until(job())
    const jobs = Array.from({ length: 40 }, (_, i) => {
      const answered = Promise.withResolvers<Awaited<ReturnType<typeof job>>>()
      world.clock.after(i * 50, () => void job().then(answered.resolve, answered.reject))
      return answered.promise
    })
    // Far more often than ever needed, so that every step of job, receipt and voucher meets one.
    for (let i = 0; i < 100; i++) world.clock.after(i * 37, () => own.renew(grant(3_600)))
    const answers = await world.clock.until(Promise.all(jobs))
    const receipts = await world.clock.until(Promise.all(answers.map(({ receipt }) => receipt)))
    expect(receipts).toHaveLength(40)
    expect(await world.clock.until(user.client.settle(10_000))).toBe(true)
    expect(held().cumulative).toBe(41n * PRICE)
    expect(disputes()).toEqual([])
    await stop()
  })

  it('pays what it owed before under the grant that stands now, without another job', async () => {
    const { world, user, own, grant, job, held, disputes, stop } = await scene('renewed/3')
    for (let i = 0; i < 2; i++) await world.clock.until(job())
    own.renew(grant(3_600))
    expect(await world.clock.until(user.client.settle())).toBe(true)
    expect([held().cumulative, held().grants.at(-1)]).toEqual([2n * PRICE, own.grantHash])
    expect(disputes()).toEqual([])
    await stop()
  })

  it('shows the grant with the next job, which may come before the payment call does', async () => {
    const { world, miner, own, grant, job, stop } = await scene('renewed/4')
    for (let i = 0; i < 2; i++) await world.clock.until(job())
    const { counters } = miner
    const shown: (Uint8Array | undefined)[] = []
    const open = counters.open.bind(counters)
    counters.open = (opening, peer) => {
      if ('voucher' in opening) shown.push(opening.grant)
      return open(opening, peer)
    }
    own.renew(grant(3_600))
    for (let i = 0; i < 2; i++) await world.clock.until(job())
    expect(shown).toEqual([own.grant, undefined])
    await stop()
  })

  it('gives a stranger the grant that the first voucher names, also where it was renewed while that was written', async () => {
    const { world, user, own, grant, job, held, stop } = await scene('renewed/5')
    const first = own.grantHash
    const { journal } = user
    const record = journal.recordVoucher.bind(journal)
    journal.recordVoucher = async (...voucher) => {
      await record(...voucher)
      if (own.grantHash === first) own.renew(grant(3_600))
    }
    expect((await world.clock.until(job())).attempts).toBe(1)
    await world.clock.until(job())
    expect(await world.clock.until(user.client.settle())).toBe(true)
    expect(held()).toEqual({ cumulative: 2n * PRICE, grants: [first, own.grantHash] })
    await stop()
  })

  it('without a renewal is refused once the grant has expired', async () => {
    const { world, job, stop } = await scene('renewed/6')
    await world.clock.until(job())
    await world.clock.advance(GRANT_SECONDS * 1_000)
    await expect(world.clock.until(job())).rejects.toMatchObject({ code: 'NO_MINER' })
    await stop()
  })
})
