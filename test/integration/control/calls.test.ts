import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { callControl } from '../../../node/control/call-control.ts'
import { serveControl } from '../../../node/control/serve-control.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { RawConnection } from './raw-connection.ts'

describe('a call to the node', () => {
  test('gets the result of the method, made from the parameters', async () => {
    const folder = temporaryFolder()
    await using _ = await serveControl(folder, { add: async (params) => (params as number[]).reduce((a, b) => a + b) })
    expect(await callControl(folder, 'add', [1, 2, 39])).toBe(42)
  })

  test('gets null where the method returns nothing', async () => {
    const folder = temporaryFolder()
    await using _ = await serveControl(folder, { nothing: async () => {} })
    expect(await callControl(folder, 'nothing', undefined)).toBeNull()
  })

  test('hears all events in their order before the result', async () => {
    const folder = temporaryFolder()
    await using _ = await serveControl(folder, {
      async count(params, { emit }) {
        for (let n = 0; n < (params as number); n++) await emit({ n })
        return 'counted'
      },
    })
    const heard: unknown[] = []
    const result = await callControl(folder, 'count', 1_000, { onEvent: (event) => void heard.push(event) })
    expect(result).toBe('counted')
    expect(heard).toEqual(Array.from({ length: 1_000 }, (_, n) => ({ n })))
  })

  test('carries tensors of tens of megabytes both ways', async () => {
    const folder = temporaryFolder()
    await using _ = await serveControl(folder, { echo: async (params) => params })
    const data = Buffer.alloc(60 * 1_048_576, 7).toString('base64')
    expect((await callControl(folder, 'echo', { data })) as object).toEqual({ data })
  })

  test('fails with the error of the method, its facts and its hint', async () => {
    const folder = temporaryFolder()
    await using _ = await serveControl(folder, {
      async refuse() {
        throw new MeshError('PRICE_CEILING', { cheapest: 2n ** 63n, ceiling: 7n })
      },
    })
    const error = await callControl(folder, 'refuse', {}).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MeshError)
    expect(error).toMatchObject({
      code: 'PRICE_CEILING',
      facts: { cheapest: '9223372036854775808', ceiling: '7' },
      message: 'the cheapest price is 9223372036854.775808, the ceiling 0.000007',
    })
  })

  test('fails as a bug where the method throws what nobody foresaw', async () => {
    const folder = temporaryFolder()
    await using _ = await serveControl(folder, {
      broken() {
        throw new RangeError('out of range')
      },
    })
    await expect(callControl(folder, 'broken', {})).rejects.toMatchObject({
      code: 'BUG',
      message: expect.stringContaining('out of range'),
    })
  })

  test.each(['toString', 'constructor', '__proto__', ''])(
    'of the method %j, which is none, says so',
    async (method) => {
      const folder = temporaryFolder()
      await using _ = await serveControl(folder, {})
      await expect(callControl(folder, method, {})).rejects.toMatchObject({
        code: 'CONTROL_UNKNOWN',
        facts: { method },
      })
    },
  )

  test('that is aborted ends at once as CANCELLED, and so does the work in the node', async () => {
    const folder = temporaryFolder()
    const { promise: ended, resolve } = Promise.withResolvers<unknown>()
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    await using _ = await serveControl(folder, {
      forever: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          begin()
          signal.addEventListener('abort', () => {
            resolve(signal.reason)
            reject(signal.reason)
          })
        }),
    })
    const controller = new AbortController()
    const call = callControl(folder, 'forever', {}, { signal: controller.signal })
    await begun
    controller.abort()
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await ended).toMatchObject({ code: 'CANCELLED' })
  })

  test('is not even begun where it is aborted before', async () => {
    const signal = AbortSignal.abort()
    await expect(callControl('/nowhere', 'any', {}, { signal })).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  test('fails with what its event handler throws, and the node hears that it is over', async () => {
    const folder = temporaryFolder()
    const { promise: ended, resolve } = Promise.withResolvers<unknown>()
    await using _ = await serveControl(folder, {
      async tick(_, { signal, emit }) {
        signal.addEventListener('abort', () => resolve(signal.reason))
        await emit(1)
        await ended
      },
    })
    const onEvent = (): void => {
      throw new MeshError('DISK_FULL', { file: 'answer.npy' })
    }
    await expect(callControl(folder, 'tick', {}, { onEvent })).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(await ended).toMatchObject({ code: 'CANCELLED' })
  })

  test('does not make the node run ahead of a slow reader', async () => {
    const folder = temporaryFolder()
    let emitted = 0
    const { promise: stop, resolve } = Promise.withResolvers<void>()
    await using _ = await serveControl(folder, {
      async flood(_, { signal, emit }) {
        const event = 'x'.repeat(65_536)
        for (; !signal.aborted && emitted < 10_000; emitted++) await emit(event)
      },
    })
    const controller = new AbortController()
    const call = callControl(folder, 'flood', {}, { signal: controller.signal, onEvent: () => stop })
    // What fits into the buffers of both sides is sent, and then nothing more, though the method could go on.
    let before = -1
    await expect
      .poll(
        () => {
          const stands = emitted > 0 && emitted === before
          before = emitted
          return stands
        },
        { interval: 200 },
      )
      .toBe(true)
    expect(emitted).toBeLessThan(100)
    controller.abort()
    resolve()
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('the socket', () => {
  test('can be opened by its owner only, and is gone when the node stops', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'control.sock')
    {
      await using _ = await serveControl(folder, {})
      expect(statSync(path).mode & 0o777).toBe(0o600)
    }
    expect(existsSync(path)).toBe(false)
    await expect(callControl(folder, 'any', {})).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
  })

  test('closes when the signal of the node aborts', async () => {
    const folder = temporaryFolder()
    const controller = new AbortController()
    await using _ = await serveControl(folder, { pid: async () => 1 }, { signal: controller.signal })
    expect(await callControl(folder, 'pid', {})).toBe(1)
    controller.abort()
    await expect.poll(() => existsSync(join(folder, 'control.sock'))).toBe(false)
  })

  test('answers CANCELLED for what runs when the node stops', async () => {
    const folder = temporaryFolder()
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const control = await serveControl(folder, {
      forever: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          begin()
          signal.addEventListener('abort', () => reject(signal.reason))
        }),
    })
    const call = expect(callControl(folder, 'forever', {})).rejects.toMatchObject({ code: 'CANCELLED' })
    await begun
    await control[Symbol.asyncDispose]()
    await call
  })

  test('does not wait for ever for a method that does not heed its signal', async () => {
    const folder = temporaryFolder()
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const control = await serveControl(folder, {
      deaf: () => {
        begin()
        return new Promise(() => {})
      },
    })
    const call = expect(callControl(folder, 'deaf', {})).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
    await begun
    await control[Symbol.asyncDispose]()
    await call
  })
})

