import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { program } from '../../bootstrap/bin/commands.ts'
import { AITBC, CliProcess, cli } from '../support/processes/cli-process.ts'
import { runWords } from '../support/run-words.ts'

const folder = mkdtempSync(join(tmpdir(), 'aitbc-money-'))
const env = { HOME: folder }
const dataFolder = join(folder, '.local/share/aitbc')
const networkPath = join(dataFolder, 'local/network.json')
/** Whose keys lie there: the owner of the cheapest miner of pictures. */
const minerFolder = join(dataFolder, 'local/miner-1')
// Whoever asks is the person whose home that is, in this process: a start of each command would take most of the time.
beforeAll(() => void vi.stubEnv('HOME', folder))
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

// biome-ignore lint/suspicious/noExplicitAny: the shapes of JSON are what is looked at
async function done(...words: readonly string[]): Promise<any> {
  const { code, out, err } = await runWords(program, [...words, '--json'])
  expect(code, `${words.join(' ')}: ${err}`).toBe(0)
  return JSON.parse(out)
}
const asOwner = (...words: readonly string[]) => done(...words, '--data', minerFolder, '--network', networkPath)

async function failing(...words: readonly string[]): Promise<readonly [number | null, string]> {
  const { code, out, err } = await runWords(program, [...words, '--json'])
  expect(out).toBe('')
  return [code, JSON.parse(err.trim().split('\n').at(-1)!).error.code]
}

describe('beside a network of this machine', () => {
  let up: CliProcess
  let chain: string
  let income: bigint
  beforeAll(async () => {
    up = new CliProcess(['up'], { env, folder })
    await up.talksOf('The network stays up until Ctrl-C')
    chain = JSON.parse(readFileSync(networkPath, 'utf8')).chain.endpoints[0]
  })
  afterAll(() => up[Symbol.asyncDispose]())

  async function ask(method: string, ...params: readonly unknown[]): Promise<void> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const answer = await fetch(chain, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect(await answer.json()).toHaveProperty('result')
  }
  async function moveTime(seconds: number): Promise<void> {
    await ask('evm_increaseTime', seconds)
    await ask('evm_mine')
  }

  test('the client sees its escrow without naming the network, and moves it', async () => {
    // Its jobs were paid out of what is there for strangers, those of audits with them: how many those are is chance.
    const { spent } = await done('status')
    expect(BigInt(spent.promised)).toBeGreaterThan(2_500n)
    expect(await done('escrow')).toMatchObject({
      balance: '36000000',
      owed: '0',
      strangers: { deposit: String(64_000_000n - BigInt(spent.promised)), drawers: 3 },
      channels: [],
      tokens: '0',
    })
    expect(await failing('escrow', 'deposit', '1', '--yes')).toEqual([1, 'TOKENS_SHORT'])
    const dry = await done('escrow', 'thaw', '6', '--dry-run')
    expect(dry.transactions).toMatchObject([{ gas: expect.any(String) }])
    expect((await done('escrow')).thawing).toBe('0')
    await done('escrow', 'thaw', '6', '--yes')
    expect(await failing('escrow', 'withdraw', '--yes')).toEqual([1, 'NOT_THAWED'])
    await moveTime(61)
    await done('escrow', 'withdraw', '--yes')
    await done('escrow', 'deposit', '2', '--yes')
    expect(await done('escrow')).toMatchObject({ balance: '32000000', tokens: '4000000' })
  })

  test('the owner of a miner sees what it has earned, and takes it out when evidence cannot reach it any more', async () => {
    const earned = await asOwner('earnings')
    expect(earned).toMatchObject({ settles: true, unredeemed: { vouchers: 0 } })
    const sum = earned.locked.reduce((all: bigint, { amount }: { amount: string }) => all + BigInt(amount), 0n)
    income = sum + BigInt(earned.withdrawable)
    // Of each thousandth a hundredth is burned.
    expect(income).toBeGreaterThan(990n)
    expect(income % 990n).toBe(0n)
    await moveTime(140)
    expect((await asOwner('earnings', 'withdraw', '--yes')).changes).toContainEqual({
      figure: 'tokens.owner',
      before: '0',
      after: String(income),
    })
  })

  test('stake thaws, is paid out, and goes back in', async () => {
    expect(await asOwner('stake')).toMatchObject({ total: '100000000', thawing: '0', tombstoned: false })
    await asOwner('unstake', '40', '--yes')
    await moveTime(151)
    expect((await asOwner('withdraw', '--yes')).transactions).toHaveLength(1)
    await asOwner('stake', '15', '--yes')
    expect(await asOwner('stake')).toMatchObject({ total: '75000000', thawing: '0' })
    const { keys } = await asOwner('wallet', '--balances')
    const owner = keys.find(({ kind }: { kind: string }) => kind === 'owner')
    expect(BigInt(owner.tokens) % 1_000_000n).toBe(income)
    expect(BigInt(owner.tokens) / 1_000_000n).toBe(25n)
  })

  test('and the jobs go on under all of it', async () => {
    const picture = join(AITBC, '../../../node/models/shipped/characters/samples/letter-R.png')
    const { answers, settles } = await done('run', 'characters', '--input', picture)
    expect([answers[0][0].label, settles]).toEqual(['R', true])
  })
})

test('aitbc demo slash: a miner contradicts itself, and loses stake, name and work, and no credit is lost', async () => {
  const { code, out, err } = await cli(['demo', 'slash', '--json'], { env, folder })
  expect(code, err).toBe(0)
  const { books, ...told } = JSON.parse(out)
  expect(told).toMatchObject({
    operator: expect.stringMatching(/^0x[0-9a-f]{40}$/),
    owner: expect.stringMatching(/^0x[0-9a-f]{40}$/),
    tombstoned: true,
    droppedBy: ['client', 'witness'],
  })
  expect(Number(told.rewardPayableFrom) * 1_000).toBeGreaterThan(Date.now())
  const changes = Object.fromEntries(
    books.map(({ who, what, before, after }: Record<string, string>) => [
      `${who}, ${what}`,
      BigInt(after!) - BigInt(before!),
    ]),
  )
  // At least ten token units of the stake, whatever its twentieth: one part of five is for who showed it, twice the price of the job for its
  // payer, and the rest is burned.
  expect(changes).toMatchObject({
    'liar, staked': -10_000_000n,
    'witness, staked': 0n,
    'client, in escrow': 0n,
    'nobody, fees to be burned': 7_998_000n,
    'reporters, rewards that wait': 2_002_000n,
    'everybody else, tokens': 0n,
  })
  expect([told.reward, told.madeWhole]).toEqual(['2000000', '2000'])
})
