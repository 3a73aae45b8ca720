/**
 * All benchmarks, one after the other, into docs/benchmarks.md: `npx node test/bench/all.ts [--only job-overhead,money] [--out file]`. Each runs in a
 * process of its own. With `--only` nothing is written unless `--out` names a file; sections of the others stay as they are in it. On a machine that does
 * nothing else; it takes half an hour.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { benchmarks } from './support/benchmarks.ts'
import { benchmarksPage, type Ran } from './support/benchmarks-page.ts'
import { type BenchLine, FIGURES_FILE } from './support/figures.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const { values } = parseArgs({ options: { only: { type: 'string' }, out: { type: 'string' } } })
const only = values.only?.split(',')
const unknown = only?.filter((name) => !benchmarks.some((bench) => bench.name === name)) ?? []
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(', ')}; there are ${benchmarks.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}
const chosen = benchmarks.filter(({ name }) => only === undefined || only.includes(name))
const out = values.out ?? (only === undefined ? join(repository, 'docs/benchmarks.md') : undefined)

const git = (...words: readonly string[]): string =>
  execFileSync('git', words, { cwd: repository, encoding: 'utf8' }).trim()
const commit = git('rev-parse', '--short=10', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ' with changes')

const folder = mkdtempSync(join(tmpdir(), 'aitbc-benchmarks-'))
const ran: Ran[] = []
const failed: string[] = []
const minutesOf = (list: typeof chosen): number => list.reduce((sum, { minutes }) => sum + minutes, 0)
try {
  for (const [at, bench] of chosen.entries()) {
    const left = Math.ceil(minutesOf(chosen.slice(at)))
    console.log(`\n== ${bench.name} (${at + 1} of ${chosen.length}; about ${left} min left)`)
    const file = join(folder, bench.name)
    const words = [
      ...(bench.nodeFlags ?? []),
      join(repository, 'test/bench', `${bench.name}.ts`),
      ...(bench.args ?? []),
    ]
    const startedMs = performance.now()
    const child = spawn(process.execPath, words, {
      cwd: repository,
      env: { ...process.env, [FIGURES_FILE]: file },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const [code] = await once(child, 'exit')
    const seconds = (performance.now() - startedMs) / 1_000
    if (code !== 0) failed.push(bench.name)
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
    ran.push({ bench, seconds, isWhole: code === 0, lines: lines.map((line) => JSON.parse(line) as BenchLine) })
    console.log(`   (${seconds.toFixed(0)} s)`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
if (out !== undefined) {
  const earlier = existsSync(out) ? readFileSync(out, 'utf8') : ''
  writeFileSync(out, benchmarksPage(benchmarks, ran, commit, earlier))
}
if (failed.length > 0) console.error(`\nended with a failure: ${failed.join(', ')}`)
process.exitCode = failed.length > 0 ? 1 : 0
