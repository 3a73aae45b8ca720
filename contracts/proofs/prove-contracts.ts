/** The quick proofs: unit, fuzz and invariant tests, and the gas gate. */
import { forgeTest, type Tested } from './forge.ts'
import { judgeGas, keepGas } from './gas-gate.ts'

/** Isolated, each call finds storage cold, as a transaction does: right for gas, slow for the rest. */
const GAS_SUITE = 'GasTest'

export interface Proven {
  /** What was counted, for people. */
  readonly lines: readonly string[]
  /** What does not hold, a line each. */
  readonly complaints: readonly string[]
}

export interface ProveOptions {
  /** Many more inputs and longer runs. */
  readonly profile?: 'deep'
  /** Of inputs and runs; a fixed one where absent, so that a quick run says the same each time. */
  readonly seed?: string
  /** Keeps what is measured, instead of holding it to what is kept. */
  readonly writesGas?: boolean
  readonly signal?: AbortSignal
}

/** @throws Error where the contracts do not compile */
export async function proveContracts(options: ProveOptions = {}): Promise<Proven> {
  const seed = options.seed === undefined ? [] : ['--fuzz-seed', options.seed]
  const tested = await forgeTest(['--no-match-contract', GAS_SUITE, ...seed], options)
  const measured = await forgeTest(['--isolate', '--match-contract', GAS_SUITE], options)
  if (options.writesGas === true) keepGas(measured.gas)
  const offGas = judgeGas(measured.gas)
  return {
    lines: [countsOf(tested), `${Object.keys(measured.gas).length} gas figures, ${offGas.length} more than 2 % off`],
    complaints: [...tested.failed, ...measured.failed, ...offGas],
  }
}

const countsOf = ({ unit, fuzz, fuzzRuns, invariants, invariantCalls, failed }: Tested): string =>
  [
    `${unit} unit tests`,
    `${fuzz} fuzz tests over ${fuzzRuns} inputs`,
    `${invariants} invariants over ${invariantCalls} calls`,
    `${failed.length} failed`,
  ].join(', ')
