/** The probes of docs/containers.md, as they stand there, against nodes in each state. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CliNetwork } from '../support/processes/cli-network.ts'
import { AITBC } from '../support/processes/cli-process.ts'

const page = readFileSync(new URL('../../docs/containers.md', import.meta.url), 'utf8')
const FOLDER = '/data/node'

/** A JSON list behind a key of one of the page's examples. */
function listAfter(pattern: RegExp): readonly string[] {
  const [, text] = pattern.exec(page)!
  return JSON.parse(text!) as readonly string[]
}
const [, ...compose] = listAfter(/healthcheck:\n\s+test: (\[.*\])/)
const probes = {
  compose,
  readiness: listAfter(/readinessProbe:\n\s+exec:\n\s+command: (\[.*\])/),
  liveness: listAfter(/livenessProbe:\n\s+exec:\n\s+command: (\[.*\])/),
  startup: listAfter(/startupProbe:\n\s+exec:\n\s+command: (\[.*\])/),
}

let net: CliNetwork
let bin: string
beforeAll(async () => {
  net = await CliNetwork.start()
  bin = join(net.folder, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'aitbc'), `#!/bin/sh\nexec '${process.execPath}' '${AITBC}' "$@"\n`)
  chmodSync(join(bin, 'aitbc'), 0o755)
})
afterAll(() => net[Symbol.asyncDispose]())

/** As the container's runtime runs them; only the folder is another. */
function results(dataFolder: string): Readonly<Record<keyof typeof probes, number | null>> {
  const env = { ...net.env, PATH: `${bin}${delimiter}${process.env.PATH}` }
  const run = ([command, ...words]: readonly string[]): number | null => {
    const { status, stdout } = spawnSync(
      command!,
      words.map((word) => word.replaceAll(FOLDER, dataFolder)),
      { env, encoding: 'utf8' },
    )
    expect(stdout).toBe('')
    return status
  }
  return {
    compose: run(probes.compose),
    readiness: run(probes.readiness),
    liveness: run(probes.liveness),
    startup: run(probes.startup),
  }
}

test.skipIf(process.platform === 'win32')(
  'tell a node that works from one that cannot and from one that is gone',
  async () => {
    for (const words of Object.values(probes)) expect(words.join(' ')).toContain(FOLDER)
    const miner = await net.miner('miner', ['characters'], '0.001')
    expect(results(miner.dataFolder)).toEqual({ compose: 0, readiness: 0, liveness: 0, startup: 0 })
    await net.closeDoor()
    // Its only peer is gone: it is not ready, and no restart would help.
    await expect.poll(() => results(miner.dataFolder).readiness, { timeout: 30_000 }).toBe(6)
    expect(results(miner.dataFolder)).toEqual({ compose: 6, readiness: 6, liveness: 0, startup: 0 })
    miner.process.child.kill('SIGKILL')
    await miner.process.end()
    expect(results(miner.dataFolder)).toEqual({ compose: 5, readiness: 5, liveness: 1, startup: 1 })
  },
)
