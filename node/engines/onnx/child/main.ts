/**
 * The engine child: one model, one run after the other. Started by engine-child.ts with the model's path and its limits; talks
 * frames over the descriptor 3 and ends when the node closes its side.
 */
import { Worker } from 'node:worker_threads'
import type { InferenceSession as Session } from 'onnxruntime-node'
import { INPUT_BYTES_MAX } from '../../../../protocols/kernel/limits.ts'
import { dimensionName } from '../../../../protocols/wire/job/dimension-name.ts'
import { TENSORS_MAX, type TensorSpec, type TensorType } from '../../../../protocols/wire/job/tensor.ts'
import { CHANNEL_FD, childUrl, parseChildArguments } from '../child-arguments.ts'
import { failureKinds, frameKinds, padded, REASON_BYTES_MAX, type TensorPart } from '../frames.ts'
import { saysNoMemory } from '../no-memory.ts'
import { encodeReady } from '../ready.ts'
import { ChildChannel, type InboundFrame } from './channel.ts'

const settings = parseChildArguments(process.argv.slice(2))
if (settings.lifeline) new Worker(childUrl('lifeline')).unref()

// The binding takes a Float16Array for an empty one and refuses it. Without that constructor the library falls back to Uint16Array,
// which works; it looks once, when the first tensor is made.
Reflect.deleteProperty(globalThis, 'Float16Array')
const { InferenceSession } = await import('onnxruntime-node')
const { toBytes, toRuntime, ValueError } = await import('./runtime-tensors.ts')

const channel = new ChildChannel(CHANNEL_FD, INPUT_BYTES_MAX + TENSORS_MAX * 8)
const encoder = new TextEncoder()

function sendFailure(call: number, error: unknown, otherwise: number): void {
  const reason = error instanceof Error ? error.message : String(error)
  const text = encoder.encode(reason).subarray(0, REASON_BYTES_MAX)
  const kind = saysNoMemory(reason) ? failureKinds.memory : otherwise
  channel.send(frameKinds.failure, call, kind, [{ index: 0, dims: [], byteLength: text.length }], [text])
}

function specOf(metadata: Session.ValueMetadata): TensorSpec {
  if (!metadata.isTensor) throw new Error(`${metadata.name} is no tensor`)
  const dims = metadata.shape.map((dim) => (typeof dim === 'number' ? dim : dimensionName(dim)))
  return { name: metadata.name, type: metadata.type as TensorType, dims }
}

/** The runtime's words. */
const runtimeNames = { cpu: 'cpu', webgpu: 'webgpu', cuda: 'cuda', directml: 'dml', coreml: 'coreml' } as const

function load(): Promise<Session> {
  return InferenceSession.create(settings.modelPath, {
    executionProviders: [runtimeNames[settings.kernels]],
    executionMode: 'sequential',
    intraOpNumThreads: settings.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Fatal only: warnings about a stranger's model are the stranger's text.
    logSeverityLevel: 4,
    // Threads of an idle session would spin and burn a core each.
    extra: {
      session: {
        // Its results would be another kernel class than the one that is claimed.
        disable_cpu_ep_fallback: settings.kernels === 'cpu' ? '0' : '1',
        intra_op: { allow_spinning: '0' },
        inter_op: { allow_spinning: '0' },
        load_model_format: 'ONNX',
      },
    },
  })
}

interface Answer {
  readonly computedUs: number
  readonly parts: readonly TensorPart[]
  readonly data: readonly Uint8Array[]
}

/** @throws ValueError, and what the runtime throws */
async function run(session: Session, inputs: readonly TensorSpec[], frame: InboundFrame): Promise<Answer> {
  const feeds: Record<string, ReturnType<typeof toRuntime>> = {}
  let at = 0
  for (const part of frame.header.parts) {
    feeds[session.inputNames[part.index]!] = toRuntime(inputs[part.index]!, part, frame.payload, at)
    at += padded(part.byteLength)
  }
  const startedMs = performance.now()
  const results = await session.run(feeds)
  const computedUs = (performance.now() - startedMs) * 1_000
  const data = session.outputNames.map((name) => toBytes(results[name]!))
  const outputBytes = data.reduce((sum, bytes) => sum + bytes.length, 0)
  if (outputBytes > settings.outputBytesMax)
    throw new ValueError(`the outputs have ${outputBytes} bytes, at most ${settings.outputBytesMax} are handed over`)
  const parts = data.map((bytes, index) => ({
    index,
    dims: results[session.outputNames[index]!]!.dims,
    byteLength: bytes.length,
  }))
  return { computedUs, parts, data }
}

async function serve(session: Session): Promise<void> {
  const inputs = session.inputMetadata.map(specOf)
  const ready = encodeReady({ inputs, outputs: session.outputMetadata.map(specOf) })
  channel.send(frameKinds.ready, 0, 0, [{ index: 0, dims: [], byteLength: ready.length }], [ready])
  for (let frame = channel.next(); frame !== undefined; frame = channel.next()) {
    const { call } = frame.header
    const answer = await run(session, inputs, frame).catch((error: unknown) => {
      sendFailure(call, error, failureKinds.refused)
    })
    if (answer !== undefined) channel.send(frameKinds.result, call, answer.computedUs, answer.parts, answer.data)
  }
}

try {
  await serve(await load())
} catch (error) {
  // Where the node is gone this throws too, and the process ends.
  sendFailure(0, error, failureKinds.load)
}
