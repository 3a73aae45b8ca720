/** Tries from inside an engine child's confinement what a stranger's code would try. Arguments: folder, port of a local server. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'

const [folder, port] = process.argv.slice(-2)

function attempt(act: () => unknown): string {
  try {
    act()
    return 'done'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}

const reached = await new Promise<string>((resolve) => {
  const socket = connect({ host: '127.0.0.1', port: Number(port), timeout: 2_000 })
  socket.on('connect', () => resolve('done'))
  socket.on('timeout', () => resolve('timeout'))
  socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
})
const findings = {
  write: attempt(() => writeFileSync(`${folder}/planted`, 'x')),
  read: attempt(() => readFileSync(`${folder}/secret`)),
  execute: attempt(() => execFileSync('/bin/true')),
  reached,
  environment: Object.keys(process.env).sort(),
}
process.stdout.write(JSON.stringify(findings), () => process.exit())
