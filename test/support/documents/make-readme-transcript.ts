/** Runs `npm start -- --once` for somebody who has never run it, and shows it in README.md: `npx node test/support/documents/make-readme-transcript.ts`. */
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { README, withTranscript } from './readme-transcript.ts'

const home = mkdtempSync(join(tmpdir(), 'aitbc-home-'))
try {
  // One file for both streams: that alone keeps their order, as a terminal does.
  const said = openSync(join(home, 'said'), 'a')
  execFileSync('npm', ['start', '--', '--once'], {
    cwd: new URL('../../..', import.meta.url),
    env: { PATH: process.env.PATH, HOME: home, AITBC_LAN_DISCOVERY: 'off', npm_config_update_notifier: 'false' },
    stdio: ['ignore', said, said],
  })
  closeSync(said)
  await writeFile(README, withTranscript(await readFile(README, 'utf8'), readFileSync(join(home, 'said'), 'utf8')))
} finally {
  rmSync(home, { recursive: true, force: true })
}
