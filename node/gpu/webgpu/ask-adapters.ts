/**
 * A program of its own: asks Dawn for this machine's adapters and prints them as one line of JSON. Dawn is native code that loads
 * whatever drivers are installed; one that crashes or hangs takes this process with it, and the node goes on.
 */
import { writeSync } from 'node:fs'
import type { AdapterInfo } from '../../../protocols/rules/cards/adapter-card.ts'

/** Of the package `webgpu`, what is used here: it is optional, and so are its types. */
interface Dawn {
  readonly create: (flags: readonly string[]) => {
    requestAdapter(options: { readonly powerPreference: string }): Promise<{ readonly info: AdapterInfo } | null>
  }
}

const PACKAGE: string = 'webgpu'

/** Written at once: Dawn's threads may keep the process, or end it, whenever they like. */
function end(answer: object): never {
  writeSync(1, `\n${JSON.stringify(answer)}\n`)
  process.exit(0)
}

const dawn = (await import(PACKAGE).catch((error: Error) => end({ failed: error.message.slice(0, 200) }))) as Dawn

const gpu = dawn.create([])
const adapters: AdapterInfo[] = []
// A page gets one adapter for each wish; where both are the same card, the same is said twice.
for (const powerPreference of ['high-performance', 'low-power']) {
  const adapter = await gpu.requestAdapter({ powerPreference })
  if (adapter === null) continue
  const { vendor = '', architecture = '', device = '', description = '', isFallbackAdapter = false } = adapter.info
  adapters.push({ vendor, architecture, device, description, isFallbackAdapter })
}
end({ adapters })
