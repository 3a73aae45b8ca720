import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { changeUserSetting } from '../../../node/config/change-config.ts'
import { loadConfig } from '../../../node/config/load-config.ts'
import { isSettingKey, settingKeys, variableOf } from '../../../node/config/settings.ts'
import type { SystemFacts } from '../../../node/config/system-paths.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const NETWORKS = new URL('../../../bootstrap/networks', import.meta.url).pathname

let home: string
let env: Record<string, string>
let systemFile: string
beforeEach(() => {
  home = temporaryFolder()
  env = {}
  systemFile = join(home, 'system.json')
})

const system = (): SystemFacts => ({ platform: 'linux', homeFolder: home, env, cores: 6, memoryBytes: 16 * 2 ** 30 })
const load = (flags: Record<string, unknown> = {}) =>
  loadConfig({ networksFolder: NETWORKS, system: system(), systemFile, flags })

function writeUser(content: object, folder = join(home, '.local', 'share', 'aitbc')): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'config.json')
  writeFileSync(path, JSON.stringify(content))
  return path
}
const writeSystem = (content: object): void => writeFileSync(systemFile, JSON.stringify(content))

function writeNetwork(change: object): string {
  const path = join(home, 'network.json')
  const local = JSON.parse(readFileSync(join(NETWORKS, 'local.json'), 'utf8')) as object
  writeFileSync(path, JSON.stringify({ ...local, ...change }))
  return path
}

describe('a setting', () => {
  test('has a default that fits the machine where nobody says anything', () => {
    const { settings, origin } = load()
    expect(settings).toMatchObject({
      dataFolder: join(home, '.local', 'share', 'aitbc'),
      roles: ['miner', 'client', 'router'],
      basePrice: undefined,
      priceStrategy: 'auto',
      priceMax: 10_000n,
      engineThreads: 6,
      engineMemoryMax: 8 * 2 ** 30,
      owner: undefined,
    })
    expect(origin('basePrice')).toEqual({ kind: 'default' })
  })

  test('comes from the strongest that says it, and knows from whom', () => {
    const network = writeNetwork({ settings: { port: 1 } })
    const flags: Record<string, unknown> = { network }
    const portAndOrigin = (): unknown[] => {
      const config = load(flags)
      return [config.settings.port, config.rows().find(({ key }) => key === 'port')!.origin]
    }
    expect(portAndOrigin()).toEqual([1, `the network file ${network}`])
    writeSystem({ port: 2 })
    expect(portAndOrigin()).toEqual([2, `the system file ${systemFile}`])
    const user = writeUser({ port: 3 })
    expect(portAndOrigin()).toEqual([3, `the user file ${user}`])
    env.AITBC_PORT = '4'
    expect(portAndOrigin()).toEqual([4, 'the variable AITBC_PORT'])
    flags.port = '5'
    expect(portAndOrigin()).toEqual([5, 'the flag --port'])
  })

  test('is read alike from JSON, from a variable and from a flag', () => {
    writeUser({ roles: ['client'], basePrice: 0.25, jobsMax: 8, engineMemoryMax: 2 ** 30 })
    const fromFile = load().settings
    writeUser({})
    Object.assign(env, {
      AITBC_ROLES: 'client',
      AITBC_BASE_PRICE: '0.25',
      AITBC_JOBS_MAX: '8',
      AITBC_ENGINE_MEMORY_MAX: '1 GiB',
    })
    expect(load().settings).toEqual(fromFile)
    env = {}
    expect(load({ roles: 'client', basePrice: '0.25', jobsMax: '8', engineMemoryMax: '1GiB' }).settings).toEqual(
      fromFile,
    )
    expect(fromFile.basePrice).toBe(250_000n)
  })

  test('is shown as a text that means the same value', () => {
    const owner = `0x${'52'.repeat(20)}`
    const config = load({ owner, roles: 'miner,client', models: 'a,b', engineMemoryMax: 3 * 2 ** 20 * 100, listen: '' })
    const flags = Object.fromEntries(config.rows().map(({ key, value }) => [key, value]))
    expect(load(flags).settings).toEqual(config.settings)
  })

  test('is described, with an example that is valid unless it is cut short', () => {
    for (const { key, about, example } of load().rows()) {
      expect(about, key).toMatch(/^[A-Z].*\.$/)
      if (example.includes('…') || key === 'network') continue
      expect(() => load({ [key]: example }), key).not.toThrow()
    }
  })

  test('may be named by the variable of another standard, which ours comes before', () => {
    const otlp = () => {
      const config = load()
      return [config.settings.otlpEndpoint, config.rows().find(({ key }) => key === 'otlpEndpoint')!.origin]
    }
    env.OTEL_EXPORTER_OTLP_ENDPOINT = ''
    expect(otlp()).toEqual([undefined, 'the default'])
    env.OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:4318'
    expect(otlp()).toEqual(['http://127.0.0.1:4318', 'the variable OTEL_EXPORTER_OTLP_ENDPOINT'])
    env.AITBC_OTLP_ENDPOINT = 'none'
    expect(otlp()).toEqual([undefined, 'the variable AITBC_OTLP_ENDPOINT'])
  })

  test.each(['http://user:secret@127.0.0.1:4318', 'ftp://127.0.0.1', 'http://127.0.0.1/?key=secret', 'localhost:4318'])(
    'that names a collector is a plain base URL, not %s',
    (otlpEndpoint) => expect(() => load({ otlpEndpoint })).toThrow(/otlpEndpoint/),
  )

  test('that is empty in the environment is not set', () => {
    env.AITBC_PORT = ''
    expect(load().settings.port).toBe(0)
  })
})

