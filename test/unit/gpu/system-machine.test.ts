import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { FILE_BYTES_MAX } from '../../../node/gpu/kernel-files.ts'
import { SystemMachine } from '../../../node/gpu/system-machine.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const options = { deadlineMs: 10_000, outputBytesMax: 65_536 }
/** A shell has started and said a line by then, on a busy machine too. */
const STARTED_MS = 2_000
/** What the tools of these tests would sleep if they were let. */
const SLEEP_MS = 60_000
const onPosix = describe.skipIf(process.platform === 'win32')

/** A folder in the `PATH`, and a machine that looks there. */
function workshop(env: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder()
  const machine = new SystemMachine(systemClock, { ...env, PATH: `${folder}:${process.env.PATH}` })
  const tool = (name: string, script: string): string => {
    const path = join(folder, name)
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
    return path
  }
  return { folder, machine, tool }
}

/** Processes of a group that still run. */
function membersOf(group: number): readonly string[] {
  const all = execFileSync('ps', ['-eo', 'pgid=,pid=,stat='], { encoding: 'utf8' })
  return all.split('\n').filter((line) => Number(line.trim().split(/\s+/)[0]) === group)
}

onPosix('a tool of this machine', () => {
  it('is found by its name, run without a shell, in the C locale, and heard on both outputs', async () => {
    const { machine, tool } = workshop({ LC_ALL: 'de_DE.UTF-8', AITBC_SECRET: 'x', CUDA_VISIBLE_DEVICES: '1' })
    tool('asked', 'echo "$#|$1|$LC_ALL|$AITBC_SECRET|$CUDA_VISIBLE_DEVICES"; echo oops >&2; exit 3')
    expect(await machine.run('asked', ['a b;$(id)'], options)).toEqual({
      kind: 'ended',
      code: 3,
      stdout: '1|a b;$(id)|C||1\n',
      stderr: 'oops\n',
    })
  })

  it('is stopped as soon as it has printed what was wanted, though it would print for ever', async () => {
    const { machine, tool } = workshop()
    tool('endless', 'while true; do echo line; sleep 0.05; done')
    const isEnough = (stdout: string) => stdout.split('\n').length > 2
    const outcome = await machine.run('endless', [], { ...options, isEnough })
    expect(outcome).toMatchObject({ kind: 'ended', code: 0 })
    expect(outcome.kind === 'ended' && outcome.stdout).toMatch(/^(line\n){2,}$/)
  })

  it('is absent where there is no such program, where it is a folder, and where this user may not run it', async () => {
    const { machine, folder, tool } = workshop()
    expect(await machine.run('no-such-tool-anywhere', [], options)).toEqual({ kind: 'absent' })
    mkdirSync(join(folder, 'a-folder'))
    expect(await machine.run('a-folder', [], options)).toEqual({ kind: 'absent' })
    chmodSync(tool('locked', 'echo no'), 0o644)
    expect(await machine.run('locked', [], options)).toEqual({ kind: 'absent' })
  })

  it('that is no program after all fails, as it does in a shell', async () => {
    const { machine, folder } = workshop()
    const path = join(folder, 'torn')
    writeFileSync(path, Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 0))
    chmodSync(path, 0o755)
    expect(await machine.run(path, [], options)).toMatchObject({ kind: 'ended', code: 127, stdout: '' })
  })

  it('that hangs is killed at its deadline, with all that it started, and no zombie stays', async () => {
    const { machine, tool, folder } = workshop()
    tool('hung', `echo $$ > ${folder}/pid; trap '' TERM INT; sleep 60 & sleep 60`)
    const startedMs = performance.now()
    expect(await machine.run('hung', [], { ...options, deadlineMs: STARTED_MS })).toMatchObject({
      kind: 'killed',
      why: 'deadline',
    })
    expect(performance.now() - startedMs).toBeLessThan(SLEEP_MS)
    const group = Number(readFileSync(join(folder, 'pid'), 'utf8'))
    // What it had started is handed to the first process of the machine, which may reap it a little later.
    expect(membersOf(group).filter((line) => !line.includes('Z'))).toEqual([])
    expect(membersOf(group).filter((line) => Number(line.trim().split(/\s+/)[1]) === group)).toEqual([])
  })

  it('that prints without end is killed for it, on either output', async () => {
    const { machine, tool } = workshop()
    tool('flood', 'exec yes 0123456789abcdef')
    tool('flood-err', 'exec yes 0123456789abcdef >&2')
    expect(await machine.run('flood', [], options)).toMatchObject({ kind: 'killed', why: 'output' })
    const flooded = await machine.run('flood-err', [], options)
    expect(flooded).toMatchObject({ kind: 'killed', why: 'output' })
    expect(flooded.kind === 'killed' && flooded.stderr.length).toBeLessThanOrEqual(options.outputBytesMax)
  })

  it('that dies of a signal says so', async () => {
    const { machine, tool } = workshop()
    tool('dies', 'kill -SEGV $$')
    expect(await machine.run('dies', [], options)).toMatchObject({ kind: 'killed', why: 'signal' })
  })

  it('is killed when its caller cancels, and never started where that came first', async () => {
    const { machine, tool, folder } = workshop()
    // Whole when it is there.
    tool('waits', `echo $$ > ${folder}/written; mv ${folder}/written ${folder}/pid; exec sleep 60`)
    await expect(machine.run('waits', [], { ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    const canceller = new AbortController()
    const running = machine.run('waits', [], { ...options, signal: canceller.signal })
    while (!existsSync(join(folder, 'pid'))) await new Promise((resolve) => setImmediate(resolve))
    canceller.abort()
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    const group = Number(readFileSync(join(folder, 'pid'), 'utf8'))
    expect(membersOf(group).filter((line) => !line.includes('Z'))).toEqual([])
  })

  it('that leaves a helper behind which holds its output is heard all the same', async () => {
    const { machine, tool } = workshop()
    tool('leaves', 'sleep 60 & echo done')
    expect(await machine.run('leaves', [], { ...options, deadlineMs: STARTED_MS })).toMatchObject({
      kind: 'ended',
      stdout: 'done\n',
    })
  })

  it('that no signal reaches is left behind at its deadline, and not started a second time while it is there', async () => {
    const { machine, tool, folder } = workshop()
    tool('stuck', `echo $$ >> ${folder}/pids; exec sleep 60`)
    // As of a process that sleeps in a driver: the signal is sent and nothing happens.
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => true)
    const startedMs = performance.now()
    expect(await machine.run('stuck', [], { ...options, deadlineMs: STARTED_MS })).toMatchObject({ why: 'deadline' })
    expect(performance.now() - startedMs).toBeLessThan(SLEEP_MS)
    expect(await machine.run('stuck', [], options)).toMatchObject({
      kind: 'killed',
      why: 'deadline',
      stderr: 'an earlier stuck still hangs',
    })
    kill.mockRestore()
    const pids = readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number)
    expect(pids).toHaveLength(1)
    process.kill(pids[0]!, 'SIGKILL')
    // Gone at last: it may be asked again.
    tool('stuck', 'echo back')
    await expect.poll(async () => (await machine.run('stuck', [], options)).kind).toBe('ended')
  })

  it('is run again after it was killed: nothing of the first run is left', async () => {
    const { machine, tool } = workshop()
    tool('slow', '[ "$1" = quick ] && exit 0; sleep 60')
    expect(await machine.run('slow', [], { ...options, deadlineMs: 100 })).toMatchObject({ why: 'deadline' })
    expect(await machine.run('slow', ['quick'], options)).toMatchObject({ kind: 'ended', code: 0 })
  })
})

