import { expect } from 'vitest'

const second = (): number => Math.floor(Date.now() / 1_000)

/** Until the clock says another second: a chain's first block is told by it. A timer alone may be a little early. */
export async function nextSecond(): Promise<void> {
  const now = second()
  await expect.poll(second, { interval: 10 }).toBeGreaterThan(now)
}
