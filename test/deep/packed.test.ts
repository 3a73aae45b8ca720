/** What `npm publish` would send, installed and run as its users would: from `dist/`, without this repository. */
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageVersion } from '../../node/cli/version-command.ts'
import { sample } from '../support/samples.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'aitbc-packed-'))
const app = join(folder, 'app')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`, NODE_OPTIONS: '' }
const run = async (cwd: string, file: string, ...words: string[]) => {
  try {
    return await promisify(execFile)(file, words, { cwd, env })
  } catch (error) {
    // What a compiler finds stands on its standard output, which the error does not show by itself.
    throw new Error(`${file} ${words.join(' ')}: ${(error as { stdout?: string }).stdout}`, { cause: error })
  }
}
const aitbc = (...words: string[]) => run(app, 'npx', 'aitbc', ...words, '--data', join(folder, 'data'))

beforeAll(async () => {
  // Builds first, from nothing: what once was compiled and is no more must not be sent.
  await run(repository, 'npm', 'pack', '--pack-destination', folder)
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  mkdirSync(app)
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }')
  // No script of a dependency is needed: the one there is fetches CUDA libraries that nothing here uses.
  await run(app, 'npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', join(folder, tarball!))
}, 600_000)

test('tells its version', async () => {
  expect((await aitbc('version')).stdout).toContain(`aitbc ${packageVersion()} `)
})

test('runs a network and its two jobs, and pays for them on its chain', async () => {
  const { stdout } = await aitbc('up', '--once', '--json')
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const { books } = lines.pop()
  const labels = lines.flatMap(({ answers }) => (answers === undefined ? [] : [answers[0][0].label]))
  expect(labels.slice(0, 2)).toEqual(['A', 'German (de)'])
  expect(lines.filter(({ market }) => market !== undefined)).toHaveLength(1)
  // How many audits it paid for beside its jobs is chance; what it paid is what others have.
  const { before, after } = books.find(({ who }: { who: string }) => who === 'client')
  expect(before).toBe('100000000')
  expect(BigInt(after)).toBeLessThanOrEqual(100_000_000n - 2_500n)
  const changes: readonly bigint[] = books.map(
    (book: Record<string, string>) => BigInt(book.after!) - BigInt(book.before!),
  )
  expect(changes.reduce((sum, each) => sum + each)).toBe(0n)
})

test('has what programs import', async () => {
  cpSync(sample('letter-A.png'), join(app, 'a.png'))
  writeFileSync(
    join(app, 'try.js'),
    `import { createTestnet } from 'aitbc-mesh/testnet'
     import { startNode, isMeshError } from 'aitbc-mesh'
     import { MeshClient } from 'aitbc-mesh/client'
     import { jobProtocol } from 'aitbc-mesh/protocols'
     await using net = await createTestnet(1, { miners: [{ models: 'characters' }] })
     const { inputs } = await net.client.client.findModel('characters')
     console.log(JSON.stringify([inputs[0].name, typeof startNode, typeof isMeshError, typeof MeshClient, typeof jobProtocol]))`,
  )
  const { stdout } = await run(app, process.execPath, 'try.js')
  expect(JSON.parse(stdout)).toEqual(['image', 'function', 'function', 'function', 'object'])
})

test('holds no source, no test and nothing that makes the shipped models', async () => {
  const files = readdirSync(join(app, 'node_modules/aitbc-mesh'), { recursive: true, encoding: 'utf8' })
  expect(files.filter((name) => /(?<!\.d)\.ts$|^test|\/make\/|\.tsbuildinfo$/.test(name))).toEqual([])
  for (const needed of ['LICENSE', 'README.md', 'bootstrap/networks/local.json']) expect(files).toContain(needed)
})
