import { execFile, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { childEnvironment, confinementOf, probeConfinement, wrap } from '../../../node/engines/onnx/confinement.ts'
import { childCommand } from '../../../node/engines/onnx/engine-child.ts'
import { createOnnxEngine } from '../../../node/engines/onnx/onnx-engine.ts'
import { ModelFolder } from '../../support/engines/model-folder.ts'
import { slowModel } from '../../support/engines/onnx-models.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const MIB = 1_048_576
const limits = { memoryBytesMax: 512 * MIB, threads: 1, outputBytesMax: 16 * MIB }
const found = await probeConfinement()
const bare = confinementOf([], false, [])
const support = fileURLToPath(new URL('../../support/', import.meta.url))

interface Findings {
  readonly write: string
  readonly read: string
  readonly execute: string
  readonly reached: string
  readonly environment: readonly string[]
}

/** What a program finds possible that runs exactly as an engine child does. */
async function probe(
  confinement: typeof found,
): Promise<Findings & { readonly visitors: number; readonly planted: boolean }> {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'secret'), 'a key')
  let visitors = 0
  const server = createServer((socket) => {
    visitors++
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const entry = new URL('../../support/engines/confined-probe.ts', import.meta.url)
  const command = childCommand({ modelPath: 'none', ...limits, confinement }, entry, [support])
  const [file, ...args] = [...command, folder, String(port)]
  const { stdout } = await promisify(execFile)(file!, args, { env: childEnvironment(), cwd: '/' })
  return { ...(JSON.parse(stdout) as Findings), visitors, planted: existsSync(join(folder, 'planted')) }
}

describe('an engine child', () => {
  for (const [name, confinement] of [
    ['all that this machine permits', found],
    ['nothing of the system', bare],
  ] as const) {
    it(`with ${name} writes no file, reads none of others and starts no process`, async () => {
      process.env.AITBC_TEST_SECRET = 'a secret'
      onTestFinished(() => {
        delete process.env.AITBC_TEST_SECRET
      })
      const findings = await probe(confinement)
      expect(findings).toMatchObject({
        write: 'ERR_ACCESS_DENIED',
        read: 'ERR_ACCESS_DENIED',
        execute: 'ERR_ACCESS_DENIED',
        planted: false,
        environment: Object.keys(childEnvironment()).sort(),
      })
    })
  }

  it.skipIf(found.network === 'none')('reaches nobody over the network', async () => {
    const findings = await probe(found)
    expect(findings.reached).not.toBe('done')
    expect(findings.visitors).toBe(0)
  })

  it.skipIf(found.files !== 'rlimit')('writes no byte to a file from native code either', () => {
    const planted = join(temporaryFolder(), 'planted')
    const [file, ...args] = wrap(found, limits.memoryBytesMax, ['sh', '-c', `echo secret > ${planted}`])
    spawnSync(file!, args, { env: childEnvironment() })
    expect(existsSync(planted) ? statSync(planted).size : 0).toBe(0)
  })

  it.skipIf(process.platform !== 'linux')('runs under what the engine says that it runs under', async () => {
    using folder = new ModelFolder()
    await using engine = await createOnnxEngine()
    await using session = await engine.open(folder.add('slow', slowModel(64)), limits)
    const of = (file: string): string => readFileSync(`/proc/${session.pid}/${file}`, 'latin1')
    expect(of('environ').split('\0').filter(Boolean).sort()).toEqual(
      Object.entries(childEnvironment())
        .map(([key, value]) => `${key}=${value}`)
        .sort(),
    )
    const { confinement } = engine
    const ownNetwork = readlinkSync(`/proc/${session.pid}/ns/net`) !== readlinkSync('/proc/self/ns/net')
    expect(ownNetwork).toBe(confinement.network === 'namespace')
    expect(/NoNewPrivs:\s1/.test(of('status'))).toBe(confinement.privileges === 'dropped')
    if (confinement.privileges === 'dropped') expect(of('status')).toMatch(/CapEff:\s0+\n/)
    expect(/Max file size\s+0\s+0/.test(of('limits'))).toBe(confinement.files === 'rlimit')
    expect(/Max core file size\s+0\s+0/.test(of('limits'))).toBe(confinement.files === 'rlimit')
    expect(/Max data size\s+1610612736\s/.test(of('limits'))).toBe(confinement.memory === 'rlimit')
  })

  it.skipIf(process.platform !== 'linux')('collects no usage data for the maker of the runtime', async () => {
    using folder = new ModelFolder()
    await using engine = await createOnnxEngine({ confinement: bare })
    await using session = await engine.open(folder.add('slow', slowModel(64)), limits)
    // The runtime's collector maps its store when the first session is made; without it there is nothing of it in the process.
    const maps = readFileSync(`/proc/${session.pid}/maps`, 'latin1')
    expect(maps).toContain('libonnxruntime')
    expect(maps).not.toContain('onnxruntime.db')
    expect(existsSync(`/tmp/mat-debug-${session.pid}.log`)).toBe(false)
  })
})

/** An ordinary user of this machine can run the program. */
const canBeSomebodyElse = ((): boolean => {
  if (process.getuid?.() !== 0) return false
  const script = join(support, 'engine-owner.ts')
  const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, '--check', script]
  return spawnSync('setpriv', asNobody).status === 0
})()

describe('as an ordinary user', () => {
  it.skipIf(!canBeSomebodyElse)('a node runs models confined by what such a user may', () => {
    using folder = new ModelFolder()
    const { path } = folder.add('slow', slowModel(64))
    spawnSync('chmod', ['-R', 'a+rX', dirname(path)])
    accessSync(path, constants.R_OK)
    const args = [
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      process.execPath,
      join(support, 'engine-owner.ts'),
      path,
      '2',
    ]
    const { stdout } = spawnSync('setpriv', args, { encoding: 'utf8', env: {} })
    const [held, ran] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(held).toMatchObject({ uid: 65_534, privileges: 'dropped', memory: 'rlimit', orphans: 'signal' })
    expect(ran).toEqual({ outputBytes: 64 * 64 * 4 })
  })
})
