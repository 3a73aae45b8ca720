import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { AskLines } from '../../../node/cli/prompts/ask-lines.ts'

function asking(signal: AbortSignal) {
  const input = new PassThrough()
  const lines = new AskLines({ input, output: new PassThrough(), signal, say: () => undefined })
  return { input, lines }
}

it('a question takes what is typed', async () => {
  const { input, lines: opened } = asking(new AbortController().signal)
  using lines = opened
  const first = lines.line('Name? ')
  input.write('a node\n')
  expect(await first).toBe('a node')
})

it.each(['before', 'after'])('a question ends where the command was told to stop %s it came', async (when) => {
  const controller = new AbortController()
  if (when === 'before') controller.abort()
  using lines = asking(controller.signal).lines
  const asked = lines.line('Name? ')
  controller.abort()
  await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' })
})
