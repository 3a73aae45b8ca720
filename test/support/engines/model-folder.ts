/** A folder of models for one test, gone when the test is over. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelFile } from '../../../node/engines/engine.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'

export class ModelFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'aitbc-models-'))

  add(name: string, bytes: Uint8Array): ModelFile {
    const path = join(this.path, `${name}.onnx`)
    writeFileSync(path, bytes)
    const id = modelIdOf(createHash('sha256').update(bytes).digest())
    return { id, path, bytes: bytes.length, precision: 'fp32' }
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
