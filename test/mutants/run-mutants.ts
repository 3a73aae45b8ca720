/** Puts one fault at a time into a copy of the tree, and requires a test that it names to fail. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { moneyMutants } from './money-mutants.ts'
import type { Mutant } from './mutant.ts'
import { safetyMutants } from './safety-mutants.ts'
import { truthMutants } from './truth-mutants.ts'

export const mutants: readonly Mutant[] = [...moneyMutants, ...truthMutants, ...safetyMutants]

export const treeFolder: string = fileURLToPath(new URL('../..', import.meta.url))

export interface MutantsRun {
  readonly killed: number
  /** Why each of the others survived, a line each. */
  readonly survived: readonly string[]
}

/** @param onDone hears of each as it is judged */
export async function runMutants(
  chosen: readonly Mutant[],
  { parallel, onDone }: { parallel: number; onDone?: (line: string) => void },
): Promise<MutantsRun> {
  const waiting = [...chosen]
  const survived: string[] = []
  const folder = mkdtempSync(join(tmpdir(), 'mutants-'))
  const work = async (root: string): Promise<void> => {
    copyTree(root)
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const { killers, why } = await judge(root, mutant)
      if (why !== undefined) survived.push(`${mutant.name}: ${why}`)
      onDone?.(
        why === undefined
          ? `killed    ${mutant.name}\n            by "${killers[0]}"`
          : `SURVIVED  ${mutant.name}: ${why}`,
      )
    }
  }
  try {
    await Promise.all(Array.from({ length: parallel }, (_, place) => work(join(folder, String(place)))))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return { killed: chosen.length - survived.length, survived }
}

/** How often the text of a mutant stands in its file: once, or the table is out of date. */
export const placesOf = ({ file, find }: Mutant): number =>
  readFileSync(join(treeFolder, file), 'utf8').split(find).length - 1

interface Judged {
  /** Tests that failed. */
  readonly killers: readonly string[]
  readonly why?: string
}

async function judge(root: string, mutant: Mutant): Promise<Judged> {
  const places = placesOf(mutant)
  if (places !== 1) return { killers: [], why: `its text stands ${places} times in ${mutant.file}: mend the mutant` }
  const path = join(root, mutant.file)
  const source = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    source.replace(mutant.find, () => mutant.replace),
  )
  try {
    const killers = await failedTests(root, mutant.killedBy)
    return killers.length > 0 ? { killers } : { killers, why: `${mutant.killedBy.join(', ')} passes all the same` }
  } catch (error) {
    // One that does not load proves nothing.
    return { killers: [], why: String(error).slice(0, 500) }
  } finally {
    writeFileSync(path, source)
  }
}

/** A mutant may make a test wait for ever; vitest ends each after its own time, and the first that fails ends the run. */
const TEST_MS_MAX = 30_000

interface Report {
  readonly testResults: readonly {
    readonly message: string
    /** `failed` also where a hook did, and then no test need have. */
    readonly status: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/** @throws Error where a file cannot be loaded */
async function failedTests(root: string, files: readonly string[]): Promise<readonly string[]> {
  const out = join(root, 'report.json')
  rmSync(out, { force: true })
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const args = ['run', ...files, '--bail', '1', '--reporter', 'json', '--outputFile', out, '--maxWorkers', '1']
  const child = spawn(process.execPath, [vitest, ...args, '--testTimeout', String(TEST_MS_MAX)], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    // Nothing of a vitest that this runs in.
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000)
  })
  await once(child, 'close')
  let report: Report
  try {
    report = JSON.parse(readFileSync(out, 'utf8')) as Report
  } catch {
    throw new Error(`no report came of the tests: ${said}`)
  }
  const failed = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ fullName, status }) => (status === 'failed' ? [fullName] : [])),
  )
  // A file that does not load, or whose network does not start on a machine that has much to do, has noticed nothing.
  const broken = report.testResults.find(({ status }) => status === 'failed')
  if (failed.length === 0 && (broken !== undefined || report.testResults.length === 0)) {
    throw new Error(`the tests could not run: ${broken?.message ?? said}`)
  }
  return failed
}

const LEFT_OUT = ['.git', 'node_modules', 'dist']
/** The child of an engine may read these under the names by which they are found, and no link that leads to them. */
const READ_BY_ENGINES = ['onnxruntime-node', 'onnxruntime-common']

/** The tree, with most of its modules by links. */
function copyTree(root: string): void {
  cpSync(treeFolder, root, {
    recursive: true,
    filter: (path) => !LEFT_OUT.some((name) => path === join(treeFolder, name)),
  })
  const [from, to] = [treeFolder, root].map((folder) => join(folder, 'node_modules')) as [string, string]
  mkdirSync(to)
  for (const name of readdirSync(from)) {
    if (READ_BY_ENGINES.includes(name)) cpSync(join(from, name), join(to, name), { recursive: true })
    else symlinkSync(join(from, name), join(to, name), 'dir')
  }
}
