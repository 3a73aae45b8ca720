import { describe, expect, it } from 'vitest'
import { openMeasured } from '../../../node/cli/gpu/open-measured.ts'

const signal = AbortSignal.timeout(60_000)

describe('the card that is measured', () => {
  it('is the processor where that computes, by its name too', async () => {
    await using opened = await openMeasured('cpu', 'cpu', signal)
    expect(opened.engine.kernels).toBe('cpu')
    expect(opened).not.toHaveProperty('facts')
  })

  it('is none that is not here, which is said before anything is started', async () => {
    await expect(openMeasured('cpu', '99', signal)).rejects.toMatchObject({ code: 'CARD_NOT_HERE' })
  })

  it('is not the processor where a card was asked for', async () => {
    const foreign = process.platform === 'win32' ? 'coreml' : 'directml'
    await expect(openMeasured(foreign, 'cpu', signal)).rejects.toMatchObject({ code: 'ENGINE_KERNELS' })
  })
})
