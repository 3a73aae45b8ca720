import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { purse } from '../../../../node/client/paying/purse.ts'
import { GrantFile } from '../../../../node/roles/client/grant-file.ts'
import { GRANT_SECONDS, GrantKeeper, LOOK_MS, RENEW_SECONDS } from '../../../../node/roles/client/grant-keeper.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { ZERO_ADDRESS } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { judgeSession } from '../../../../protocols/rules/settlement/judge-session.ts'
import { cast, domain } from '../../../support/statement-vectors/cast.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const NOW_MS = 1_790_000_000_000
const away = new MeshError('CHAIN_UNREACHABLE', { url: 'local' })
const inMs = (seconds: bigint): number => Number(seconds) * 1_000

function set(path = join(temporaryFolder(), 'grant.bin')) {
  const clock = new ManualClock(NOW_MS)
  const facts = { spent: 0n, promised: 0n, failure: undefined as MeshError | undefined, isSilent: false }
  const chain = {
    async spentBy() {
      if (facts.isSilent) return new Promise<never>(() => undefined)
      if (facts.failure !== undefined) throw facts.failure
      return credits(facts.spent)
    },
  }
  const failures: MeshError[] = []
  const start = async (): Promise<GrantKeeper> => {
    const keeper = await GrantKeeper.start({
      domain,
      clock,
      chain,
      payer: cast.payer.signer,
      session: cast.session.signer.address,
      escrow: ZERO_ADDRESS,
      promised: () => credits(facts.promised),
      limit: credits(1_000),
      file: new GrantFile(path),
      onFailure: (error) => failures.push(error),
    })
    onTestFinished(() => keeper[Symbol.asyncDispose]())
    return keeper
  }
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await new Promise((resolve) => setImmediate(resolve))
  }
  /** Time passes while the machine sleeps; the next look comes after it. */
  const sleep = async (ms: number): Promise<void> => {
    clock.setWall(clock.nowMs() + ms)
    await advance(LOOK_MS)
  }
  return { clock, facts, failures, start, advance, sleep }
}

describe('the grant of a session', () => {
  it('is that of the last run while it is good for a while, and else a new one', async () => {
    const path = join(temporaryFolder(), 'grant.bin')
    const first = await set(path).start()
    const second = set(path)
    second.clock.setWall(NOW_MS + inMs(GRANT_SECONDS - RENEW_SECONDS) - 1_000)
    expect((await second.start()).grant.value).toEqual(first.grant.value)
    const third = set(path)
    third.clock.setWall(NOW_MS + inMs(GRANT_SECONDS - RENEW_SECONDS))
    expect((await third.start()).grant.value.notAfter).toBeGreaterThan(first.grant.value.notAfter)
  })

  it('is renewed in good time while the process runs: for the purse, for miners and for the next start', async () => {
    const path = join(temporaryFolder(), 'grant.bin')
    const { facts, start, sleep } = set(path)
    const keeper = await start()
    const own = purse(domain, ZERO_ADDRESS, cast.session.signer, keeper.grant)
    keeper.keep(own)
    const before = { grant: keeper.grant, hash: own.grantHash }
    await sleep(inMs(GRANT_SECONDS - RENEW_SECONDS) - 2 * LOOK_MS)
    expect(own.grantHash, 'not sooner than needed').toBe(before.hash)
    facts.spent = 300n
    await sleep(LOOK_MS)
    expect(own.grantHash).not.toBe(before.hash)
    expect(own.maxPerMiner).toBe(1_300n)
    const { value } = keeper.grant
    expect(value.nonce).toBeGreaterThan(before.grant.value.nonce)
    const seconds = before.grant.value.notAfter
    const verdict = (grant: typeof before.grant): string =>
      judgeSession(domain, own.payer, own.session, ZERO_ADDRESS, grant, seconds)
    expect([verdict(before.grant), verdict(keeper.grant)]).toEqual(['expired', 'good'])
    const { notAfter: _, nonce, maxTotal: __, maxPerMiner: ___, ...terms } = value
    expect(new GrantFile(path).read(domain, terms, seconds)?.value.nonce).toBe(nonce)
  })

  it.each(['away', 'silent'])('stays as it is while the chain is %s, and is renewed when it answers', async (how) => {
    const { facts, failures, start, sleep, advance } = set()
    const keeper = await start()
    const before = keeper.grant
    if (how === 'away') facts.failure = away
    else facts.isSilent = true
    await sleep(inMs(RENEW_SECONDS))
    await advance(LOOK_MS)
    expect(keeper.grant).toBe(before)
    expect(failures.map(({ code }) => code)).toContain(how === 'away' ? 'CHAIN_UNREACHABLE' : 'TIMEOUT')
    facts.failure = undefined
    facts.isSilent = false
    await advance(LOOK_MS)
    await advance(LOOK_MS)
    expect(keeper.grant).not.toBe(before)
  })

  it.each([
    ['by the journal', { promised: 500n }],
    ['by the chain, after a restore', { spent: 500n }],
  ])('is renewed where half of what it allows is spent %s', async (_, spent) => {
    const path = join(temporaryFolder(), 'grant.bin')
    const first = await set(path).start()
    expect(first.grant.value.maxTotal).toBe(1_000n)
    const second = set(path)
    Object.assign(second.facts, spent)
    expect((await second.start()).grant.value.maxTotal).toBe(1_500n)
  })

  it('is kept where less than half is spent: each new one costs every miner its registration', async () => {
    const path = join(temporaryFolder(), 'grant.bin')
    const first = await set(path).start()
    const second = set(path)
    second.facts.promised = 499n
    expect((await second.start()).grant.value).toEqual(first.grant.value)
  })

  it('is looked at no more once it is let go of', async () => {
    const { facts, clock, failures, start, sleep } = set()
    const keeper = await start()
    facts.isSilent = true
    await sleep(inMs(RENEW_SECONDS))
    await keeper[Symbol.asyncDispose]()
    expect([clock.pending, failures]).toEqual([0, []])
  })
})
