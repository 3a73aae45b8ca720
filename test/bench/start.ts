/**
 * From the start of a node to its first answered job: `npx node test/bench/start.ts`. Cold: a fresh data folder, a fresh
 * process. Warm: the same folder again. Against them stands the start of Node.js and of the engine child alone.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTestnet } from '../../bootstrap/localnet/create-testnet.ts'
import { createOnnxEngine } from '../../node/engines/onnx/onnx-engine.ts'
import { openModelFile } from '../../node/models/open-model-file.ts'
import { shippedModels } from '../../node/models/shipped/index.ts'
import { spread } from './support/distribution.ts'
import { msText, tell, tellMachine } from './support/figures.ts'

const ROUNDS = 5
const entry = fileURLToPath(new URL('../../bootstrap/bin/aitbc.ts', import.meta.url))
const characters = shippedModels().find(({ name }) => name === 'characters')!
const picture = join(characters.folder, 'samples', 'letter-A.png')

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

async function aitbc(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (data: Buffer) => {
    said = (said + data.toString()).slice(-1_000)
  })
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) throw new Error(`aitbc ${args.join(' ')} ended with ${code}: ${said}`)
}

tellMachine()
const samples = new Map<string, number[]>()
const note = (name: string, ms: number): void => {
  samples.set(name, [...(samples.get(name) ?? []), ms])
}
const folder = mkdtempSync(join(tmpdir(), 'aitbc-start-'))
try {
  await using net = await createTestnet(1, { miners: [{ models: ['characters'], engineThreads: 1 }] })
  for (let round = 0; round < ROUNDS; round++) {
    note(
      'Node.js alone',
      await timed(async () => once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')),
    )
    note(
      'engine and model alone, in this process',
      await timed(async () => {
        await using engine = await createOnnxEngine()
        const limits = { memoryBytesMax: 2 ** 30, threads: 1, outputBytesMax: 2 ** 20 }
        await engine.open(await openModelFile('characters'), limits)
      }),
    )
    const data = join(folder, `client-${round}`)
    const run = ['run', 'characters', '--input', picture, '--network', net.networkPath, '--data', data]
    note('aitbc run, first time: join, find, run, pay, leave', await timed(() => aitbc(run)))
    note('aitbc run, again on its folder', await timed(() => aitbc(run)))
    const up = ['up', '--once', '--data', join(folder, `up-${round}`)]
    note('aitbc up --once, fresh folder: five nodes, two jobs, end', await timed(() => aitbc(up)))
    note('aitbc up --once, again on its folder', await timed(() => aitbc(up)))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
for (const [name, each] of samples) {
  const { median, min, max } = spread(each)
  tell({ asks: name, found: `${msText(median)} at the median, ${msText(min)} to ${msText(max)}` })
}
