/** Puts one fault at a time into a copy of the contracts, and requires the proof that names it to fail. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contractsFolder, modulesFolder } from '../../build/compile-sources.ts'
import { cacheFolder, forgeTest, proofsFolder } from '../forge.ts'
import { courtMutants } from './court-mutants.ts'
import { escrowMutants } from './escrow-mutants.ts'
import type { Mutant } from './mutant.ts'
import { vaultMutants } from './vault-mutants.ts'

export const mutants: readonly Mutant[] = [...vaultMutants, ...escrowMutants, ...courtMutants]

export interface MutantsRun {
  readonly killed: number
  /** Why each of the others lives, a line each. */
  readonly alive: readonly string[]
}

/**
 * @param parallel forge compiles on one core and most of the time
 * @param onDone hears of each as it is judged
 */
export async function runMutants(
  chosen: readonly Mutant[],
  { parallel, signal, onDone }: { parallel: number; signal?: AbortSignal; onDone?: (line: string) => void },
): Promise<MutantsRun> {
  const waiting = [...chosen]
  const alive: string[] = []
  const work = async (root: string): Promise<void> => {
    copyTree(root)
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const why = await whyAlive(root, mutant, signal)
      if (why !== undefined) alive.push(`${mutant.name}: ${why}`)
      onDone?.(`${why === undefined ? 'killed' : 'ALIVE '}  ${mutant.name} (${mutant.killedBy})`)
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'contract-mutants-'))
  try {
    await Promise.all(Array.from({ length: parallel }, (_, place) => work(join(folder, String(place)))))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return { killed: chosen.length - alive.length, alive }
}

async function whyAlive(root: string, mutant: Mutant, signal?: AbortSignal): Promise<string | undefined> {
  const source = readFileSync(join(contractsFolder, 'src', mutant.file), 'utf8')
  if (source.split(mutant.find).length !== 2) return `its place is not found once in ${mutant.file}: mend the mutant`
  const path = join(root, 'contracts', 'src', mutant.file)
  writeFileSync(
    path,
    source.replace(mutant.find, () => mutant.replace),
  )
  try {
    const args = ['--match-test', `^${mutant.killedBy}\\(`]
    const { failed } = await forgeTest(args, { root, isUnoptimised: true, ...(signal === undefined ? {} : { signal }) })
    return failed.length > 0 ? undefined : `${mutant.killedBy} holds all the same`
  } catch (error) {
    // One that does not compile proves nothing.
    return String(error).slice(0, 500)
  } finally {
    writeFileSync(path, source)
  }
}

/** The tree that forge sees, with the modules by a link. */
function copyTree(root: string): void {
  mkdirSync(join(root, 'contracts'), { recursive: true })
  cpSync(join(contractsFolder, 'src'), join(root, 'contracts', 'src'), { recursive: true })
  cpSync(proofsFolder, join(root, 'contracts', 'proofs'), {
    recursive: true,
    filter: (path) => !path.startsWith(cacheFolder),
  })
  symlinkSync(modulesFolder, join(root, 'node_modules'), 'dir')
}
