import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { program } from '../../bootstrap/bin/commands.ts'
import { differences, README, transcriptIn } from '../support/documents/readme-transcript.ts'
import { sample } from '../support/engines/samples.ts'
import { CliProcess, cli } from '../support/processes/cli-process.ts'
import { runWords } from '../support/run-words.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const home = mkdtempSync(join(tmpdir(), 'aitbc-home-'))
beforeAll(() => {
  vi.stubEnv('HOME', home)
  vi.stubEnv('AITBC_LAN_DISCOVERY', 'off')
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true, force: true })
})
const env = { HOME: home }
/** Of the person whose home that is, in this process: a start of each command would take most of the time. */
const aitbc = (...words: string[]) => runWords(program, words)

const AMOUNT = String.raw`0\.\d{1,6}`
const TIME = String.raw`[\d.]+ (ms|s)`

describe('aitbc up --once', () => {
  test('finds miners for a picture and a text, shows what they answer and what stands behind it, and exits 0', async () => {
    const { code, out, err } = await cli(['up', '--once', '--data', temporaryFolder()], { env })
    expect(code, `${out.slice(-2_000)}\n${err.slice(-1_000)}`).toBe(0)
    expect(err).toContain('$ aitbc run characters --input')
    const answers = out.split(/(?=^German)/m)
    expect(answers).toHaveLength(2)
    expect(answers[0]).toMatch(/^A {2}\s*\d+\.\d %\n/)
    expect(answers[1]).toMatch(/^German \(de\)\s+\d+\.\d %\n/)
    for (const answer of answers) {
      expect(answer).toMatch(/^miner {4}0x[0-9a-f]{40}$/m)
      expect(answer).toMatch(
        /^chosen {3}the best, among [23] miners, by a chance of 100\.0 %; about .*, no score yet; ahead of 0x/m,
      )
      expect(answer).toMatch(new RegExp(`^price {4}${AMOUNT}$`, 'm'))
      expect(answer).toMatch(new RegExp(`^time {5}${TIME} in all; .* waiting and ${TIME} computing$`, 'm'))
      expect(answer).toMatch(
        /^receipt {2}output 0x[0-9a-f]{8}…[0-9a-f]{4}, signed in batch 0x[0-9a-f]{8}…[0-9a-f]{4}$/m,
      )
      expect(answer).toMatch(new RegExp(`^voucher {2}${AMOUNT} in all to this miner$`, 'm'))
      expect(answer).toMatch(/^job {6}[0-9a-f]{32} /m)
    }
    expect(answers[0]).toMatch(/^service {2}on time: (\d+|under 1) ms by 2 witnesses; 0\.001 owed$/m)
    expect(answers[1]).not.toMatch(/^service/m)
    // The market: the best begins to lie, is found, and gets no work any more.
    expect(out).toMatch(/^0x\S+ +[\d.]+ % .* the best$/m)
    // On a machine that has much to do it is the second, where the first was slow: then that one lies.
    const [, liar] = /^An audit found a false answer of (miner [12]) within \d+ jobs?; audits cost 0\.\d+\.$/m.exec(
      out,
    )!
    expect(out).toMatch(new RegExp(String.raw`^${liar} +0\.\d+ +\d+ +\d+ +0 +[1-9]\d* +[\d.]+ [CD]$`, 'm'))
    expect(out).toMatch(/^0x[0-9a-f]{40} +(in doubt|lies: no work) +0 +[1-9]/m)
    expect(out).toMatch(/^client, in escrow +100 +99\.\d+ +-0\.\d+$/m)
    expect(out).toMatch(new RegExp(String.raw`^${liar} +\d+ +\d+\.\d\d +\d+ % +[CD]$`, 'm'))
    expect(out).toMatch(/^published in \d+ bytes; 3 of 3 miners that heard it made it again .* to the same bytes$/m)
    expect(out).toMatch(/^nobody, fees to be burned +0 +0\.\d+ +\+0\.\d+$/m)
    for (const step of [
      'bootstrap peer',
      'chain',
      'contracts',
      'stakes and escrow',
      'miner 1',
      'miner 2',
      'miner 3',
      'client',
    ])
      expect(err).toMatch(new RegExp(`^ {2}${step} +${TIME}$`, 'm'))
    expect(err).not.toContain('"level"')
    // README.md shows such a run, line by line.
    expect(differences(transcriptIn(readFileSync(README, 'utf8')), { out, err })).toEqual([])
  })
})

