import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loopedPerceptronModel, sumAndDifferenceModel } from '../support/engines/onnx-models.ts'
import { sample } from '../support/engines/samples.ts'
import { CliNetwork, type MinerProcess } from '../support/processes/cli-network.ts'
import { type CliResult, cli, withoutProgress } from '../support/processes/cli-process.ts'

/** Two to three seconds of one processor, measured: long enough to be killed in, short enough to be waited for. */
const WIDTH = 512
const ROUNDS = 100_000

let net: CliNetwork
let cheap: MinerProcess
let dear: MinerProcess

const path = (name: string): string => join(net.folder, name)
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(path(name), content)
  return name
}
const json = (result: CliResult) => JSON.parse(result.out)
const story = async (job: string) => json(await net.run(['jobs', 'show', job, '--json']))

beforeAll(async () => {
  net = await CliNetwork.start()
  write('slow.onnx', loopedPerceptronModel(WIDTH, ROUNDS))
  write('sums.onnx', sumAndDifferenceModel())
  write('slow.json', JSON.stringify({ x: [new Array(WIDTH).fill(0.5)] }))
  const models = ['characters', 'languages', 'slow.onnx', 'sums.onnx']
  ;[cheap, dear] = await Promise.all([net.miner('cheap', models, '0.001'), net.miner('dear', models, '0.002')])
})
afterAll(() => net[Symbol.asyncDispose]())

describe('a client of miners in other processes', () => {
  test('is told what is on a picture', async () => {
    const { code, out, err } = await net.run(['run', 'characters', '--input', sample('letter-R.png')])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^R {2}/)
    expect(out).toContain('UNSETTLED')
  })

  test('is told what language a text is in, given as a word, a file or on standard input', async () => {
    const given = ['Wo bitte geht es hier zum Bahnhof?', sample('de.txt'), '-']
    for (const input of given) {
      const result = await net.run(
        ['run', 'languages', '--input', input, '--json'],
        readFileSync(sample('de.txt'), 'utf8'),
      )
      expect(json(result).answers[0][0].label, input).toBe('German (de)')
    }
  })
})

describe('a request that cannot be met', () => {
  const characters = ['run', 'characters', '--input', sample('letter-A.png')]

  test('of a miner that is no client, says whom to ask instead', async () => {
    const here = { env: net.env, folder: net.folder }
    const { code, err } = await cli([...characters, '--data', cheap.dataFolder], here)
    expect(code).toBe(1)
    expect(err).toContain('✗ The node that runs on this folder is only miner, and this needs the role client.')
    const models = await cli(['models', '--data', cheap.dataFolder], here)
    expect(models.out).toContain('It has no client role')
  })

  test('in a network whose bootstrap peer is away, says so', async () => {
    const away = readFileSync(net.networkPath, 'utf8').replace(/tcp\/\d+/, 'tcp/1')
    const words = ['--data', path('lonely'), '--network', write('away.json', away)]
    const { code, err } = withoutProgress(await cli([...characters, ...words], { env: net.env, folder: net.folder }))
    expect(code).toBe(1)
    expect(err).toBe(
      '✗ No peer of the network local was found.\n' +
        '  Next: Check that one of its bootstrap peers runs and can be reached from here (aitbc config get bootstrap), or name any peer of it with --peer.\n',
    )
  })
})

describe('a client whose bootstrap peers are all away', () => {
  const away = () => write('away.json', readFileSync(net.networkPath, 'utf8').replace(/tcp\/\d+/, 'tcp/1'))
  const run = (...more: string[]) =>
    cli(
      ['run', 'characters', '--input', sample('letter-A.png'), '--data', path('entered'), '--network', away(), ...more],
      { env: net.env, folder: net.folder },
    )

  test('enters by one peer that is named, and by the peers that it met from then on', async () => {
    const { addresses } = json(
      await cli(['status', '--data', cheap.dataFolder, '--json'], { env: net.env, folder: net.folder }),
    )
    expect(await run('--peer', addresses[0])).toMatchObject({ code: 0, out: expect.stringContaining('A') })
    expect(existsSync(path('entered/known-peers.json'))).toBe(true)
    expect(await run()).toMatchObject({ code: 0, out: expect.stringContaining('A') })
  })
})

