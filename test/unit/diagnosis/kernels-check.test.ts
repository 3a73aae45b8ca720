import { expect, it } from 'vitest'
import { kernelsCheck } from '../../../node/diagnosis/kernels-check.ts'

it('warns where the package of the runtime has no such kernels for this system, and says that the processor goes on', async () => {
  const finding = await kernelsCheck(process.platform === 'win32' ? 'coreml' : 'directml').run(
    AbortSignal.timeout(60_000),
  )
  expect(finding).toMatchObject({
    state: 'warn',
    found: expect.stringContaining(`has none for ${process.platform}`),
    remedy: expect.stringContaining('processor'),
  })
})