describe('aitbc up', () => {
  test('stays up for commands in other terminals, and Ctrl-C ends it cleanly', async () => {
    await using up = new CliProcess(['up'], { env, ownGroup: true })
    await up.talksOf('The network stays up until Ctrl-C')

    const status = await aitbc('status')
    expect(status).toMatchObject({ code: 0, err: '' })
    expect(status.out).toMatch(/^node {5}aitbc up, client on local, up /m)
    expect(status.out).toMatch(/^spent {4}(0\.\d+) owed, \1 promised$/m)
    const rolesOfPeers = async (): Promise<readonly string[]> => {
      // A light peer hears of offers by asking for them, and a directory of one that came late when it is asked again.
      await aitbc('quote', 'characters')
      const { peers } = JSON.parse((await aitbc('peers', '--json')).out) as {
        readonly peers: readonly { role: string }[]
      }
      return peers.map(({ role }) => role).sort()
    }
    // A peer is a miner for who has heard its offer, which may come a moment after its connection.
    await expect.poll(rolesOfPeers, { timeout: 60_000 }).toEqual(['bootstrap', 'miner', 'miner', 'miner'])
    // Whoever answered falsely in the story is in doubt, or was caught so often that it is asked nothing.
    const quoteOf = async (model: string) => JSON.parse((await aitbc('quote', model, '--json')).out)
    const [quote, other] = [await quoteOf('characters'), await quoteOf('languages')]
    expect([quote.offers.length + quote.barred.length, other.offers.length + other.barred.length]).toEqual([3, 2])
    expect(quote.offers.length).toBeGreaterThanOrEqual(2)
    const models = JSON.parse((await aitbc('models', '--json')).out).network as { name: string; miners: object[] }[]
    expect(models.map(({ name, miners }) => [name, miners.length]).sort()).toEqual([
      ['characters', quote.offers.length],
      ['languages', other.offers.length],
    ])

    const doctor = await aitbc('doctor')
    expect(doctor.out).toMatch(/^11 ✓ bootstrap peers {2}1 of 1 of local answer/m)
    expect(doctor.out).toMatch(/^12 ✓ node +runs as client with \d peers$/m)
    expect([0, 6]).toContain(doctor.code)

    expect(quote).toMatchObject({ modelName: 'characters', directories: expect.any(Number) })
    const prices = new Map(quote.offers.map(({ miner, price }: { miner: string; price: string }) => [miner, price]))
    const { gpus } = JSON.parse((await aitbc('gpu', 'find', 'characters', '--latency-max', '5s', '--json')).out)
    expect(new Set(gpus.map(({ miner }: { miner: string }) => miner))).toEqual(new Set(prices.keys()))
    const nowhere = await aitbc('gpu', 'find', 'characters', '--region', 'mars')
    expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringContaining('mars')])
    const dear = await aitbc('quote', 'characters', '--price-max', '0.000001')
    expect([dear.code, dear.out.split('\n')[0]]).toEqual([1, expect.stringContaining('none within this budget')])

    const answer = await aitbc('run', 'characters', '--input', sample('letter-R.png'), '--json')
    const { job, answers, miner, price } = JSON.parse(answer.out)
    expect(price).toBe(prices.get(miner))
    expect(answers[0][0].label).toBe('R')
    // An audit of it may stand above it.
    expect((await aitbc('jobs')).out).toMatch(
      new RegExp(`^${job} +characters +answered +[\\d.]+ m?s +1 +0\\.00(15|2) `, 'm'),
    )
    const story = await aitbc('jobs', 'show', job.slice(0, 8))
    for (const word of ['paid', 'receipt checked', '1 attempt']) expect(story.out).toContain(word)
    expect(story.out).not.toContain('UNSETTLED')

    const second = await cli(['up', '--once'], { env })
    expect(second).toEqual({
      code: 1,
      out: '',
      err: `✗ Another node (process ${up.child.pid}) uses the data folder ${join(home, '.local/share/aitbc')}.\n  Next: Stop it with aitbc stop, or choose another folder with --data.\n`,
    })

    up.ctrlC()
    const { code, err } = await up.end()
    expect(code).toBe(0)
    expect(err).toMatch(/\d+ answers, 0\.\d+ spent\.\nThe network is down\.\n/)
    // Nothing of it is left: no word of an engine that was lost, no mark of an unclean end, nobody who answers.
    expect(err).not.toMatch(/engine|"level"/)
    expect(existsSync(join(home, '.local/share/aitbc/running.json'))).toBe(false)
    expect(await aitbc('status')).toMatchObject({ code: 5, err: expect.stringContaining('aitbc up') })
    // Its jobs can still be told of.
    expect(JSON.parse((await aitbc('jobs', '--json')).out).jobs.length).toBeGreaterThan(3 + 12)
  })

  test('answers programs over HTTP, ends at aitbc stop, and again shows what earlier jobs were paid', async () => {
    await using up = new CliProcess(['up', '--json'], { env })
    await up.talksOf('The network stays up until Ctrl-C')
    const [first] = up.said.out.split('\n')
    // The counters belong to the keys, which were kept: this job comes on top of the one or two that the cheapest miner ran.
    expect(Number(JSON.parse(first!).voucher.cumulative)).toBeGreaterThan(1_000)
    await up.talksOf('Gateway for programs')
    // Programs ask its gateway, with the key that the owner can read.
    const [url] = /http:\/\/127\.0\.0\.1:\d+\/v2/.exec(up.said.err)!
    const authorization = `Bearer ${(await aitbc('config', 'api-key')).out.trim()}`
    const model = await fetch(`${url}/models/characters`, { headers: { authorization } })
    expect(await model.json()).toMatchObject({ name: 'characters', inputs: [{ shape: [-1, 1, 28, 28] }] })
    expect((await fetch(`${url}/models/characters`)).status).toBe(401)
    expect((await aitbc('status')).out).toContain(`gateway  ${url}`)
    expect(await aitbc('stop')).toMatchObject({ code: 0, out: 'The node is down.\n' })
    expect((await up.end()).code).toBe(0)
    expect(await aitbc('stop')).toMatchObject({ code: 5 })
  })

  test('that is interrupted while it starts leaves nothing behind', async () => {
    const folder = temporaryFolder()
    await using up = new CliProcess(['up', '--data', folder], { env })
    await up.talksOf('miner 1')
    up.child.kill('SIGINT')
    expect((await up.end()).code).toBe(130)
    expect(existsSync(join(folder, 'local/miner-1/running.json'))).toBe(false)
    expect((await aitbc('status', '--data', folder)).code).toBe(5)
  })

  test('without a network says how to start one', async () => {
    const { code, err } = await aitbc(
      'run',
      'characters',
      '--input',
      sample('letter-A.png'),
      '--data',
      temporaryFolder(),
    )
    expect(code).toBe(1)
    expect(err).toBe(
      '✗ The network local names no bootstrap peer to join it by.\n' +
        '  Next: Start a network on this machine with aitbc up, or name the file of another one with --network.\n',
    )
  })
})
