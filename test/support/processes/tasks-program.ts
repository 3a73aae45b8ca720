/** A program on the frame of `aitbc` whose commands do what a frame has to cope with. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, type CommandContext, defineCommand, type Outcome } from '../../../node/cli/frame/command.ts'
import { runCommandLine } from '../../../node/cli/frame/run-command-line.ts'

const task = (name: string, run: (context: CommandContext) => Promise<Outcome>): Command =>
  defineCommand({ name, group: 'use', summary: name, examples: [{ line: `tasks ${name}`, about: 'does it' }], run })

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
/** Keeps the process alive, as a socket would. */
const hold = (): NodeJS.Timeout => setInterval(() => {}, 60_000)

await runCommandLine({
  name: 'tasks',
  summary: 'Tasks for tests.',
  examples: [],
  networksFolder: '/nowhere',
  commands: [
    task('wait', async ({ out, signal }) => {
      const handle = hold()
      await out.print('waiting', () => 'waiting')
      await aborted(signal)
      out.say('cleaned up')
      clearInterval(handle)
      signal.throwIfAborted()
    }),
    task('serve', async ({ out, signal }) => {
      await out.print('serving', () => 'serving')
      hold()
      await aborted(signal)
      return 0
    }),
    task('ignore', async ({ out, signal }) => {
      hold()
      await out.print('deaf', () => 'deaf')
      await aborted(signal)
      await out.print('heard', () => 'heard')
      await new Promise(() => {})
    }),
    task('count', async ({ out, signal }) => {
      for (let n = 0; ; n++) {
        signal.throwIfAborted()
        await out.print({ n }, () => String(n))
      }
    }),
    task('forget', async ({ out }) => {
      hold()
      await out.print('done', () => 'done')
    }),
    task('throw-later', async () => {
      setTimeout(() => {
        throw new RangeError('out of range')
      }, 1)
      await new Promise(() => {})
    }),
    task('reject-later', async () => {
      hold()
      void Promise.reject(new RangeError('out of range'))
      await new Promise(() => {})
    }),
    task('progress', async ({ out }) => {
      using progress = out.progress('working')
      progress.update(1, 2)
      await sleep(1_300)
    }),
    task('large', async ({ out }) => {
      await out.print('x'.repeat(8_000_000), () => '')
    }),
  ],
})
