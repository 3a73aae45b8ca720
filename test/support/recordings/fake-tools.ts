/** Real programs in a folder of their own that behave as the tools of broken drivers do. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NvidiaMachine } from './nvidia-recordings.ts'

/** Each is what a shell runs. */
export const faults = {
  /** Deaf to polite signals, with a helper that is too. */
  hangs: "trap '' TERM INT HUP\nsleep 600 &\nwhile :; do sleep 60; done",
  'prints 100 MB': "head -c 104857600 /dev/zero | tr '\\0' 'x'",
  'fails in another language': 'echo "Fehler: Gerät nicht gefunden – bitte Treiber prüfen" >&2\nexit 1',
  'prints half a line and dies': `printf '{"gpu_data": [{"gpu": 0, "asic": {"market_na'\nkill -SEGV $$`,
} as const
export type ToolFault = keyof typeof faults | 'may not be run'

export class FakeTools {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** Of this process, with drivers for nobody and these tools before all others. */
  get env(): Readonly<Record<string, string | undefined>> {
    const none = '/nonexistent.json'
    return { ...process.env, PATH: `${this.folder}:${process.env.PATH}`, VK_DRIVER_FILES: none, VK_ICD_FILENAMES: none }
  }

  breaks(tool: string, fault: ToolFault): void {
    if (fault === 'may not be run') this.#write(tool, 'exit 0', 0o644)
    else this.shell(tool, faults[fault])
  }

  shell(tool: string, commands: string): void {
    this.#write(tool, commands, 0o755)
  }

  /**
   * nvidia-smi as it was recorded on this machine, which has one card more of the kind where `isDoubled`, as long as no file `one-left` is there; or
   * whose driver does not know the fields that it `lacks`. It notes each run in the file `runs`.
   */
  nvidiaSmi(machine: NvidiaMachine, { isDoubled = false, lacks = [] as readonly string[] } = {}): void {
    const recordings = fileURLToPath(new URL('./nvidia-recordings.ts', import.meta.url))
    const program = join(this.folder, 'nvidia-smi.mjs')
    writeFileSync(
      program,
      `import { appendFileSync, existsSync } from 'node:fs'
      import { nvidiaAnswers, nvidiaSmi } from ${JSON.stringify(recordings)}
      const answers = { processes: '', ...nvidiaAnswers[${JSON.stringify(machine)}] }
      const isDoubled = ${isDoubled} && !existsSync(${JSON.stringify(join(this.folder, 'one-left'))})
      const another = (row) => row.replace(/00000000:\\w\\w:/gi, '00000000:7F:').replace(/GPU-[0-9a-f]{8}/gi, 'GPU-01234567')
      const [head, row] = (answers.query ?? '').split('\\n')
      const known = ${JSON.stringify(lacks)}.reduce((all, field) => all.replace(field, 'no.' + field), head)
      const query = isDoubled ? [head, row, another(row)].join('\\n') : answers.query && [known, row, ''].join('\\n')
      appendFileSync(${JSON.stringify(join(this.folder, 'runs'))}, process.argv[2].replace(/=.*/, '') + '\\n')
      const said = nvidiaSmi(query === undefined ? answers : { ...answers, query })(process.argv.slice(2))
      const { stdout = '', code = 0 } = typeof said === 'string' ? { stdout: said } : said
      process.stdout.write(stdout)
      process.exitCode = code
      `,
    )
    this.shell('nvidia-smi', `exec ${JSON.stringify(process.execPath)} --no-warnings ${JSON.stringify(program)} "$@"`)
  }

  /** A file that is written over keeps its rights. */
  #write(tool: string, commands: string, mode: number): void {
    const path = join(this.folder, tool)
    rmSync(path, { force: true })
    writeFileSync(path, `#!/bin/sh\n${commands}\n`, { mode })
  }

  /** vulkaninfo of a laptop with two cards. */
  vulkaninfo(): void {
    const file = (name: string) => fileURLToPath(new URL(`../../data/gpu-tools/vulkan/${name}`, import.meta.url))
    this.shell(
      'vulkaninfo',
      `case "$1" in --summary) cat ${JSON.stringify(file('laptop-summary.txt'))};; *) cat ${JSON.stringify(file('laptop-whole.txt'))};; esac`,
    )
  }
}
