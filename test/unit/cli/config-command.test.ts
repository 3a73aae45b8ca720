import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { configCommand } from '../../../node/cli/node/config-command.ts'
import { settingKeys } from '../../../node/config/settings.ts'
import { apiKeyPath, readOrMakeApiKey } from '../../../node/gateway/api-key.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { programOf, type RunOptions, runWords, type Said } from '../../support/run-words.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = join(temporaryFolder(), 'data')
  file = join(folder, 'config.json')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const config = (words: readonly string[], options?: RunOptions): Promise<Said> =>
  runWords(programOf(configCommand), ['config', ...words, '--data', folder], options)
const written = (): unknown => JSON.parse(readFileSync(file, 'utf8'))

describe('aitbc config', () => {
  test('lists every setting with its value and where that comes from', async () => {
    const { out, code } = await config([])
    expect(code).toBe(0)
    for (const key of settingKeys) expect(out).toMatch(new RegExp(`^${key} `, 'm'))
    expect(out).toMatch(/^priceMax +0\.01 token units +the default$/m)
    expect(out).toMatch(new RegExp(`^dataFolder +${folder} +the flag --data$`, 'm'))
    expect((await config(['list'])).out).toBe(out)
  })

  test('lists them as JSON with all that is known of them', async () => {
    const { settings, files } = JSON.parse((await config(['--json'])).out)
    expect(settings.map(({ key }: { key: string }) => key)).toEqual(settingKeys)
    expect(settings.find(({ key }: { key: string }) => key === 'priceMax')).toEqual({
      key: 'priceMax',
      value: '0.01',
      origin: 'the default',
      about: expect.stringContaining('The most that one job may cost'),
      unit: 'token units',
      standard: '0.01',
      example: '0.01',
      variable: 'AITBC_PRICE_MAX',
      flag: '--price-max',
    })
    expect(files).toMatchObject({ dataFolder: folder, user: file })
  })

  test('cuts what does not fit the screen, and nothing in a file', async () => {
    const { out } = await config([], { terminal: true, env: { NO_COLOR: '1' } })
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60)
    expect(out).toContain('…')
  })
})

describe('aitbc config get', () => {
  test('prints only the value', async () => {
    expect(await config(['get', 'priceMax'])).toEqual({ code: 0, out: '0.01\n', err: '' })
  })

  test('of an unknown setting says which one was meant', async () => {
    const { code, err, out } = await config(['get', 'price-maxx'])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('Did you mean priceMax?')
  })
})

describe('aitbc config set', () => {
  test('writes the file of this node, for its owner only, and says what is so now', async () => {
    expect(await config(['set', 'basePrice', '0.0020'])).toEqual({ code: 0, out: 'basePrice is 0.002\n', err: '' })
    expect(written()).toEqual({ basePrice: '0.0020' })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect((await config(['get', 'basePrice'])).out).toBe('0.002\n')
    const { out } = await config(['set', 'port', '7', '--json'])
    expect(JSON.parse(out)).toEqual({ key: 'port', value: '7', path: file, overriddenBy: null })
    expect(written()).toEqual({ basePrice: '0.0020', port: '7' })
  })

  test('refuses what is wrong, and leaves the file as it is', async () => {
    const { code, err } = await config(['set', 'port', '70000'])
    expect(err).toMatch(/from the command line.*\n {2}Next: Nothing was changed/)
    expect(code).toBe(2)
    expect(err).toContain('it is no whole number from 0 to 65535')
    expect((await config(['set', 'prot', '7'])).err).toContain('Did you mean port?')
    expect(existsSync(file)).toBe(false)
  })

  test('says where something stronger has another value', async () => {
    vi.stubEnv('AITBC_PORT', '5')
    const { out, err } = await config(['set', 'port', '7'])
    expect(out).toBe('port is 5\n')
    expect(err).toBe('! The file has 7, but the variable AITBC_PORT is stronger.\n')
    expect(JSON.parse((await config(['set', 'port', '7', '--json'])).out)).toMatchObject({
      value: '5',
      overriddenBy: 'the variable AITBC_PORT',
    })
  })

  test('corrects a value that nothing else can be done with', async () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, JSON.stringify({ port: 'many', jobsMax: 8 }))
    const { code, err } = await config([])
    expect(code).toBe(2)
    expect(err).toContain('Next: Correct it with aitbc config set port <value>.')
    expect((await config(['path'])).out).toBe(`${file}\n`)
    expect(await config(['set', 'port', '7'])).toEqual({ code: 0, out: 'port is 7\n', err: '' })
    expect(written()).toEqual({ port: '7', jobsMax: 8 })
  })

  test('is done also while another value is wrong, and says so', async () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, JSON.stringify({ port: 'many' }))
    const { code, out, err } = await config(['set', 'jobsMax', '7'])
    expect({ code, out }).toEqual({ code: 0, out: 'jobsMax is 7\n' })
    expect(err).toContain('! Another setting is still wrong: the setting port is many')
  })
})

