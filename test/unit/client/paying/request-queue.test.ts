import { describe, expect, it } from 'vitest'
import { RequestQueue } from '../../../../node/client/paying/request-queue.ts'
import type { PaymentRequest } from '../../../../protocols/wire/payment/payment-protocol.ts'
import { attemptOf } from '../../../support/receipts.ts'

const request = (word: string): PaymentRequest => ({ kind: 'missing', attempts: [attemptOf(word)] })

describe('requests of one payment call', () => {
  it('go up in the order in which they came, the opening first', async () => {
    const queue = new RequestQueue(request('first'))
    queue.push(request('second'))
    const up = queue[Symbol.asyncIterator]()
    expect((await up.next()).value).toEqual(request('first'))
    queue.push(request('third'))
    expect((await up.next()).value).toEqual(request('second'))
    expect((await up.next()).value).toEqual(request('third'))
  })

  it('wake a call that waits for one', async () => {
    const queue = new RequestQueue(request('first'))
    const up = queue[Symbol.asyncIterator]()
    await up.next()
    const next = up.next()
    queue.push(request('late'))
    queue.push(request('later'))
    expect((await next).value).toEqual(request('late'))
    expect((await up.next()).value).toEqual(request('later'))
  })

  it('end a call that waits, and one that comes to wait', async () => {
    for (const first of ['waits', 'comes']) {
      const queue = new RequestQueue(request('first'))
      const up = queue[Symbol.asyncIterator]()
      await up.next()
      if (first === 'comes') queue.end()
      const next = up.next()
      queue.end()
      expect((await next).done).toBe(true)
    }
  })

  it('are dropped where the call has ended: the next one says what counts then', async () => {
    const queue = new RequestQueue(request('first'))
    queue.push(request('second'))
    queue.end()
    expect((await queue[Symbol.asyncIterator]().next()).done).toBe(true)
  })
})
