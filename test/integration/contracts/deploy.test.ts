import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contractsCommand } from '../../../bootstrap/deploy/contracts-command.ts'
import { deploymentPath } from '../../../bootstrap/deploy/deployment-file.ts'
import { EmbeddedChain, LOCAL_CHAIN_ID } from '../../../bootstrap/localnet/embedded-chain.ts'
import { encodeCall, functionSelector } from '../../../contracts/binding/contract-codec.ts'
import { accessManager } from '../../../contracts/generated/access-manager.ts'
import { stakeVault } from '../../../contracts/generated/stake-vault.ts'
import { openMoneyDesk } from '../../../node/chain/open-money-desk.ts'
import { walletCommand } from '../../../node/cli/wallet/wallet-command.ts'
import { type NetworkFile, parseNetworkFile } from '../../../node/config/network-file.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { handOn, RpcServer } from '../../support/chain/rpc-server.ts'
import { CliProcess } from '../../support/processes/cli-process.ts'
import { NETWORKS, programOf, runWords } from '../../support/run-words.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const COIN = 10n ** 18n
const GOVERNOR = `0x${'60'.repeat(20)}` as Address
const program = programOf(walletCommand(openMoneyDesk), contractsCommand)
const chainFolder = mkdtempSync(join(tmpdir(), 'aitbc-deploy-'))
let chain: EmbeddedChain

beforeAll(async () => {
  chain = await EmbeddedChain.start({ folder: chainFolder, blockSeconds: 1, atOnce: true })
})
afterAll(async () => {
  await chain[Symbol.asyncDispose]()
  rmSync(chainFolder, { recursive: true, force: true })
})

/** A network file that names a chain and no contracts, a data folder with an owner, and what is said to them. */
async function founder(changes: object = {}, coin = COIN) {
  const folder = temporaryFolder()
  const path = join(folder, 'mesh.json')
  const shipped = JSON.parse(readFileSync(join(NETWORKS, 'local.json'), 'utf8'))
  const onChain = { kind: 'rpc', endpoints: [chain.url], periodSeconds: 1, confirmations: 2 }
  writeFileSync(path, JSON.stringify({ ...shipped, networkId: 'founded', chain: onChain, ...changes }))
  const data = join(folder, 'data')
  const words = (line: string): readonly string[] => [...line.split(' '), '--data', data, '--network', path, '--json']
  const aitbc = (line: string) => runWords(program, words(line))
  const made = JSON.parse((await aitbc('wallet new owner --no-passphrase')).out)
  const owner = made.address as Address
  await chain.fund(owner, coin)
  const file = (): NetworkFile => parseNetworkFile(JSON.parse(readFileSync(path, 'utf8')), path)
  return { path, owner, aitbc, words, file, data }
}

const nonceOf = async (account: string): Promise<number> =>
  Number(await chain.ask('eth_getTransactionCount', [account, 'latest']))

async function failure(run: Promise<{ code: number; err: string }>): Promise<readonly [number, string, string]> {
  const { code, err } = await run
  const { error } = JSON.parse(err.trim().split('\n').at(-1)!)
  return [code, error.code, error.message]
}