describe('a program that does not keep to the rules', () => {
  const usage = { id: null, error: { code: 'USAGE' } }

  test.each([
    ['no JSON', '{"id": 1'],
    ['no object', '[1]'],
    ['no id', '{"method": "pid"}'],
    ['an id that is no whole number', '{"id": 1.5, "method": "pid"}'],
    ['an id that is too long', JSON.stringify({ id: 'x'.repeat(65), method: 'pid' })],
    ['no method', '{"id": 1}'],
    ['a method that is no text', '{"id": 1, "method": {}}'],
  ])('and sends %s is told, and its connection closes', async (_, line) => {
    const folder = temporaryFolder()
    await using _control = await serveControl(folder, { pid: async () => 1 })
    await using program = await RawConnection.open(folder)
    program.send(line)
    expect(await program.next()).toMatchObject(usage)
    expect(await program.next()).toBeUndefined()
    expect(await callControl(folder, 'pid', {})).toBe(1)
  })

  test('and sends what is not UTF-8 is told, and its connection closes', async () => {
    const folder = temporaryFolder()
    await using _ = await serveControl(folder, {})
    await using program = await RawConnection.open(folder)
    program.socket.write(Buffer.from([0x22, 0xff, 0xfe, 0x0a]))
    expect(await program.next()).toMatchObject(usage)
    expect(await program.next()).toBeUndefined()
  })

  test('and uses the id of a running call again loses that call too', async () => {
    const folder = temporaryFolder()
    await using _ = await serveControl(folder, { forever: untilAborted })
    await using program = await RawConnection.open(folder)
    program.send({ id: 1, method: 'forever' }, { id: 1, method: 'forever' })
    const answers = [await program.next(), await program.next()]
    expect(answers).toContainEqual(expect.objectContaining({ id: null }))
    expect(answers).toContainEqual(
      expect.objectContaining({ id: 1, error: expect.objectContaining({ code: 'CANCELLED' }) }),
    )
    expect(await program.next()).toBeUndefined()
  })

  test('and sends a line without an end is cut off at the limit', async () => {
    const folder = temporaryFolder()
    await using _ = await serveControl(folder, { pid: async () => 1 })
    await using program = await RawConnection.open(folder)
    const piece = Buffer.alloc(1_048_576, 0x20)
    for (let sent = 0; sent <= 96; sent++) program.socket.write(piece)
    expect(await program.next()).toMatchObject({ id: null, error: { code: 'LIMIT' } })
    expect(await program.next()).toBeUndefined()
    expect(await callControl(folder, 'pid', {})).toBe(1)
  })

  test('and is gone takes its calls with it', async () => {
    const folder = temporaryFolder()
    const { promise: cancelled, resolve } = Promise.withResolvers<void>()
    await using _ = await serveControl(folder, {
      forever(_, context) {
        context.signal.addEventListener('abort', () => resolve())
        return untilAborted(_, context)
      },
      ready: async () => true,
    })
    {
      await using program = await RawConnection.open(folder)
      program.send({ id: 1, method: 'forever' }, { id: 2, method: 'ready' })
      expect(await program.next()).toEqual({ id: 2, result: true })
    }
    await cancelled
  })
})

