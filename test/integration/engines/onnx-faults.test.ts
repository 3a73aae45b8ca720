import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModelFile } from '../../../node/engines/engine.ts'
import { createOnnxEngine, type OnnxEngine } from '../../../node/engines/onnx/onnx-engine.ts'
import type { OnnxSession, SessionEvent } from '../../../node/engines/onnx/onnx-session.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { ModelFolder } from '../../support/engines/model-folder.ts'
import { identityModel, repeatModel, slowModel } from '../../support/engines/onnx-models.ts'
import { floats, int64Of, tensorOf } from '../../support/engines/tensor-of.ts'

const MIB = 1_048_576
const limits = { memoryBytesMax: 1_024 * MIB, threads: 1, outputBytesMax: 512 * MIB }
const rounds = (count: number) => [int64Of('rounds', [], count)]
const FOR_EVER = 10_000_000

const errorOf = (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => 'no error',
    (error: unknown) => (error instanceof MeshError ? { code: error.code, facts: error.facts } : error),
  )

describe('the ONNX Runtime engine', () => {
  let folder: ModelFolder
  let engine: OnnxEngine
  let events: SessionEvent[]
  let onEvent: (event: SessionEvent) => void

  beforeEach(async () => {
    folder = new ModelFolder()
    events = []
    onEvent = () => {}
    engine = await createOnnxEngine({
      report: (event) => {
        events.push(event)
        onEvent(event)
      },
    })
  })
  afterEach(async () => {
    await engine[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  const nextEvent = (): Promise<SessionEvent> =>
    new Promise((resolve) => {
      onEvent = resolve
    })

  /** A session whose runs are short so far, so that it sends ahead. */
  async function quick(): Promise<{ session: OnnxSession; model: ModelFile }> {
    const model = folder.add('slow', slowModel(64))
    const session = await engine.open(model, limits)
    for (let i = 0; i < 20; i++) await session.run(rounds(1))
    return { session, model }
  }

  it('loses one run, not those sent along with it, to a crash in native code', async () => {
    const { session, model } = await quick()
    const pid = session.pid!
    const crashing = session.run(rounds(FOR_EVER))
    const along = [1, 2, 3, 4, 5].map((count) => session.run(rounds(count)))
    await busy(pid)
    process.kill(pid, 'SIGSEGV')
    expect(await errorOf(crashing)).toEqual({ code: 'ENGINE_CRASHED', facts: { how: 'SIGSEGV', model: model.id } })
    expect((await Promise.all(along)).map((result) => result.outputs.length)).toEqual([1, 1, 1, 1, 1])
    expect(session.pid).not.toBe(pid)
    expect(events).toMatchObject([{ kind: 'engine:respawned', how: 'SIGSEGV' }])
  })

  it('answers a cancelled run before it kills it, and then those sent along with it', async () => {
    const { session } = await quick()
    const pid = session.pid!
    const cancel = new AbortController()
    const cancelled = errorOf(session.run(rounds(FOR_EVER), { signal: cancel.signal }))
    const along = [1, 2, 3].map((count) => session.run(rounds(count)))
    await busy(pid)
    cancel.abort()
    expect(await cancelled).toEqual({ code: 'CANCELLED', facts: {} })
    // Whoever waited for it did not wait for the child, which may still end the run by itself.
    expect(running(pid)).toBe(true)
    await until(() => !running(pid))
    expect((await Promise.all(along)).map((result) => result.outputs.length)).toEqual([1, 1, 1])
    expect(session.pid).not.toBe(pid)
  })

  it('lets a cancelled run end that is about to', async () => {
    const { session } = await quick()
    const pid = session.pid!
    const cancel = new AbortController()
    const ends = Array.from({ length: 5 }, () => errorOf(session.run(rounds(1), { signal: cancel.signal })))
    cancel.abort()
    expect(await Promise.all(ends)).toEqual(ends.map(() => ({ code: 'CANCELLED', facts: {} })))
    await session.run(rounds(1))
    expect(session.pid).toBe(pid)
  })

  it('is back by itself when the child dies between runs', async () => {
    const { session } = await quick()
    const respawned = nextEvent()
    process.kill(session.pid!, 'SIGKILL')
    expect(await respawned).toMatchObject({ kind: 'engine:respawned', how: 'SIGKILL' })
    expect((await session.run(rounds(1))).outputs).toHaveLength(1)
  })

  it('stops serving a model whose children die one after the other without an answer', async () => {
    const { session, model } = await quick()
    for (;;) {
      const event = nextEvent()
      process.kill(session.pid!, 'SIGBUS')
      if ((await event).kind === 'engine:stopped') break
    }
    expect(events.map((event) => event.kind)).toEqual([...Array(3).fill('engine:respawned'), 'engine:stopped'])
    expect(session.state).toBe('closed')
    const end = { code: 'ENGINE_CRASHED', facts: { how: 'SIGBUS', model: model.id } }
    expect(await errorOf(session.run(rounds(1)))).toEqual(end)
  })

  it('stops serving a model whose file is gone when it is needed again', async () => {
    const { session, model } = await quick()
    rmSync(model.path)
    process.kill(session.pid!, 'SIGKILL')
    await until(() => session.state === 'respawning')
    expect(await errorOf(session.run(rounds(1)))).toMatchObject({ code: 'MODEL_FILE', facts: { path: model.path } })
    expect(session.state).toBe('closed')
  })

  it('stops serving a model whose file was replaced by another', async () => {
    const { session, model } = await quick()
    writeFileSync(model.path, identityModel('float32', [2]))
    process.kill(session.pid!, 'SIGKILL')
    await until(() => session.state === 'respawning')
    expect(await errorOf(session.run(rounds(1)))).toMatchObject({ code: 'MODEL_FILE' })
  })

  it('ends its children when it is disposed, an opening one too', async () => {
    const { session } = await quick()
    const pid = session.pid!
    const opening = errorOf(engine.open(folder.add('other', slowModel(64)), limits))
    await engine[Symbol.asyncDispose]()
    expect(await opening).toMatchObject({ code: 'CANCELLED' })
    expect(running(pid)).toBe(false)
    expect(await errorOf(engine.open(folder.add('late', slowModel(64)), limits))).toMatchObject({ code: 'CANCELLED' })
  })

  it('burns no processor time while nobody runs anything', async () => {
    const model = folder.add('slow', slowModel(512))
    const session = await engine.open(model, { ...limits, threads: 2 })
    await session.run(rounds(20))
    const before = processorMs(session.pid!)
    await delay(500)
    expect(processorMs(session.pid!) - before).toBeLessThan(50)
  })

  it('hands over 256 MiB holding the output once, and what the stream reads into until it is collected', async () => {
    const session = await engine.open(folder.add('repeat', repeatModel()), limits)
    const x = tensorOf('x', 'uint8', [1], Uint8Array.of(9))
    const beforeKib = process.resourceUsage().maxRSS
    const { outputs } = await session.run([x, int64Of('count', [1], 256 * MIB)])
    const peakKib = process.resourceUsage().maxRSS - beforeKib
    expect(outputs[0]!.byteLength).toBe(256 * MIB)
    expect(outputs[0]!.data.every((byte) => byte === 9)).toBe(true)
    expect(peakKib).toBeLessThan((256 + 96) * 1_024)
  })

  it('streams 128 MiB in', async () => {
    const session = await engine.open(folder.add('identity', identityModel('float32', ['n'])), limits)
    const x = floats('x', [32 * MIB], [])
    const data = new Uint8Array(128 * MIB).fill(1)
    const { outputs } = await session.run([{ ...x, byteLength: data.length, data }])
    expect(Buffer.compare(outputs[0]!.data, data)).toBe(0)
  })
})

const statOf = (pid: number): readonly string[] =>
  readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ')

function running(pid: number): boolean {
  try {
    return !['Z', 'X'].includes(statOf(pid)[0]!)
  } catch {
    return false
  }
}

/** User and system time; the kernel counts in hundredths of a second. */
const processorMs = (pid: number): number => (Number(statOf(pid)[11]) + Number(statOf(pid)[12])) * 10

/** For what no event tells. */
async function until(holds: () => boolean): Promise<void> {
  for (const giveUpAtMs = performance.now() + 30_000; !holds(); await delay(2)) {
    if (performance.now() > giveUpAtMs) throw new Error(`still not: ${holds}`)
  }
}

/** Waits until the process computes. */
function busy(pid: number): Promise<void> {
  const before = processorMs(pid)
  return until(() => processorMs(pid) >= before + 30)
}