describe('a wrong configuration', () => {
  const invalid = (facts: object) =>
    expect.objectContaining({ code: 'CONFIG_INVALID', facts: expect.objectContaining(facts) })

  test.each([
    ['port', '65536', /0 to 65535/],
    ['port', '-1', /whole number/],
    ['port', '4.5', /whole number/],
    ['port', '', /whole number/],
    ['basePrice', '1e-3', /six decimals/],
    ['basePrice', '0.0000001', /six decimals/],
    ['basePrice', '-1', /six decimals/],
    ['roles', 'miner,judge', /none of miner, client, router/],
    ['engineMemoryMax', '1 MB', /size from 64 MiB/],
    ['engineMemoryMax', '1 KiB', /size from 64 MiB/],
    ['owner', '0x52', /no address/],
    ['listen', 'localhost', /no IP address/],
    ['bootstrap', '/ip4/10.0.0.1/tcp/1', /peer id/],
    ['region', 'Europe', /a-z/],
    ['logLevel', 'loud', /none of debug/],
    ['name', '   ', /empty/],
    ['name', 'a\u0007b', /printed/],
    ['models', Array.from({ length: 65 }, () => 'm').join(','), /more than 64/],
  ])('with %s = %j says why', (key, value, why) => {
    expect(() => load({ [key]: value })).toThrow(invalid({ key, why: expect.stringMatching(why) }))
  })

  test('is an error also where a stronger source is right', () => {
    writeSystem({ port: 'many' })
    expect(() => load({ port: 1 })).toThrow(invalid({ key: 'port', origin: `the system file ${systemFile}` }))
  })

  test('with an unknown key names the nearest one, wherever it stands', () => {
    const unknown = (key: string, nearest: string) =>
      expect.objectContaining({ code: 'CONFIG_KEY_UNKNOWN', facts: expect.objectContaining({ key }), hint: nearest })
    expect(() => load({ priceMin: '1' })).toThrow(unknown('--priceMin', 'Did you mean --price-max?'))
    env.AITBC_PRICEMAX = '1'
    expect(() => load()).toThrow(unknown('AITBC_PRICEMAX', 'Did you mean AITBC_PRICE_MAX?'))
    env = {}
    writeUser({ prt: 1 })
    expect(() => load()).toThrow(unknown('prt', 'Did you mean port?'))
    writeUser({ zzzzzzzz: 1 })
    expect(() => load()).toThrow(unknown('zzzzzzzz', 'See aitbc config for all settings.'))
  })

  test('is no JSON object', () => {
    writeUser({})
    for (const content of ['{"port": 1', '[]', 'null', '"port"']) {
      writeFileSync(join(home, '.local', 'share', 'aitbc', 'config.json'), content)
      expect(() => load(), content).toThrow(expect.objectContaining({ code: 'CONFIG_FILE' }))
    }
  })

  test('does not say in the data folder where the data folder is', () => {
    writeUser({ dataFolder: '/elsewhere' })
    expect(() => load()).toThrow(invalid({ key: 'dataFolder', why: expect.stringContaining('--data') }))
  })
})

