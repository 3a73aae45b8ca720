import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseWatchedProgram, watchedProgramText } from '../../../node/care/programs/watched-program.ts'
import '../../support/property-seed.ts'

describe('a program of the owner’s list', () => {
  it.each([
    ['blender', { program: 'blender' }],
    ['blender@2', { program: 'blender', card: '2' }],
    ['Game.exe @ rtx 3060', { program: 'Game.exe', card: 'rtx 3060' }],
    ['me@home@2', { program: 'me@home', card: '2' }],
    ['blender@0000:01:00.0', { program: 'blender', card: '0000:01:00.0' }],
    ['/opt/@scope/tool', { program: '/opt/@scope/tool' }],
    ['C:\\a@b\\game.exe', { program: 'C:\\a@b\\game.exe' }],
    ['@2', { program: '@2' }],
    ['blender@', { program: 'blender@' }],
    ['blender@ ', { program: 'blender@' }],
  ])('is read from "%s"', (text, expected) => {
    expect(parseWatchedProgram(text)).toEqual(expected)
  })

  it('is what its text says again', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: fc.constantFrom(...'ab2@ /\\:') }), (text) => {
        const program = parseWatchedProgram(text)
        expect(parseWatchedProgram(watchedProgramText(program))).toEqual(program)
      }),
    )
  })
})