const findings = (out: string): readonly { what: string; state: string; found: string }[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

/** As an account that this machine has no key of. */
async function sendAs(from: Address, to: string, data: string): Promise<void> {
  await chain.fund(from, COIN)
  await chain.ask('anvil_impersonateAccount', [from])
  const hash = await chain.ask('eth_sendTransaction', [{ from, to, data, gas: '0xf4240' }])
  const status = async (): Promise<string | undefined> =>
    ((await chain.ask('eth_getTransactionReceipt', [hash])) as { status: string } | null)?.status
  await expect.poll(status, { interval: 20 }).toBe('0x1')
}

test('a deployment with production windows is written into the network file, and a check finds nothing wrong', async () => {
  const { aitbc, owner, file, path } = await founder()
  const priced = JSON.parse((await aitbc('contracts deploy --preset production --dry-run')).out)
  expect(priced).toMatchObject({ dryRun: true, deployer: owner, governor: owner })
  expect(await nonceOf(owner)).toBe(0)
  expect(file().contractSets).toEqual([])

  const { code, out, err } = await aitbc(`contracts deploy --preset production --governor ${GOVERNOR} --yes`)
  expect(code, err).toBe(0)
  const made = JSON.parse(out)
  expect(made.steps).toHaveLength(15)
  expect(await nonceOf(owner)).toBe(15)
  expect(file().contractSets).toEqual([made.set])

  const gas = made.steps.map(({ gasUsed }: { gasUsed: string }) => BigInt(gasUsed))
  priced.steps.forEach((step: { what: string; gas: string }, i: number) => {
    expect(BigInt(step.gas), `${step.what} took ${gas[i]}`).toBeGreaterThanOrEqual(gas[i]!)
    expect(Number(step.gas), `${step.what} took ${gas[i]}`).toBeLessThan(Number(gas[i]) * 1.2 + 90_000)
  })

  const checked = await aitbc(`contracts check --preset production --governor ${GOVERNOR}`)
  expect(checked.code, checked.out).toBe(0)
  const seen = new Map(findings(checked.out).map(({ what, found }) => [what, found]))
  expect(Object.fromEntries(seen)).toMatchObject({
    courts: `${made.set.evidenceSlasher}, ${made.set.leaseSlasher}`,
    admin: GOVERNOR,
    "wait of the admin's changes": '18 d',
    'wait of a new court': '18 d',
    'thaw of stake': '14 d',
    'evidence is taken for': '12 d',
    'thaw of escrow': '3 d',
    'revocation of a key': '3 d',
    preset: 'production',
  })
  expect(existsSync(deploymentPath(path))).toBe(true)
}, 60_000)

test('a second deployment makes the first set redeemable only, and a plain token is taken over', async () => {
  const { aitbc, file, owner } = await founder()
  await aitbc('contracts deploy --preset local --yes')
  const [first] = file().contractSets
  const { code, err } = await aitbc(
    `contracts deploy --preset local --token ${first!.token} --token-burns --name second --yes`,
  )
  expect(code, err).toBe(0)
  expect(file().contractSets).toMatchObject([
    { name: 'v1', redeemOnly: true },
    { name: 'second', redeemOnly: false, token: first!.token },
  ])
  expect(await nonceOf(owner)).toBe(14 + 13)
  expect((await aitbc('contracts check --set v1')).code).toBe(0)
  expect((await aitbc('contracts check --set v7')).code).toBe(2)
}, 60_000)

describe('a deployment that is killed', () => {
  test('at any step goes on where it stopped, sends nothing twice, and leaves the same contracts', async () => {
    const { words, owner, path, file, aitbc } = await founder()
    const progress = deploymentPath(path)
    const line = words('contracts deploy --preset local --yes')
    const reached = (): number => (existsSync(progress) ? JSON.parse(readFileSync(progress, 'utf8')).steps.length : 0)
    for (const steps of [1, 3, 4, 7, 8, 11]) {
      await using process = new CliProcess(line)
      const ended = process.end()
      let isOver = false
      void ended.then(() => {
        isOver = true
      })
      await expect.poll(() => isOver || reached() >= steps, { timeout: 30_000, interval: 5 }).toBe(true)
      process.child.kill('SIGKILL')
      await ended
      expect(file().contractSets).toEqual([])
    }
    const { code, out, err } = await aitbc('contracts deploy --preset local --yes')
    expect(code, err).toBe(0)
    expect(await nonceOf(owner)).toBe(14)
    const { steps } = JSON.parse(out)
    expect(new Set(steps.map(({ hash }: { hash: string }) => hash)).size).toBe(14)
    expect((await aitbc('contracts check --preset local')).code).toBe(0)
  }, 120_000)

  test('is taken up by who has lost the transactions of the first machine: contracts that are there are used', async () => {
    const { words, owner, path, aitbc, data } = await founder()
    await using process = new CliProcess(words('contracts deploy --preset local --yes'))
    const progress = deploymentPath(path)
    const steps = (): readonly { done: boolean }[] =>
      existsSync(progress) ? JSON.parse(readFileSync(progress, 'utf8')).steps : []
    await expect.poll(() => steps().filter(({ done }) => done).length >= 4, { timeout: 30_000, interval: 5 }).toBe(true)
    process.child.kill('SIGKILL')
    await process.end()
    const before = await nonceOf(owner)
    rmSync(join(data, 'wallet'), { recursive: true })
    const { code, err } = await aitbc('contracts deploy --preset local --yes')
    expect(code, err).toBe(0)
    expect(before).toBeGreaterThanOrEqual(4)
    expect(await nonceOf(owner)).toBeLessThanOrEqual(15)
    expect((await aitbc('contracts check')).code).toBe(0)
  }, 60_000)

  test('is not taken up with other terms', async () => {
    const { words, path, aitbc } = await founder()
    await using process = new CliProcess(words('contracts deploy --preset local --yes'))
    await expect.poll(() => existsSync(deploymentPath(path)), { timeout: 30_000, interval: 5 }).toBe(true)
    process.child.kill('SIGKILL')
    await process.end()
    const [code, name, message] = await failure(aitbc('contracts deploy --preset production --yes'))
    expect([code, name]).toEqual([1, 'DEPLOYMENT_OTHER'])
    expect(message).toContain('preset')
  }, 60_000)
})

describe('is refused before anything is sent', () => {
  test('on another chain than the network file says', async () => {
    const { aitbc, owner } = await founder({ chainId: Number(LOCAL_CHAIN_ID) + 1 })
    expect((await failure(aitbc('contracts deploy --preset local --yes')))[1]).toBe('CHAIN_WRONG')
    expect(await nonceOf(owner)).toBe(0)
  })

  test('without enough gas money, saying how much is missing', async () => {
    const { aitbc, owner } = await founder({}, 1_000n)
    const [code, name, message] = await failure(aitbc('contracts deploy --preset local --yes'))
    expect([code, name]).toEqual([1, 'GAS_SHORT'])
    expect(message).toContain(owner)
    expect((await aitbc('contracts deploy --preset local --dry-run')).code).toBe(0)
  })

  test.each([
    [`--token 0x${'77'.repeat(20)}`, 'CONTRACT_CODE'],
    [`--token-burns`, 'COMMAND_LINE'],
    [`--token 0x12`, 'COMMAND_LINE'],
    [`--rpc ftp://x`, 'COMMAND_LINE'],
    [`--rpc http://127.0.0.1:9`, 'CHAIN_UNREACHABLE'],
  ])('with %s', async (words, code) => {
    const { aitbc, owner } = await founder()
    expect((await failure(aitbc(`contracts deploy --preset local --yes ${words}`)))[1]).toBe(code)
    expect(await nonceOf(owner)).toBe(0)
  })

  test('in a network that a table stands in for, and in one of the program itself', async () => {
    const { aitbc, data } = await founder({
      chain: JSON.parse(readFileSync(join(NETWORKS, 'local.json'), 'utf8')).chain,
    })
    expect((await failure(aitbc('contracts deploy --preset local --yes')))[1]).toBe('NOTHING_SETTLES')
    const shipped = ['contracts', 'deploy', '--preset', 'local', '--network', 'local', '--data', data, '--json']
    expect((await failure(runWords(program, shipped)))[1]).toBe('COMMAND_LINE')
  })
})

describe('a check fails', () => {
  test('where a court of somebody else was appointed, where a function was opened, and where other code lies', async () => {
    const { aitbc, owner, file, path } = await founder()
    await aitbc('contracts deploy --preset local --yes')
    const set = file().contractSets[0]!
    const bad = async (): Promise<readonly string[]> =>
      findings((await aitbc('contracts check')).out)
        .filter(({ state }) => state === 'fail')
        .map(({ what }) => what)
    expect(await bad()).toEqual([])

    // The governor's changes wait, so time is moved on.
    const slash = functionSelector(stakeVault, 'slash')
    const changes = [
      encodeCall(accessManager, 'grantRole', [1n, GOVERNOR, 0n]),
      encodeCall(accessManager, 'setTargetFunctionRole', [set.stakeVault, [slash], 2n ** 64n - 1n]),
    ]
    for (const change of changes) {
      await sendAs(owner, set.accessManager, encodeCall(accessManager, 'schedule', [set.accessManager, change, 0n]))
    }
    await chain.ask('evm_increaseTime', [200])
    await chain.ask('evm_mine', [])
    for (const change of changes) await sendAs(owner, set.accessManager, change)
    expect(await bad()).toEqual(['courts', 'who may StakeVault.slash'])

    const swapped = { ...set, stakeVault: set.escrow }
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), contractSets: [swapped] }))
    expect(await bad()).toEqual(['code of stakeVault'])
    expect((await aitbc('contracts check')).code).toBe(1)
  }, 60_000)

  test('where there are no contracts to check', async () => {
    const { aitbc } = await founder()
    expect((await failure(aitbc('contracts check')))[1]).toBe('CONTRACTS_MISSING')
  })

  test('right behind a deployment too: the network file then names no contracts', async () => {
    const windowAsked = functionSelector(stakeVault, 'thawSeconds')
    const endpoint = await RpcServer.start((asked) =>
      asked.method === 'eth_call' && (asked.params[0] as { data?: string }).data === windowAsked
        ? { result: `0x${'0'.repeat(63)}7` }
        : handOn(chain.url, asked),
    )
    const { aitbc, file } = await founder()
    const [code, name, message] = await failure(aitbc(`contracts deploy --preset local --rpc ${endpoint.origin} --yes`))
    expect([code, name, message]).toEqual([1, 'CONTRACTS_FAULTY', expect.stringContaining('thaw of stake')])
    expect(file().contractSets).toEqual([])
  }, 60_000)

  test('with a token of other decimals', async () => {
    const { aitbc, owner } = await founder()
    // A contract that answers 18 to everything.
    const token = `0x${'18'.repeat(20)}`
    await chain.ask('anvil_setCode', [token, '0x601260005260206000f3'])
    const [, name, message] = await failure(aitbc(`contracts deploy --preset local --token ${token} --yes`))
    expect([name, message]).toEqual(['CONTRACT_CODE', expect.stringContaining('18 decimals')])
    expect(await nonceOf(owner)).toBe(0)
  })
})