describe('the user file', () => {
  test('is the one in the data folder that is really used', () => {
    const folder = join(home, 'other')
    writeUser({ port: 9 }, folder)
    expect(load({ dataFolder: folder }).settings.port).toBe(9)
    env.AITBC_DATA_FOLDER = folder
    expect(load().settings.port).toBe(9)
  })

  test('is changed one setting at a time, and only to what is valid', () => {
    const path = join(home, '.local', 'share', 'aitbc', 'config.json')
    changeUserSetting(path, 'basePrice', '0.5')
    changeUserSetting(path, 'roles', 'miner')
    expect(load().settings).toMatchObject({ basePrice: 500_000n, roles: ['miner'] })
    expect(() => changeUserSetting(path, 'basePrice', 'much')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
    expect(() => changeUserSetting(path, 'baseprize', '1')).toThrow(
      expect.objectContaining({ hint: 'Did you mean basePrice?' }),
    )
    changeUserSetting(path, 'basePrice', undefined)
    expect(load().settings).toMatchObject({ basePrice: undefined, roles: ['miner'] })
  })

  test.each(['["basePrice"]', '"basePrice"', 'null'])('is left as it is where it holds no settings: %s', (text) => {
    const path = join(home, 'config.json')
    writeFileSync(path, text)
    expect(() => changeUserSetting(path, 'basePrice', '0.5')).toThrow(expect.objectContaining({ code: 'CONFIG_FILE' }))
    expect(readFileSync(path, 'utf8')).toBe(text)
  })
})

describe('a network', () => {
  test('is found by name among the shipped ones, and by path', () => {
    expect(load().network.networkId).toBe('local')
    expect(load().networkPath).toBe(join(NETWORKS, 'local.json'))
    expect(load({ network: writeNetwork({ networkId: 'mine' }) }).network.networkId).toBe('mine')
  })

  test('that is not there says where it was looked for', () => {
    env.AITBC_NETWORK = 'nowhere'
    expect(() => load()).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        facts: expect.objectContaining({
          origin: 'the variable AITBC_NETWORK',
          why: expect.stringContaining('nowhere.json'),
        }),
      }),
    )
  })

  test('sets only what concerns all its nodes', () => {
    const network = writeNetwork({ settings: { basePrice: '100' } })
    expect(() => load({ network })).toThrow(expect.objectContaining({ code: 'CONFIG_KEY_UNKNOWN' }))
  })

  test('brings its doors, which the node may replace', () => {
    const peer = `16Uiu2HAm${'a'.repeat(44)}`
    const network = writeNetwork({ bootstrap: [{ peer, addresses: ['/ip4/10.0.0.1/tcp/1', '/ip6/::1/tcp/1'] }] })
    expect(load({ network }).settings.bootstrap).toEqual([
      `/ip4/10.0.0.1/tcp/1/p2p/${peer}`,
      `/ip6/::1/tcp/1/p2p/${peer}`,
    ])
    expect(load({ network, bootstrap: `/ip4/10.0.0.2/tcp/1/p2p/${peer}` }).settings.bootstrap).toHaveLength(1)
  })
})

test('variables are told from settings and settings from variables without a collision', () => {
  expect(new Set(settingKeys.map(variableOf)).size).toBe(settingKeys.length)
  expect(isSettingKey('toString')).toBe(false)
})
