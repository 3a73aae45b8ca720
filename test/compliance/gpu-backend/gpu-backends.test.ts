import { expect, it } from 'vitest'
import { allBackends } from '../../../node/gpu/all-backends.ts'
import type { Machine } from '../../../node/gpu/machine.ts'
import { RecordedMachine } from '../../support/recordings/recorded-machine.ts'
import { gpuBackendCompliance } from './gpu-backend-suite.ts'
import { recordedBackends } from './recorded-backends.ts'

const platforms: readonly Machine['platform'][] = ['linux', 'darwin', 'win32', 'android', 'other']

it('every back end of every system is held to the suite', () => {
  const listed = platforms.flatMap((platform) => allBackends(new RecordedMachine({ platform })).map(({ name }) => name))
  // No system has simulated cards: a program brings them along.
  expect(new Set([...listed, 'simulated'])).toEqual(new Set(Object.keys(recordedBackends)))
})

for (const [backend, machines] of Object.entries(recordedBackends))
  for (const [machine, underTest] of Object.entries(machines))
    gpuBackendCompliance(`${backend} on ${machine}`, underTest)