onPosix('a file of this machine', () => {
  it('is read up to its limit; what is no file, and a pipe that nobody writes to, is not there', async () => {
    const { machine, folder } = workshop()
    writeFileSync(join(folder, 'small'), '42\n')
    writeFileSync(join(folder, 'large'), 'x'.repeat(FILE_BYTES_MAX + 5))
    execFileSync('mkfifo', [join(folder, 'pipe')])
    expect(await machine.readText(join(folder, 'small'))).toBe('42\n')
    expect((await machine.readText(join(folder, 'large')))?.length).toBe(FILE_BYTES_MAX)
    for (const path of [join(folder, 'pipe'), join(folder, 'none'), folder, '/dev/zero']) {
      expect(await machine.readText(path)).toBeUndefined()
    }
  })

  it('takes a value where it is a file and this user may write it; none is made, and no pipe waited for', async () => {
    const { machine, folder } = workshop()
    const path = join(folder, 'power1_cap')
    writeFileSync(path, '339000000\n')
    expect(await machine.writeText(path, '310000000\n')).toBe('written')
    expect(readFileSync(path, 'utf8')).toBe('310000000\n')
    execFileSync('mkfifo', [join(folder, 'pipe')])
    expect(await machine.writeText(join(folder, 'none'), '1')).toBe('absent')
    expect(existsSync(join(folder, 'none'))).toBe(false)
    expect(await machine.writeText(join(folder, 'pipe'), '1')).toBe('refused')
    expect(await machine.writeText(folder, '1')).toBe('refused')
  })

  it.skipIf(process.getuid?.() === 0)('is not written where this user may not', async () => {
    const { machine, folder } = workshop()
    const path = join(folder, 'power1_cap')
    writeFileSync(path, '339000000\n', { mode: 0o444 })
    expect(await machine.writeText(path, '310000000\n')).toBe('denied')
  })

  it('is listed in order', async () => {
    const { machine, folder } = workshop()
    for (const name of ['card1', 'card0']) mkdirSync(join(folder, name))
    expect(await machine.list(folder)).toEqual(['card0', 'card1'])
    expect(await machine.list(join(folder, 'none'))).toEqual([])
  })

  it('is read by many at once, in turn', async () => {
    const { machine, folder } = workshop()
    writeFileSync(join(folder, 'x'), '1')
    const read = await Promise.all(Array.from({ length: 200 }, () => machine.readText(join(folder, 'x'))))
    expect(new Set(read)).toEqual(new Set(['1']))
  })
})

describe('a package that the program can do without', () => {
  const machine = new SystemMachine(systemClock)

  it('is there where it is installed, also where it can be had in another way only', () => {
    expect(machine.hasPackage('onnxruntime-node')).toBe(true)
    expect(machine.hasPackage('@libp2p/kad-dht')).toBe(true)
    expect(machine.hasPackage('aitbc-no-such-package')).toBe(false)
  })
})
