/** What the node counts on where it says which card its WebGPU kernels compute on: the runtime itself names none, to nobody. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { hasKernels } from '../../../node/engines/kernels.ts'

const run = promisify(execFile)

/** A session of no model: the interface is opened for it, and what is wished of the adapter is logged, whether there is one or not. */
const OPENED = (option: string): string => `
  import { env, InferenceSession } from 'onnxruntime-node'
  env.logLevel = 'verbose'
  const providers = [{ name: 'webgpu'${option} }]
  await InferenceSession.create('/nonexistent.onnx', { executionProviders: providers, logSeverityLevel: 0 })
`
const opened = async (option = ''): Promise<string> => {
  const script = ['--input-type=module', '--no-warnings', '-e', OPENED(option)]
  const env = { ...process.env, ORT_DISABLE_TELEMETRY: '1' }
  const { stderr } = await run(process.execPath, script, { env, timeout: 30_000 }).catch(
    (error: { stderr: string }) => error,
  )
  return stderr
}

it.skipIf(!hasKernels('webgpu', process.platform, process.arch))(
  'ONNX Runtime asks for the fastest adapter by itself, as cardFor expects, and lets nobody wish for another',
  async () => {
    // 2 is wgpu::PowerPreference::HighPerformance.
    expect(await opened()).toMatch(/power preference: 2\b/)
    expect(await opened(", powerPreference: 'low-power'")).toContain("unrecognized option: 'powerPreference'")
  },
)
