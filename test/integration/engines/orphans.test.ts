import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { probeConfinement } from '../../../node/engines/onnx/confinement.ts'
import { ModelFolder } from '../../support/engines/model-folder.ts'
import { slowModel } from '../../support/engines/onnx-models.ts'
import { ScriptProcess } from '../../support/processes/child-process.ts'

interface Said {
  readonly pid?: number
  readonly orphans?: string
}

/** False for a process that is gone or only waits to be reaped. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
  } catch {
    return false
  }
}

const found = await probeConfinement()

describe.skipIf(process.platform !== 'linux')('an engine child whose node is killed', () => {
  for (const orphans of ['signal', 'thread'] as const) {
    it.skipIf(orphans === 'signal' && found.orphans !== 'signal')(
      `ends in the midst of a run, by ${orphans}`,
      async () => {
        using folder = new ModelFolder()
        const { path } = folder.add('slow', slowModel(256))
        await using node = new ScriptProcess<Said>('engine-owner.ts', [path, '10000000', orphans])
        await node.until((messages) => messages.length > 0)
        const { pid, orphans: by } = node.messages[0]!
        expect(by).toBe(orphans)
        expect(alive(pid!)).toBe(true)
        await node.kill()
        await expect.poll(() => alive(pid!), { interval: 5 }).toBe(false)
      },
    )
  }
})
