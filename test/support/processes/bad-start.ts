/** What `aitbc start` says where it does not start a node. */
import { expect } from 'vitest'
import type { CliNetwork } from './cli-network.ts'
import { type CliResult, cli } from './cli-process.ts'

export const startAt =
  (net: CliNetwork) =>
  (dataFolder: string, ...more: string[]): Promise<CliResult> =>
    cli(['start', '--data', dataFolder, '--log-level', 'warn', ...more], { env: net.env, folder: net.folder })

/** Nothing but what, why and what next: no log line says it a second time. */
export function expectTold(
  { code, out, err }: CliResult,
  exit: number,
  what: string | RegExp,
  next: string | RegExp,
): void {
  expect({ code, out }, err).toEqual({ code: exit, out: '' })
  // On a slow machine a start is told of every second.
  const said = err
    .trimEnd()
    .split('\n')
    .filter((line) => !/^starting the node: \d+ s$/.test(line))
  const [first = '', second = '', ...more] = said
  expect(first).toMatch(what)
  expect(second).toMatch(next)
  expect(second).toMatch(/^ {2}Next: /)
  expect(more).toEqual([])
}
