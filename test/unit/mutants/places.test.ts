import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mutants, placesOf, treeFolder } from '../../mutants/run-mutants.ts'

describe('a mutant', () => {
  it.each(mutants)('has its place in the code, and tests that must notice: $name', (mutant) => {
    expect(placesOf(mutant)).toBe(1)
    expect(mutant.replace).not.toBe(mutant.find)
    expect(mutant.killedBy.length).toBeGreaterThan(0)
    // What only the ring `deep` notices would be in a release for weeks.
    for (const file of mutant.killedBy) expect(file).toMatch(/^test\/(unit|compliance|interop|integration|e2e)\//)
    for (const file of mutant.killedBy) expect(existsSync(join(treeFolder, file)), file).toBe(true)
  })

  it('has a name of its own', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
  })
})
