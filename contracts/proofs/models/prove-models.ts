/**
 * Has solc's model checker prove the models of the books. Each call of a model starts in any state where the books hold and must end in
 * one: what is proven holds for every amount and every order of calls. Needs z3 on the PATH.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { proofsFolder } from '../forge.ts'

const solc = createRequire(import.meta.url)('solc') as {
  compile(
    input: string,
    callbacks: { smtSolver: (query: string) => { readonly contents: string } | { readonly error: string } },
  ): string
}
/** Each takes well below a second; one that takes this long is not proven. */
const QUERY_MS_MAX = 60_000

export interface ModelsProven {
  /** Questions that the solver answered with a proof; undefined where z3 is missing. */
  readonly proven: number | undefined
  readonly complaints: readonly string[]
}

export function proveModels(): ModelsProven {
  if (spawnSync('z3', ['--version']).error !== undefined) return { proven: undefined, complaints: [] }
  const folder = join(proofsFolder, 'models')
  const results = readdirSync(folder)
    .filter((name) => name.endsWith('.sol'))
    .map((name) => proveModel(name, readFileSync(join(folder, name), 'utf8')))
  return {
    proven: results.reduce((sum, { proven }) => sum + proven, 0),
    complaints: results.flatMap(({ complaints }) => complaints),
  }
}

interface Finding {
  readonly severity: 'error' | 'warning' | 'info'
  readonly errorCode: string
  readonly formattedMessage: string
}

/** The bounded engine is named deprecated. It is what is right here: a step is all that is to be proven, and it has no loops. */
const DEPRECATION = '3993'

export function proveModel(name: string, content: string): { proven: number; complaints: readonly string[] } {
  let proven = 0
  const input = {
    language: 'Solidity',
    sources: { [name]: { content } },
    settings: {
      modelChecker: {
        engine: 'bmc',
        solvers: ['smtlib2'],
        targets: ['assert'],
        showUnproved: true,
        showProvedSafe: true,
      },
    },
  }
  const output = solc.compile(JSON.stringify(input), {
    smtSolver(query) {
      const { stdout, error } = spawnSync('z3', ['-smt2', '-in'], {
        input: query,
        encoding: 'utf8',
        timeout: QUERY_MS_MAX,
      })
      if (error !== undefined) return { error: error.message }
      // That nothing makes the books wrong: the question is for values that would.
      if (stdout.startsWith('unsat')) proven++
      return { contents: stdout }
    },
  })
  const { errors = [] } = JSON.parse(output) as { readonly errors?: readonly Finding[] }
  const complaints = errors
    .filter(({ severity, errorCode }) => severity !== 'info' && errorCode !== DEPRECATION)
    .map(({ formattedMessage }) => formattedMessage)
  return { proven, complaints: proven === 0 ? [...complaints, `${name}: nothing was proven`] : complaints }
}
