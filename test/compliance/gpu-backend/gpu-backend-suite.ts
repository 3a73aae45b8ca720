/** What every back end that sees cards must do, whatever its tool does. Each back end's own test runs it on a recorded machine. */
import { describe, expect, it } from 'vitest'
import type { BackendFinding, GpuBackend } from '../../../node/gpu/gpu-backend.ts'
import type { Machine } from '../../../node/gpu/machine.ts'
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import { changingMachine } from '../../support/recordings/changing-machine.ts'
import { expectHonestFacts, expectHonestReading } from '../../support/recordings/honest-cards.ts'
import { RecordedMachine, type Recording, type ToolBehaviour } from '../../support/recordings/recorded-machine.ts'
import { spoiled } from '../../support/recordings/spoiled-text.ts'

export interface BackendUnderTest {
  readonly make: (machine: Machine) => GpuBackend
  /** On it the back end sees at least one card. Its tools and files are spoiled one by one. */
  readonly healthy: Recording
  /** A machine without anything that it needs; where it is never absent, as the processor, this is left out. */
  readonly bare?: Recording
}

/** Whoever waits for cards waits no longer than this for one back end. */
const DETECT_MS_MAX = 10_000

export function gpuBackendCompliance(name: string, { make, healthy, bare = {} }: BackendUnderTest): void {
  const tools = Object.keys(healthy.tools ?? {})
  const files = Object.keys(healthy.files ?? {})

  /** The healthy machine with one tool's behaviour changed. */
  const withTool = (tool: string, change: (said: ToolBehaviour) => ToolBehaviour): Recording => ({
    ...healthy,
    tools: {
      ...healthy.tools,
      [tool]: (args) => {
        const recorded = healthy.tools![tool]!
        const said = typeof recorded === 'function' ? recorded(args) : recorded
        return change(
          typeof said === 'string' && !['hangs', 'floods', 'absent'].includes(said)
            ? { stdout: said }
            : (said as ToolBehaviour),
        )
      },
    },
  })
  const withFile = (path: string, text: string): Recording => ({
    ...healthy,
    files: { ...healthy.files, [path]: text },
  })

  async function detect(recording: Recording): Promise<BackendFinding> {
    const machine = new RecordedMachine(recording)
    const finding = await machine.passing(make(machine).detect())
    expect(machine.clock.monotonicMs()).toBeLessThanOrEqual(DETECT_MS_MAX)
    expect(machine.clock.pending).toBe(0)
    if (finding.kind === 'absent') expect(finding.why).not.toBe('')
    if (finding.kind === 'failed') expect(finding.error.code).toBe('GPU_TOOL')
    if (finding.kind === 'seen') {
      const keys = finding.cards.map(({ facts }) => facts.key)
      expect(new Set(keys).size).toBe(keys.length)
      for (const { facts, reading } of finding.cards) {
        expectHonestFacts(facts)
        if (reading !== undefined) expectHonestReading(reading)
      }
    }
    return finding
  }

  /** Of a back end that has seen the healthy machine first, as it is with a running node. */
  async function read(recording: Recording): Promise<ReadonlyMap<string, CardReading> | 'failed' | 'no sensors'> {
    let current: Recording = healthy
    const clock = new RecordedMachine(healthy).clock
    const machine = () => new RecordedMachine(current, clock)
    const backend = make(changingMachine(machine))
    await machine().passing(backend.detect())
    current = recording
    if (backend.read === undefined) return 'no sensors'
    try {
      const readings = await machine().passing(backend.read())
      for (const reading of readings.values()) expectHonestReading(reading)
      return readings
    } catch (error) {
      expect(isMeshError(error, 'GPU_TOOL'), String(error)).toBe(true)
      return 'failed'
    }
  }

  describe(`${name} as a back end`, () => {
    it('sees the cards of a healthy machine, and calls them by the same keys whenever it is asked', async () => {
      const first = await detect(healthy)
      expect(first.kind).toBe('seen')
      if (first.kind !== 'seen') return
      expect(first.cards.length).toBeGreaterThan(0)
      for (const { facts } of first.cards) expect(facts.seenBy).toEqual([make(new RecordedMachine(healthy)).name])
      const again = await detect(healthy)
      expect(again.kind === 'seen' && again.cards.map(({ facts }) => facts)).toEqual(
        first.cards.map(({ facts }) => facts),
      )
      const readings = await read(healthy)
      if (readings === 'no sensors') expect(first.cards.every(({ reading }) => reading === undefined)).toBe(true)
      else {
        const withReading = first.cards.filter(({ reading }) => reading !== undefined).map(({ facts }) => facts.key)
        expect(readings === 'failed' ? readings : [...readings.keys()].sort()).toEqual(withReading.sort())
      }
    })

    it('says why it sees nothing where what it needs is not there', async () => {
      const finding = await detect(bare)
      if (bare === healthy) expect(finding.kind).toBe('seen')
      else expect(finding.kind).toBe('absent')
    })

    it('ends at once when it is cancelled before it began', async () => {
      const machine = new RecordedMachine(healthy)
      const cancelled = AbortSignal.abort()
      await expect(make(machine).detect(cancelled)).rejects.toMatchObject({ code: 'CANCELLED' })
      const backend = make(machine)
      if (backend.read !== undefined) await expect(backend.read(cancelled)).rejects.toMatchObject({ code: 'CANCELLED' })
    })

    /** @returns whether it waited for a tool, and ended at once when it was cancelled */
    async function cancelMeanwhile(recording: Recording): Promise<boolean> {
      const machine = new RecordedMachine(recording)
      const canceller = new AbortController()
      const working = make(machine).detect(canceller.signal)
      working.catch(() => undefined)
      for (let turn = 0; turn < 50 && machine.clock.pending === 0; turn++)
        await new Promise((resolve) => setImmediate(resolve))
      if (machine.clock.pending === 0) return false
      canceller.abort()
      await expect(working).rejects.toMatchObject({ code: 'CANCELLED' })
      expect(machine.clock.pending).toBe(0)
      return true
    }

    for (const tool of tools) {
      it(`fails within its deadline where ${tool} hangs, and ends at once when it is cancelled meanwhile`, async () => {
        const hung = withTool(tool, () => 'hangs')
        const finding = await detect(hung)
        // Another tool, or files, may say what this one does not.
        if (tools.length === 1 && files.length === 0) expect(finding.kind).toBe('failed')
        else expect(['failed', 'seen']).toContain(finding.kind)
        await read(hung)
        let isAsked = false
        const asked = withTool(tool, () => {
          isAsked = true
          return 'hangs'
        })
        // Of a machine that has cards of others some tools are asked nothing.
        expect(await cancelMeanwhile(asked)).toBe(isAsked)
      })

      it(`invents nothing and throws nothing where ${tool} floods, fails or says nothing`, async () => {
        for (const said of [
          'floods',
          'absent',
          { stdout: '', code: 1 },
          { stderr: 'Segmentation fault', code: 139 },
          { stdout: '', code: 0 },
        ] as const) {
          const broken = withTool(tool, () => said)
          const finding = await detect(broken)
          if (tools.length === 1 && files.length === 0 && finding.kind === 'seen') expect(finding.cards).toEqual([])
          await read(broken)
        }
      })

      it(`invents nothing and throws nothing whatever ${tool} prints`, async () => {
        for (const index of spoiled('').keys()) {
          const broken = withTool(tool, (said) =>
            typeof said === 'string' ? said : { ...said, stdout: spoiled(said.stdout ?? '')[index]![1] },
          )
          await detect(broken)
          await read(broken)
        }
      })
    }

    if (files.length > 0) {
      it('invents nothing and throws nothing whatever a file holds, or when it is gone', async () => {
        for (const path of files) {
          for (const [, text] of spoiled(healthy.files![path]!)) {
            await detect(withFile(path, text))
            await read(withFile(path, text))
          }
          const { [path]: _, ...others } = healthy.files!
          await detect({ ...healthy, files: others })
          await read({ ...healthy, files: others })
        }
      })
    }
  })
}
