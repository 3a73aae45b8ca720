/** The engine is handed its next run before the last one's answer is made: what a miner does with an answer costs no engine time. */
import { expect, it, onTestFinished } from 'vitest'
import { createOnnxEngine } from '../../../node/engines/onnx/onnx-engine.ts'
import { openModelFile } from '../../../node/models/open-model-file.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { ModelSeat } from '../../../node/work/queue/model-seat.ts'
import type { RunOrder } from '../../../node/work/queue/run-order.ts'
import { RunQueue } from '../../../node/work/queue/run-queue.ts'
import { ServedModel } from '../../../node/work/served-models.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { ModelFolder } from '../../support/engines/model-folder.ts'
import { loopedPerceptronModel } from '../../support/engines/onnx-models.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'

const WIDTH = 256
/** Some 40 ms on one quick core. */
const ROUNDS = 3_000
/** Long enough for the next run, on a machine that does other things as well. */
const BLOCKED_FACTOR = 4
const TRIES_MAX = 8

it('computes the next run while this process is busy with the answer of the last', async () => {
  const folder = new ModelFolder()
  onTestFinished(() => folder[Symbol.dispose]())
  const file = await openModelFile(folder.add('looped', loopedPerceptronModel(WIDTH, ROUNDS)).path)
  await using engine = await createOnnxEngine()
  await using session = await engine.open(file, { memoryBytesMax: 2 ** 31, threads: 1, outputBytesMax: 2 ** 26 })
  const { inputs, outputs, kernelClass } = session
  const table = { id: file.id, name: 'looped', bytes: file.bytes, base: credits(1), kernelClass, inputs, outputs }
  using queue = new RunQueue({ clock: systemClock })
  const order: RunOrder = {
    model: new ServedModel(table, [new ModelSeat(crypto, 'cpu', session)]),
    payer: '0x1' as Address,
    latencyClass: 'standard',
    price: credits(1),
    inputs: [floats('x', [1, WIDTH], new Array(WIDTH).fill(0.5))],
    signal: new AbortController().signal,
    deadlineMs: 60_000,
    mayShare: false,
    onBegun: () => undefined,
    onSetAside: () => undefined,
    onLost: () => undefined,
  }
  await queue.run({ ...order })
  // On a machine that does other things as well the engine may come too late all the same; without its turn it never comes in time.
  for (let tries = 1; ; tries++) {
    const startedMs = performance.now()
    const [first, second] = [queue.run({ ...order }), queue.run({ ...order })]
    await first
    const untilMs = performance.now() + BLOCKED_FACTOR * (performance.now() - startedMs)
    while (performance.now() < untilMs);
    const computedMs = (await second).computedUs / 1_000
    const afterMs = performance.now() - untilMs
    if (afterMs < computedMs / 2) return
    expect(tries, `${afterMs} ms after, ${computedMs} ms of work`).toBeLessThan(TRIES_MAX)
  }
})
