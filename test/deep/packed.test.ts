/** What `npm publish` would send, installed and run as its users would: from `dist/`, without this repository. */
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageVersion } from '../../node/cli/frame/version-command.ts'
import { sample } from '../support/engines/samples.ts'
import { installPackedRelease, runIn } from '../support/processes/packed-release.ts'

const folder = mkdtempSync(join(tmpdir(), 'aitbc-packed-'))
let app: string
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const aitbc = (...words: string[]) => runIn(app, 'npx', 'aitbc', ...words, '--data', join(folder, 'data'))

beforeAll(async () => {
  const release = await installPackedRelease(folder)
  app = release.app
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
  const { stdout } = await runIn(app, process.execPath, 'try.js')
  expect(JSON.parse(stdout)).toEqual(['image', 'function', 'function', 'function', 'object'])
})

test('holds no source, no test and nothing that makes the shipped models', async () => {
  const files = readdirSync(join(app, 'node_modules/aitbc-mesh'), { recursive: true, encoding: 'utf8' })
  expect(files.filter((name) => /(?<!\.d)\.ts$|^test|\/make\/|\.tsbuildinfo$/.test(name))).toEqual([])
  for (const needed of ['LICENSE', 'README.md', 'bootstrap/networks/local.json']) expect(files).toContain(needed)
})
