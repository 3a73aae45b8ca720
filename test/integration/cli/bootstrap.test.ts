/** `aitbc bootstrap`, run in this process: what it tells others of itself, and what keeps it from starting. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { bootstrapCommand } from '../../../bootstrap/peer/bootstrap-command.ts'
import { NatWatch } from '../../../node/network-node/stun/nat-watch.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { programOf, runWords } from '../../support/run-words.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const program = programOf(bootstrapCommand)
// Networks of one name that run side by side on this machine would find each other.
beforeAll(() => void vi.stubEnv('AITBC_LAN_DISCOVERY', 'off'))
afterAll(() => void vi.unstubAllEnvs())

/** Runs until `stop`; `file` is written when it is up. */
function bootstrap(...words: readonly string[]) {
  const folder = temporaryFolder()
  const file = join(folder, 'mesh.json')
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const place = ['--data', folder, '--listen', '127.0.0.1', '--network-out', file, '--json']
  const ended = runWords(program, ['bootstrap', ...place, ...words], { signal: stop.signal })
  const network = () => {
    try {
      return JSON.parse(readFileSync(file, 'utf8'))
    } catch {
      return undefined
    }
  }
  return { ended, network, stop: () => stop.abort() }
}

test('names itself as a STUN server in its network file, and is one', async () => {
  const door = bootstrap('--port', '0')
  const name = expect.stringMatching(/^127\.0\.0\.1:\d+$/)
  await expect.poll(door.network).toMatchObject({ bootstrap: [{}], settings: { stunServers: [name] } })
  const watch = new NatWatch({
    clock: systemClock,
    random: systemRandom,
    servers: door.network().settings.stunServers,
  })
  const found = await watch.look()
  expect(found).toMatchObject({ mapping: 'none', publicIp: '127.0.0.1', asked: 1, answered: 1 })
  door.stop()
  const { code, out } = await door.ended
  expect([code, JSON.parse(out)]).toEqual([
    0,
    expect.objectContaining({ stun: door.network().settings.stunServers[0] }),
  ])
  // For a minute nobody is asked again, so that it does not matter that it is gone.
  expect(await watch.look()).toBe(found)
})

test('does without where that is asked for', async () => {
  const door = bootstrap('--port', '0', '--no-stun')
  await expect.poll(door.network).toMatchObject({ bootstrap: [{}] })
  expect(door.network().settings?.stunServers).toBeUndefined()
  door.stop()
  expect(JSON.parse((await door.ended).out)).toMatchObject({ stun: null })
})

test('does not start where another program has its UDP port, and says how it could', async () => {
  const other = createSocket('udp4')
  other.bind(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  const { code, err } = await bootstrap('--port', String(other.address().port)).ended
  expect([code, JSON.parse(err.trim().split('\n').at(-1)!).error]).toEqual([
    1,
    expect.objectContaining({ code: 'PORT_IN_USE', hint: expect.stringContaining('--no-stun') }),
  ])
})

test('of nobody, or of a name that is nobody’s, nothing is asked', async () => {
  const watch = (...servers: readonly string[]) => new NatWatch({ clock: systemClock, random: systemRandom, servers })
  expect(await watch().look()).toBeUndefined()
  expect(await watch('nobody.invalid', '[::1]:3478', '127.0.0.1:0').look()).toEqual({
    mapping: undefined,
    filtering: undefined,
    asked: 3,
    answered: 0,
  })
})
