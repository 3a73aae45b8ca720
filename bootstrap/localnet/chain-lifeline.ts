/**
 * Runs the program in its arguments and ends it when standard input ends, which the caller holds open and never writes to: so it
 * does not outlive the caller, however that ends. For systems where the kernel does not signal children.
 */
import { spawn } from 'node:child_process'

const [file, ...args] = process.argv.slice(2)
const child = spawn(file!, args, { stdio: ['ignore', 'inherit', 'inherit'], windowsHide: true })
const end = (): boolean => child.kill('SIGTERM')
process.stdin.once('end', end).once('error', end).resume()
process.once('SIGTERM', end)
child.once('error', ({ message }) => {
  process.stderr.write(message)
  process.exit(1)
})
child.once('exit', (code) => process.exit(code ?? 1))