describe('a miner that its owner pauses', () => {
  const at = (folder: string, ...words: string[]) =>
    cli([...words, '--data', folder], { env: net.env, folder: net.folder })

  test('leaves the market at once, says so, and comes back', async () => {
    const paused = await at(cheap.dataFolder, 'pause', '--for', '2h')
    expect(paused).toMatchObject({ code: 0, err: '' })
    expect(paused.out).toMatch(/^Out of the market until \d{4}-\d\d-\d\dT/)
    const status = await at(cheap.dataFolder, 'status')
    expect(status.out).toMatch(/offer withdrawn: paused until \d{4}/)
    expect(status.out).toMatch(/^next +Paused: aitbc resume/m)
    const job = ['run', 'characters', '--input', sample('letter-R.png'), '--json']
    expect(json(await net.run(job))).toMatchObject({ price: '2000' })
    expect(json(await at(cheap.dataFolder, 'resume', '--json'))).toMatchObject({ paused: false, holds: [] })
    expect(json(await at(cheap.dataFolder, 'status', '--json'))).toMatchObject({ offer: { paused: false } })
    await expect.poll(async () => json(await net.run(job)).price).toBe('1000')
  })

  test('is asked for its reason where the pause makes no sense', async () => {
    const long = await at(cheap.dataFolder, 'pause', '--for', '60d')
    expect(long.code).toBe(2)
    expect(long.err).toMatch(/^✗ /)
  })
})

describe('a miner in the middle of a job', () => {
  const slow = ['run', 'slow', '--input', 'slow.json', '--policy', 'cost', '--json']

  test('that is told to stop gives its answer first', async () => {
    const third = await net.miner('third', ['slow.onnx'], '0.0001')
    // Who has met the others gives a new name a small part of its jobs; to who has met nobody the cheapest is the best.
    await using client = net.process([...slow, '--data', path('newcomer'), '--network', net.networkPath])
    await expect.poll(third.running).toBe(1)
    third.process.child.kill('SIGTERM')
    const { code, out } = await client.end()
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ attempts: 1, price: '100', problem: null })
    const ended = await third.process.end()
    expect(ended.code).toBe(0)
    expect(ended.err).not.toContain('job:aborted')
  })

  test('that is killed costs another attempt, and not the answer', async () => {
    await using client = net.client(slow)
    await expect.poll(cheap.running).toBe(1)
    cheap.process.child.kill('SIGKILL')
    const { code, out } = await client.end()
    expect(code).toBe(0)
    const answer = JSON.parse(out)
    expect(answer).toMatchObject({ price: '2000', problem: null, receipt: { price: '2000' }, outputs: [{ name: 'y' }] })
    expect(answer.attempts).toBeGreaterThan(1)

    const told = await story(answer.job)
    expect(told).toMatchObject({ state: 'answered', modelName: 'slow' })
    expect(told.attempts[0]).toMatchObject({ price: '1000', error: { code: expect.any(String) } })
    expect(told.attempts.at(-1)).toMatchObject({ price: '2000', state: 'paid', miner: answer.miner })
    const text = await net.run(['jobs', 'show', answer.job])
    expect(text.out).toMatch(/^attempt 2 /m)
    expect(text.out).toMatch(/^error +\S/m)
    expect(text.err).toBe('')
  })

  test('that was killed starts again on its folder, says that the end was unclean, and works', async () => {
    expect(existsSync(join(cheap.dataFolder, 'running.json'))).toBe(true)
    const again = await net.miner('cheap', ['characters'], '0.0005')
    expect(again.process.said.err).toContain('"unclean":true')
    const result = json(await net.run(['run', 'characters', '--input', sample('letter-k.png'), '--json']))
    expect(result).toMatchObject({ price: '500', problem: null })
    expect(result.answers[0][0].label).toBe('k')
  })

  test('that was the last one leaves the reason with the client', async () => {
    copyFileSync(path('slow.onnx'), path('last.onnx'))
    dear.process.child.kill('SIGTERM')
    await dear.process.end()
    const { code, err } = await net.run(['run', 'slow', '--input', 'slow.json'])
    expect(code).toBe(1)
    expect(err).toMatch(/^✗ (Nobody here knows the model slow|No miner can run slow right now)/)
  })
})
