/** Folders for one test, gone after it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'aitbc-test-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}