describe('many calls', () => {
  test('on one connection run side by side, are cancelled one by one, and are at most 64', async () => {
    const folder = temporaryFolder()
    await using _ = await serveControl(folder, { forever: untilAborted, ready: async () => true })
    await using program = await RawConnection.open(folder)
    for (let id = 0; id < 64; id++) program.send({ id, method: 'forever' })
    program.send({ id: 'one more', method: 'ready' })
    expect(await program.next()).toMatchObject({ id: 'one more', error: { code: 'LIMIT' } })
    program.send({ id: 33, cancel: true })
    expect(await program.next()).toMatchObject({ id: 33, error: { code: 'CANCELLED' } })
    program.send({ id: 'now', method: 'ready' })
    expect(await program.next()).toEqual({ id: 'now', result: true })
    program.send({ id: 33, cancel: true }, { id: 33, method: 'ready' })
    expect(await program.next()).toEqual({ id: 33, result: true })
  })

  test('come from at most 32 programs, and a place is free when one leaves', async () => {
    const folder = temporaryFolder()
    await using _ = await serveControl(folder, { pid: async () => 1 })
    await using programs = new AsyncDisposableStack()
    const opened: RawConnection[] = []
    for (let i = 0; i < 32; i++) {
      const program = programs.use(await RawConnection.open(folder))
      program.send({ id: i, method: 'pid' })
      expect(await program.next()).toEqual({ id: i, result: 1 })
      opened.push(program)
    }
    await expect(callControl(folder, 'pid', {})).rejects.toMatchObject({ code: 'LIMIT' })
    await opened[7]![Symbol.asyncDispose]()
    await expect.poll(() => callControl(folder, 'pid', {}).catch(() => 'full')).toBe(1)
  })

  test('hold at most 256 MiB of requests together', async () => {
    const folder = temporaryFolder()
    await using _ = await serveControl(folder, { forever: untilAborted })
    await using programs = new AsyncDisposableStack()
    const params = 'x'.repeat(90 * 1_048_576)
    const answers = [1, 2, 3].map(async (id) => {
      const program = programs.use(await RawConnection.open(folder))
      program.send({ id, method: 'forever', params })
      return await program.next()
    })
    // Two of the three fit and run: only the third is answered.
    expect(await Promise.race(answers)).toMatchObject({ error: { code: 'LIMIT' } })
    await programs.disposeAsync()
    expect((await Promise.all(answers)).filter((answer) => answer !== undefined)).toHaveLength(1)
  })
})

function untilAborted(_: unknown, { signal }: { readonly signal: AbortSignal }): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}