describe('aitbc config api-key', () => {
  const key = (): string => readOrMakeApiKey(apiKeyPath(folder), systemRandom)

  test('prints the key of the node, which only its owner can read', async () => {
    const made = key()
    expect(await config(['api-key'])).toEqual({ code: 0, out: `${made}\n`, err: '' })
    expect(JSON.parse((await config(['api-key', '--json'])).out)).toEqual({
      name: 'main',
      key: made,
      budgetPerDay: '1000000',
      path: apiKeyPath(folder),
    })
    expect(statSync(apiKeyPath(folder)).mode & 0o777).toBe(0o600)
    expect(key()).toBe(made)
  })

  test('says how one comes to be where there is none', async () => {
    const { code, out, err } = await config(['api-key'])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('there is none yet')
    expect(err).toContain('aitbc start --gateway')
  })

  test.each([
    ['others can read it', (path: string) => chmodSync(path, 0o644), 'other users can open it'],
    ['it holds something else', (path: string) => writeFileSync(path, 'aitbc_short'), 'it holds no key'],
    ['it is empty', (path: string) => writeFileSync(path, ''), 'it holds no key'],
  ])('prints nothing of it where %s', async (_, spoil, why) => {
    const made = key()
    spoil(apiKeyPath(folder))
    const { code, out, err } = await config(['api-key'])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(why)
    expect(err).not.toContain(made)
  })
})

describe('further keys of a gateway', () => {
  const list = async () => JSON.parse((await config(['api-key', '--list', '--json'])).out).keys

  test('are made with a budget each, printed by name, given another budget, and ended', async () => {
    const made = await config(['api-key', '--new', 'notebook', '--budget-per-day', '0.5'])
    expect(made).toEqual({ code: 0, out: expect.stringMatching(/^aitbc_[\w-]{43}\n$/), err: '' })
    const path = join(folder, 'keys', 'api-keys', 'notebook.json')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect((await config(['api-key', 'notebook'])).out).toBe(made.out)
    expect(await list()).toEqual([{ name: 'notebook', budgetPerDay: '500000', spentAtMost: '0', path }])
    expect((await config(['api-key', 'notebook', '--budget-per-day', '2'])).out).toBe(made.out)
    expect(await list()).toMatchObject([{ budgetPerDay: '2000000' }])
    expect(await config(['api-key', '--revoke', 'notebook'])).toMatchObject({ code: 0 })
    expect(await list()).toEqual([])
    expect((await config(['api-key', 'notebook'])).code).toBe(1)
  })

  test('have the budget of the setting where none is named, and are listed beside the first without any key itself', async () => {
    const main = readOrMakeApiKey(apiKeyPath(folder), systemRandom)
    await config(['set', 'gatewayBudget', '3'])
    const { out: key } = await config(['api-key', '--new', 'ci'])
    const { out } = await config(['api-key', '--list'])
    expect(out).toMatch(/^main +3 +0 /m)
    expect(out).toMatch(/^ci +3 +0 /m)
    expect(out).not.toContain(main)
    expect(out).not.toContain(key.trim())
  })

  test.each([
    [['--new', '../main'], 2, 'no name of a key'],
    [['--new', 'main'], 2, 'The name main has its own meaning'],
    [['--new', 'a', '--list'], 2, 'One thing at a time'],
    [['--list', '--budget-per-day', '1'], 2, 'is for one key'],
    [['--budget-per-day', '1'], 2, 'aitbc config set gatewayBudget'],
    [['--new', 'a', '--budget-per-day', '-1'], 2, 'is no amount'],
    [['--revoke', 'nobody'], 1, 'There is no API key nobody'],
    [['--new', 'twice'], 1, 'there is one already'],
  ])('%j is refused with exit code %i', async (words, code, why) => {
    await config(['api-key', '--new', 'twice'])
    const said = await config(['api-key', ...words])
    expect({ code: said.code, out: said.out }).toEqual({ code, out: '' })
    expect(said.err).toContain(why)
  })

  test('cannot be used where others can read them, or they are damaged', async () => {
    await config(['api-key', '--new', 'open'])
    const path = join(folder, 'keys', 'api-keys', 'open.json')
    chmodSync(path, 0o644)
    expect((await config(['api-key', 'open'])).err).toContain('other users can open it')
    chmodSync(path, 0o600)
    writeFileSync(path, '{"key": "aitbc_short"}')
    expect((await config(['api-key', 'open'])).err).toContain('it holds no key with a budget')
    expect((await config(['api-key', '--revoke', 'open'])).code).toBe(0)
  })
})

describe('aitbc config unset', () => {
  test('takes a setting back to what it is without the file', async () => {
    await config(['set', 'priceMax', '5'])
    expect(await config(['unset', 'priceMax'])).toEqual({ code: 0, out: 'priceMax is 0.01\n', err: '' })
    expect(written()).toEqual({})
  })
})
