import { describe, expect, it } from 'vitest'
import { onEachSeat } from '../../../node/engines/on-each-seat.ts'
import { environmentOf } from '../../../node/engines/onnx/engine-child.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'

describe('work on each seat', () => {
  it('is done on four at once, and told in the order of the seats', async () => {
    let running = 0
    let most = 0
    const { done, failed } = await onEachSeat([1, 2, 3, 4, 5, 6, 7], async (seat) => {
      most = Math.max(most, ++running)
      for (let i = 0; i < 8 - seat; i++) await Promise.resolve()
      running--
      if (seat % 3 === 0) throw new MeshError('ENGINE_MEMORY', { max: seat })
      return seat * 10
    })
    expect(most).toBe(4)
    expect(done).toEqual([1, 2, 4, 5, 7].map((seat) => ({ seat, value: seat * 10 })))
    expect(failed.map(({ seat, error }) => [seat, error.code])).toEqual([
      [3, 'ENGINE_MEMORY'],
      [6, 'ENGINE_MEMORY'],
    ])
  })
})

describe('a child of an engine', () => {
  const own = { HOME: '/root', CUDA_VISIBLE_DEVICES: '0,1', LD_LIBRARY_PATH: '/cuda' }

  it('sees the card that it is held to, whatever its owner made visible, and nothing else of the node', () => {
    const environment = { CUDA_VISIBLE_DEVICES: 'GPU-1' }
    const told = environmentOf({ kernels: 'cuda', environment }, own)
    expect(told).toMatchObject({ CUDA_VISIBLE_DEVICES: 'GPU-1', LD_LIBRARY_PATH: '/cuda' })
    expect(told).not.toHaveProperty('HOME')
    expect(environmentOf({ kernels: 'cuda' }, own)).toMatchObject({ CUDA_VISIBLE_DEVICES: '0,1' })
  })

  it('that computes on the processor is told of no card', () => {
    const told = environmentOf({ kernels: 'cpu', environment: { CUDA_VISIBLE_DEVICES: 'GPU-1' } }, own)
    expect(told).not.toHaveProperty('CUDA_VISIBLE_DEVICES')
    expect(told).not.toHaveProperty('LD_LIBRARY_PATH')
  })
})
