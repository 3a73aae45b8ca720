/**
 * What the mesh takes of a machine: `npx node test/bench/footprint.ts [rounds]`. Time until a node is up, memory of a full node that waits and of one
 * that works, and of a light peer, as proportional set size of all their processes, against Node.js alone; and what the packed release takes
 * on the disk, with how many packages. Nodes are processes of the command line. Linux only.
 */
import { spawn } from 'node:child_process'
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { CliNetwork } from '../support/processes/cli-network.ts'
import type { CliProcess } from '../support/processes/cli-process.ts'
import { installPackedRelease } from '../support/processes/packed-release.ts'
import { spread } from './support/distribution.ts'
import { msText, tell, tellMachine } from './support/figures.ts'
import { treeMemoryBytes } from './support/process-tree.ts'

const ROUNDS = Number(process.argv[2] ?? 3)
const MIB = 1_048_576
/** Until what a start left behind is collected, and the first offers and profiles are out. */
const SETTLE_MS = 20_000
const BUSY_MS = 20_000
const IN_FLIGHT = 32
const SAMPLE_MS = 250
const BODY = JSON.stringify({
  inputs: [{ name: 'image', datatype: 'FP32', shape: [1, 1, 28, 28], data: new Array(784).fill(0) }],
})

const mib = (bytes: number): string => `${(bytes / MIB).toFixed(0)} MiB`

async function upAfterMs(start: () => CliProcess): Promise<{ readonly process: CliProcess; readonly ms: number }> {
  const startedMs = performance.now()
  const process = start()
  await process.says('Ctrl-C stops it')
  return { process, ms: performance.now() - startedMs }
}

/** Keeps `IN_FLIGHT` jobs under way, and tells the most memory that either side took. */
async function busy(
  url: string,
  sides: readonly number[],
): Promise<{ readonly jobs: number; readonly most: number[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT })
  const most = sides.map(() => 0)
  const sample = setInterval(() => {
    for (const [i, pid] of sides.entries()) most[i] = Math.max(most[i]!, treeMemoryBytes(pid))
  }, SAMPLE_MS)
  const endMs = performance.now() + BUSY_MS
  let jobs = 0
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (; performance.now() < endMs; jobs++) await ask(`${url}/v2/models/characters/infer`, agent)
    }),
  )
  clearInterval(sample)
  agent.destroy()
  return { jobs, most }
}

function ask(url: string, agent: Agent): Promise<void> {
  const headers = { 'content-type': 'application/json', 'content-length': BODY.length }
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, method: 'POST', headers }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('end', () =>
        response.statusCode === 200
          ? resolve()
          : reject(new Error(`answered ${response.statusCode}: ${text.slice(0, 300)}`)),
      )
    })
    call.on('error', reject)
    call.end(BODY)
  })
}

async function nodes(): Promise<void> {
  const plain = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  await wait(1_000)
  const alone = treeMemoryBytes(plain.pid!)
  plain.kill()

  await using net = await CliNetwork.start()
  const startsOf = async (words: readonly string[]): Promise<{ readonly last: CliProcess; readonly ms: number }> => {
    const took: number[] = []
    for (let round = 1; ; round++) {
      const { process: node, ms } = await upAfterMs(() => net.process(words))
      took.push(ms)
      if (round === ROUNDS) return { last: node, ms: spread(took).median }
      node.child.kill('SIGTERM')
      await node.end()
    }
  }
  const place = (name: string): readonly string[] => ['--data', join(net.folder, name), '--network', net.networkPath]
  const full = await startsOf(['start', ...place('full'), '--models', 'characters', '--base-price', '0.001'])
  await using _full = full.last
  const light = await startsOf([
    ...['start', ...place('light'), '--roles', 'client', '--listen', ''],
    ...['--gateway', '0', '--no-key', '--gateway-budget', '1000'],
  ])
  await using _light = light.last
  tell({ asks: 'a full node with one model, from its command to up', found: msText(full.ms) })
  tell({ asks: 'a light peer with a gateway, from its command to up', found: msText(light.ms) })

  await wait(SETTLE_MS)
  const pids = [full.last.child.pid!, light.last.child.pid!] as const
  const idle = pids.map(treeMemoryBytes)
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(light.last.said.out + light.last.said.err)![0]
  const { jobs, most } = await busy(url, pids)
  const base = `${mib(alone)} for Node.js alone`
  const row = (asks: string, bytes: number): void =>
    tell({ asks: `memory of ${asks}`, found: mib(bytes), baseline: base, ratio: bytes / alone })
  row('a full node that waits, its engine with one model among it', idle[0]!)
  row(`a full node at work, ${IN_FLIGHT} jobs in flight, ${jobs} done: the most`, most[0]!)
  row('a light peer with a gateway that waits', idle[1]!)
  row('the same at work: the most', most[1]!)
}

interface Installed {
  readonly packages: number
  readonly bytes: number
}

function installedIn(folder: string): Installed {
  const lock = JSON.parse(readFileSync(join(folder, '.package-lock.json'), 'utf8')) as { packages: object }
  return { packages: Object.keys(lock.packages).length, bytes: bytesOf(folder) }
}

function bytesOf(path: string): number {
  const stat = lstatSync(path)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0)
}

async function install(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'aitbc-footprint-'))
  try {
    const { app, tarball } = await installPackedRelease(folder)
    const modules = join(app, 'node_modules')
    const { packages, bytes } = installedIn(modules)
    tell({
      asks: 'the packed release',
      found: mib(lstatSync(tarball).size),
      baseline: `${mib(bytesOf(join(modules, 'aitbc-mesh')))} unpacked`,
    })
    const large = readdirSync(modules)
      .flatMap((name) =>
        name.startsWith('@') ? readdirSync(join(modules, name)).map((each) => `${name}/${each}`) : [name],
      )
      .filter((name) => !name.startsWith('.') && existsSync(join(modules, name, 'package.json')))
      .map((name) => ({ name, size: bytesOf(join(modules, name)) }))
      .sort((a, b) => b.size - a.size)
      .slice(0, 6)
    tell({
      asks: 'installed, with all that it depends on',
      found: `${mib(bytes)} in ${packages} packages; ${large.map(({ name, size }) => `${name} ${mib(size)}`).join(', ')}`,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

tellMachine(`${ROUNDS} rounds`)
await nodes()
await install()
