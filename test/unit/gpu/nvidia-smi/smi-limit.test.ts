import { describe, expect, it } from 'vitest'
import { NvidiaSmi } from '../../../../node/gpu/nvidia-smi/nvidia-smi.ts'
import { selectorOf } from '../../../../node/gpu/nvidia-smi/smi-limit.ts'
import { RecordedMachine, type ToolBehaviour } from '../../../support/recordings/recorded-machine.ts'

const KEY = 'pci/0000:01:00.0'
/** Answers as people have published them from their terminals. */
const said = {
  set: { stdout: 'Power limit for GPU 00000000:01:00.0 was set to 200.00 W from 350.00 W.\nAll done.\n' },
  denied: {
    stdout: 'Failed to set power management limit for GPU 00000000:01:00.0: Insufficient Permissions\n',
    code: 4,
  },
  outside: {
    stdout:
      'Provided power limit 200.00 W is not a valid power limit which should be between 210.00 W and 270.00 W for GPU 00000000:01:00.0\nTerminating early due to previous errors.\n',
    code: 2,
  },
  unable: {
    stdout:
      'Changing power management limit is not supported for GPU: 00000000:01:00.0.\nTreating as warning and moving on.\nAll done.\n',
  },
  limit: { stdout: 'power.limit [W]\n350.00 W\n' },
  none: { stdout: 'power.limit [W]\n[N/A]\n' },
} as const satisfies Readonly<Record<string, ToolBehaviour>>

function asking(behaviour: ToolBehaviour) {
  const machine = new RecordedMachine({ tools: { 'nvidia-smi': () => behaviour } })
  return { machine, backend: new NvidiaSmi(machine) }
}

describe('the power limit of an NVIDIA card', () => {
  it('is asked and set on that card alone, by its place as the tool writes it', async () => {
    const { machine, backend } = asking(said.set)
    await backend.setPowerLimit(KEY, 200)
    expect(machine.runs).toEqual(['nvidia-smi -i 00000000:01:00.0 -pl 200.00'])
    const reading = asking(said.limit)
    expect(await reading.backend.powerLimit(KEY)).toBe(350)
    expect(reading.machine.runs).toEqual(['nvidia-smi -i 00000000:01:00.0 --query-gpu=power.limit --format=csv'])
  })

  it.each<[string, ToolBehaviour, string, RegExp]>([
    ['this user may not', said.denied, 'this user may not', /administrator/],
    ['it is outside of its range', said.outside, 'the card takes 210.00 to 270.00 W only', /by load/],
    ['the card has none, which the tool calls a warning', said.unable, 'the card has none', /by load/],
    ['the tool hangs', 'hangs', 'it did not answer within 5 s', /puts it back/],
    ['the tool is gone', 'absent', 'it is not there any more', /puts it back/],
    [
      'another limit was set',
      { stdout: said.set.stdout.replace('200.00', '150.00') },
      'what it prints cannot be read',
      /puts it back/,
    ],
    ['it prints nonsense', { stdout: '\u001b[31mdone', code: 0 }, 'what it prints cannot be read', /puts it back/],
  ])('is not set where %s, and the error says so and what to do', async (_, behaviour, why, next) => {
    const { machine, backend } = asking(behaviour)
    const error = await machine.passing(backend.setPowerLimit(KEY, 200)).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'POWER_LIMIT', facts: { tool: 'nvidia-smi', why } })
    expect((error as { hint: string }).hint).toMatch(next)
  })

  it.each<[string, ToolBehaviour]>([
    ['the card has none', said.none],
    ['the tool hangs', 'hangs'],
    ['the tool prints something else', said.set],
  ])('is not known where %s', async (_, behaviour) => {
    const { machine, backend } = asking(behaviour)
    await expect(machine.passing(backend.powerLimit(KEY))).rejects.toMatchObject({ code: 'POWER_LIMIT' })
  })

  it('is asked of no card that is not its own', async () => {
    expect(selectorOf('nvidia/GPU-12345678-90ab')).toBe('GPU-12345678-90ab')
    for (const key of ['cpu', 'drm:card0', 'nvidia/-pl 900', 'pci/0000:01:00.0 -pl 900', 'nvidia/GPU-1;reboot'])
      expect(selectorOf(key)).toBeUndefined()
    await expect(asking(said.set).backend.setPowerLimit('drm:card0', 200)).rejects.toMatchObject({
      code: 'POWER_LIMIT',
    })
  })
})
