import { expect, test } from 'vitest'
import type { EngineSession, RunOptions } from '../../../node/engines/engine.ts'
import { trialRun } from '../../../node/pricing/trial-run.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'

const session = (run: (nth: number, options: RunOptions) => number): EngineSession => {
  let nth = 0
  return {
    inputs: [{ name: 'x', type: 'float32', dims: ['n', 4] }],
    run: async (_: unknown, options: RunOptions) => ({ outputs: [], computedUs: run(++nth, options), waitedUs: 0 }),
  } as unknown as EngineSession
}

test('what a run takes is told by the second one: the first warms up', async () => {
  expect(await trialRun(session((nth) => (nth === 1 ? 900_000 : 1_500)))).toBe(1.5)
})

test('a model that does not take made-up inputs, or takes too long, is not known', async () => {
  for (const code of ['ENGINE_FAILED', 'ENGINE_DEADLINE'] as const) {
    const failing = session(() => {
      throw new MeshError(code)
    })
    expect(await trialRun(failing)).toBeUndefined()
  }
  expect(await trialRun(session((_, { deadlineMs }) => deadlineMs! * 1_000))).toBe(2_000)
})

test('what is no error of the engine is not hidden', async () => {
  const broken = session(() => {
    throw new TypeError('a bug')
  })
  await expect(trialRun(broken)).rejects.toThrow('a bug')
})
