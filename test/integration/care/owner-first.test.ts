import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { RawClient } from '../../support/nodes/raw-client.ts'

let mesh: JobNetwork
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aitbc-game-'))
  mesh = await jobNetwork(
    { identity: identityModel('uint8', ['n']) },
    { miners: [{ exclusivePrograms: ['Space-Game-For-Two.exe'] }, {}] },
  )
})
afterAll(async () => {
  await mesh[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

/** A real program of that name; the name in the kernel's list is cut. */
function startGame(): ChildProcess {
  const path = join(folder, 'space-game-for-two')
  copyFileSync('/bin/sleep', path)
  return spawn(path, ['60'], { stdio: 'ignore' })
}

test.runIf(process.platform === 'linux')(
  "a started program from the owner's list withdraws the offer at other nodes within seconds, and jobs are refused",
  async () => {
    const [miner, neighbour] = mesh.net.miners
    const seenPaused = () =>
      [...neighbour!.router!.directory.live()].find(({ offer }) => offer.miner === miner!.operator)?.offer.body
        .paused === 1
    await expect
      .poll(() => [...neighbour!.router!.directory.live()].some(({ offer }) => offer.miner === miner!.operator))
      .toBe(true)
    await using raw = await RawClient.start(mesh.net, miner!)
    const game = startGame()
    try {
      await expect
        .poll(
          () => miner!.miner!.board.current?.body.paused === 1 && (seenPaused() || withdrawnAt(neighbour!, miner!)),
          // The next offer that is made in any case is minutes away.
          { interval: 20 },
        )
        .toBe(true)
      expect(miner!.state().care.reasons).toEqual([{ cause: 'program', text: 'Space-Game-For-Two.exe runs' }])
      const { run } = await raw.run(mesh.id('identity'), [bytesInput(16)], {}, 1_000n)
      // With what, and that it is a game, is nobody's business.
      expect(await raw.end(run)).toMatchObject({ kind: 'refused', reason: 'POLICY', detail: 'this miner rests' })
    } finally {
      game.kill('SIGKILL')
    }
    await expect.poll(() => miner!.state().care.admits, { interval: 100 }).toBe(true)
    await expect.poll(() => miner!.miner!.board.current?.body.paused).toBeUndefined()
  },
  60_000,
)

type Node = JobNetwork['net']['miners'][number]
const withdrawnAt = (neighbour: Node, miner: Node): boolean =>
  ![...neighbour.router!.directory.live()].some(({ offer }) => offer.miner === miner.operator)
