import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { networksFolder } from '../../node/config/networks-folder.ts'
import { cli } from '../support/processes/cli-process.ts'
import { hasTerminals, TerminalProcess } from '../support/processes/terminal-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let env: Readonly<Record<string, string>>
let file: string
beforeEach(() => {
  const home = temporaryFolder()
  env = { HOME: home, AITBC_PORT: '0', AITBC_WEBSOCKET_PORT: '0' }
  file = join(home, '.local', 'share', 'aitbc', 'config.json')
})
const written = () => JSON.parse(readFileSync(file, 'utf8'))

describe.skipIf(!hasTerminals)('aitbc alone on a new machine, on a terminal,', () => {
  test('asks five questions, writes the answers at once, starts the node, and later shows how it stands', async () => {
    await using terminal = new TerminalProcess([], env)
    await terminal.says('What is this node called')
    terminal.type('desk\r')
    await terminal.says('Which network')
    terminal.type('\r')
    await terminal.says('Which models')
    terminal.type('characters\r')
    await terminal.says('cost')
    terminal.type('0.002\r')
    await terminal.says('Start it now? [yes]')
    expect(existsSync(file)).toBe(false)
    terminal.type('\r')
    await terminal.says('Ctrl-C stops it')
    expect(written()).toEqual({ name: 'desk', network: 'local', models: 'characters', basePrice: '0.002' })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(terminal.said).toContain('desk is up: miner + client + router on local')
    const status = await cli([], { env })
    expect([status.code, status.out]).toEqual([
      6,
      expect.stringMatching(/^node +desk, miner \+ client \+ router on local/),
    ])
    terminal.type('\u0003')
    expect(await terminal.end()).toBe(0)
    expect(await cli([], { env })).toMatchObject({ code: 5, err: expect.stringContaining('aitbc start') })
  })

  test('says what is wrong with an answer, and asks again', async () => {
    await using terminal = new TerminalProcess(['setup', '--no-start'], env)
    await terminal.says('called')
    terminal.type(`${'x'.repeat(65)}\r`)
    await terminal.says('longer than 64 characters')
    terminal.type('\r')
    await terminal.says('Which network')
    terminal.type('nowhere.json\r')
    await terminal.says('nowhere.json')
    const network = join(temporaryFolder(), 'mesh.json')
    writeFileSync(network, readFileSync(join(networksFolder(), 'local.json')))
    terminal.type(`${network}\r`)
    await terminal.says('Which models')
    terminal.type('resnet\r')
    await terminal.says('is called resnet')
    terminal.type('none\r')
    await terminal.says('cost')
    terminal.type('cheap\r')
    await terminal.says('it is no amount')
    terminal.type('\r')
    expect(await terminal.end()).toBe(0)
    expect(written()).toMatchObject({ network, roles: 'client', listen: '', models: '', basePrice: 'none' })
    expect(written().name).toBe(hostname().split('.')[0])
    expect(terminal.said).toContain('Next: aitbc start')
  })

  test.each([
    ['Ctrl-C', '\u0003', 130],
    ['the end of its input', '\u0004', 3],
  ])('leaves everything as it is at %s', async (_, keys, code) => {
    await using terminal = new TerminalProcess([], env)
    await terminal.says('called')
    terminal.type('desk\r')
    await terminal.says('Which network')
    terminal.type(keys)
    expect(await terminal.end()).toBe(code)
    expect(existsSync(file)).toBe(false)
  })

  test('explains itself where it may not ask', async () => {
    await using terminal = new TerminalProcess(['--no-input'], env)
    expect(await terminal.end()).toBe(0)
    expect(terminal.said).toContain('Examples')
    expect(existsSync(file)).toBe(false)
  })
})

describe('aitbc setup', () => {
  test('without a terminal asks nobody, and writes nothing unless it is told to', async () => {
    expect(await cli(['setup'], { env })).toMatchObject({ code: 2, err: expect.stringContaining('aitbc setup --yes') })
    expect(await cli(['setup', '--no-input'], { env })).toMatchObject({ code: 2 })
    expect(existsSync(file)).toBe(false)
    const { code, out } = await cli(['setup', '--yes', '--no-start', '--json'], { env })
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({ file, settings: written(), starts: false })
    expect(written()).toMatchObject({ network: 'local', models: 'characters,languages', basePrice: 'none' })
    // The short form, for who was told to type aitbc alone.
    expect(await cli(['--yes', '--no-start', '--json'], { env })).toMatchObject({ code: 0, out })
  })

  test('keeps what was set before, and proposes it', async () => {
    await cli(['config', 'set', 'basePrice', '0.005'], { env })
    await cli(['config', 'set', 'jobsMax', '7'], { env })
    expect((await cli(['setup', '--yes', '--no-start'], { env })).code).toBe(0)
    expect(written()).toMatchObject({ basePrice: '0.005', jobsMax: '7' })
  })
})
